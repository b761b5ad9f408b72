"""Actions of the dashboard at the command line: the same deeds, with the same audit entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click

from relayer.cli.opened_store import opened_store
from relayer.cli.printing import tell
from relayer.clock import SystemClock
from relayer.errors import Refusal, SettingsError
from relayer.ops.access.tokens import new_id
from relayer.ops.access.visitors import at_the_command_line
from relayer.ops.actions.desk import ActionDesk, Performed
from relayer.ops.actions.ordering import order_in
from relayer.ops.actions.registry import ACTIONS
from relayer.settings import Settings
from relayer.store.ops_answers import OpsAnswer

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: What the audit log says when somebody says nothing.
NO_REASON: Final = "none given at the command line"


@dataclass(frozen=True, slots=True)
class Asking:
    """What every command that acts is told beside the arguments of its action."""

    reason: str
    dry_run: bool
    as_json: bool


def reason_option(command: _Command) -> _Command:
    """Give a command the flag ``--reason``, which the audit log keeps."""
    return click.option("--reason", default=NO_REASON, help="Why; the audit log keeps it.")(command)


def dry_run_option(command: _Command) -> _Command:
    """Give a command the flag ``--dry-run``."""
    return click.option(
        "--dry-run", is_flag=True, help="Tell what would happen, and change nothing."
    )(command)


def act(settings: Settings, name: str, given: Mapping[str, str | None], reason: str) -> OpsAnswer:
    """Perform an action as who runs the command.

    Args:
        settings: name the store.
        name: of the action.
        given: texts for its fields; None counts as not given.
        reason: why.

    Raises:
        SettingsError: the action is refused; the message says why.
        StoreError: there is no database yet, or it cannot be used.
    """
    return perform(settings, name, given, reason).answer


def perform(
    settings: Settings, name: str, given: Mapping[str, str | None], reason: str
) -> Performed:
    """The same, with the secret that came of it, if one did."""
    with opened_store(settings) as store:
        desk = ActionDesk(store, settings, SystemClock())
        try:
            visitor = at_the_command_line()
            return desk.perform(ACTIONS[name], _texts(given), visitor, reason, new_id())
        except Refusal as refusal:
            raise SettingsError(refusal.detail) from refusal


def foresee(settings: Settings, name: str, given: Mapping[str, str | None]) -> list[str]:
    """Tell in sentences what an action would do; raises as `act` does."""
    with opened_store(settings) as store:
        desk = ActionDesk(store, settings, SystemClock())
        try:
            return list(desk.preview(ACTIONS[name], _texts(given), at_the_command_line()))
        except Refusal as refusal:
            raise SettingsError(refusal.detail) from refusal


def foretold(
    settings: Settings, name: str, given: Mapping[str, str | None], asking: Asking
) -> bool:
    """Print what would happen, if only that is asked for; return whether it was."""
    if asking.dry_run:
        sentences = foresee(settings, name, given)
        tell("\n".join(sentences), {"would": sentences}, as_json=asking.as_json)
    return asking.dry_run


def carry_out(
    settings: Settings, name: str, given: Mapping[str, str | None], asking: Asking
) -> None:
    """Perform an action, or tell what it would do, and print what came of it."""
    if foretold(settings, name, given, asking):
        return
    answer = act(settings, name, given, asking.reason)
    facts = {
        "action": name,
        "answer": answer.sentence,
        "audit_entry": answer.sequence,
        "order": order_in(answer.sentence),
    }
    tell(answer.sentence, facts, as_json=asking.as_json)


def _texts(given: Mapping[str, str | None]) -> dict[str, str]:
    return {field: text for field, text in given.items() if text is not None}
