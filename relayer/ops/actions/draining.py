"""Draining: take nothing in, and wait until all that was accepted is through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.ops.actions.framework import Action, Undertaking
from relayer.ops.actions.ordering import order, told
from relayer.store.ops_users import Role
from relayer.store.orders import OrderKind
from relayer.store.switches import Switch


def _describe(undertaking: Undertaking) -> Sequence[str]:
    store = undertaking.store
    sentences = [
        "No contribution is taken in any more; players are told the reason.",
        f"What was accepted goes its way: {store.backlog.left().in_words()}. The order is done "
        "when nothing of it is left; contributions that wait for their reward stage do not count.",
        "The intake stays closed until somebody resumes it.",
    ]
    if store.switches.pause_of(Switch.SENDING, undertaking.now) is not None:
        sentences.append("Sending is paused: until it is resumed, nothing drains.")
    return sentences


def _drain(undertaking: Undertaking) -> str:
    undertaking.store.switches.pause(Switch.INTAKE, undertaking.reason, undertaking.now)
    return told("intake is paused until all is through", order(undertaking, OrderKind.DRAIN))


ACTIONS: Final = (
    Action(
        name="drain",
        title="Drain the house",
        role=Role.OPERATOR,
        fields=(),
        dry_run=_describe,
        perform=_drain,
    ),
)
