"""Pausing and resuming the intake and the sending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.limits.breaker import closed
from relayer.limits.gate import moment
from relayer.ops.actions.fields import Field, duration_s
from relayer.ops.actions.framework import Action, Undertaking
from relayer.store.intake_breaker import BreakerState
from relayer.store.ops_users import Role
from relayer.store.switches import Switch

_MEANING: Final = {
    Switch.INTAKE: (
        "No contribution is taken in any more; players are told the reason. What was accepted goes "
        "its way, and players can withdraw."
    ),
    Switch.SENDING: (
        "Nothing new is signed. What is on its way is watched, and what is accepted waits in the "
        "queue."
    ),
}
_RESUMED: Final = {
    Switch.INTAKE: "Contributions are taken in again, and the breaker of the intake is closed.",
    Switch.SENDING: "What waits in the queue is sent, the oldest first.",
}
#: What resuming answers when there was nothing to resume; with the name of the switch.
NOT_PAUSED: Final = "{} was not paused"
_FOR: Final = Field(
    "for",
    "Resume by itself after",
    duration_s,
    "as 30m or 2h; empty: not by itself",
    required=False,
)


def _pausing(switch: Switch) -> Action:
    def dry_run(undertaking: Undertaking) -> Sequence[str]:
        standing = undertaking.store.switches.pause_of(switch, undertaking.now)
        sentences = [_MEANING[switch], _until(undertaking)]
        if standing is not None:
            sentences.append(f"It is paused already, for this reason: {standing.reason}.")
        return sentences

    def perform(undertaking: Undertaking) -> str:
        undertaking.store.switches.pause(
            switch, undertaking.reason, undertaking.now, _resumes_at(undertaking)
        )
        return f"{switch} is paused"

    return Action(
        name=f"pause-{switch}",
        title=f"Pause the {switch}",
        role=Role.OPERATOR,
        fields=(_FOR,),
        dry_run=dry_run,
        perform=perform,
        sample={"for": "30m"},
    )


def _resuming(switch: Switch) -> Action:
    def dry_run(undertaking: Undertaking) -> Sequence[str]:
        standing = undertaking.store.switches.pause_of(switch, undertaking.now)
        if standing is None and not _is_broken(undertaking, switch):
            return [f"The {switch} is not paused; nothing would change."]
        since = (
            "" if standing is None else f" It has been paused since {moment(standing.paused_at)}."
        )
        return [_RESUMED[switch] + since]

    def perform(undertaking: Undertaking) -> str:
        store = undertaking.store
        changed = store.switches.resume(switch)
        if switch is Switch.INTAKE:
            changed |= _is_broken(undertaking, switch)
            store.intake_breaker.write(closed(undertaking.now))
        return f"{switch} goes on" if changed else NOT_PAUSED.format(switch)

    return Action(
        name=f"resume-{switch}",
        title=f"Resume the {switch}",
        role=Role.OPERATOR,
        fields=(),
        dry_run=dry_run,
        perform=perform,
    )


def _is_broken(undertaking: Undertaking, switch: Switch) -> bool:
    """Whether the breaker of the intake keeps it closed."""
    state = undertaking.store.intake_breaker.read().state
    return switch is Switch.INTAKE and state is not BreakerState.CLOSED


def _resumes_at(undertaking: Undertaking) -> float | None:
    given_s: int | None = undertaking.arguments["for"]
    return None if given_s is None else undertaking.now + given_s


def _until(undertaking: Undertaking) -> str:
    resumes_at = _resumes_at(undertaking)
    if resumes_at is None:
        return "It lasts until somebody resumes it."
    return f"It resumes by itself at {moment(resumes_at)}."


ACTIONS: Final = tuple(make(switch) for switch in Switch for make in (_pausing, _resuming))
