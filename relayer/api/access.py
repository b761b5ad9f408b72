"""What the line about a request tells of what it was about, beside path and status.

Never what proves something: no signature, key, ticket or body. The request leaves what it has at
hand; words are made of it when the line is written, beside the requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import g, request

from relayer.errors import Refusal
from relayer.intake.contributions import Admission
from relayer.intake.validations import ValidationAdmission
from relayer.intake.withdrawals import WithdrawalAdmission
from relayer.limits import Caller
from relayer.logs import ACCESS_FACTS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Of a list, a line names no more.
MOST_NAMED: Final = 5
#: Parts of an address that are named, as the routes call them.
_NAMED: Final = {
    "contribution_id": "contribution",
    "validation_id": "validation",
    "withdrawal_id": "withdrawal",
}

_Outcome = Admission | ValidationAdmission | WithdrawalAdmission
_Outcomes = Sequence[_Outcome | Refusal]


def leave_facts(codes: Sequence[str]) -> None:
    """Leave for the log what the request was about; called when it is answered.

    Args:
        codes: what it was refused with, one for each element.
    """
    # Through the proxy once, not for each of them.
    known = vars(g._get_current_object())
    outcomes = known.get("relayer_outcomes")
    facts = partial(
        _facts,
        codes,
        # Only what the line tells: it may have to wait for its reader with thousands more.
        None if outcomes is None else _of_outcomes(outcomes),
        known.get("relayer_caller"),
        request.view_args or {},
    )
    request.environ[ACCESS_FACTS] = facts


def leave_acceptance(environ: WSGIEnvironment, admission: Admission, caller: Caller) -> None:
    """Leave for the log that one contribution was accepted, without the framework's request."""
    environ[ACCESS_FACTS] = partial(_facts, (), _of_outcomes((admission,)), caller, {})


def _facts(
    codes: Sequence[str],
    told: Mapping[str, Any] | None,
    caller: Any,
    view_args: Mapping[str, Any],
) -> dict[str, Any]:
    facts: dict[str, Any] = {"code": codes[-1]} if codes else {}
    if caller is not None and caller.game is not None:
        facts["game"] = caller.game
    if told is not None:
        facts |= told
    elif not codes:
        facts |= {name: view_args[part] for part, name in _NAMED.items() if part in view_args}
    return facts


def _of_outcomes(outcomes: _Outcomes) -> dict[str, Any]:
    subjects = [_subject(each) for each in outcomes if not isinstance(each, Refusal)]
    if len(outcomes) == 1 and subjects:
        (kind, row_id, player) = subjects[0]
        return {kind: row_id, "player": player}
    facts: dict[str, Any] = {"accepted": len(subjects), "refused": len(outcomes) - len(subjects)}
    if subjects and len(subjects) <= MOST_NAMED:
        facts[f"{subjects[0][0]}s"] = [row_id for _, row_id, _ in subjects]
    return facts


def _subject(outcome: _Outcome) -> tuple[str, str, str]:
    """What was accepted, its id, and whose it is."""
    if isinstance(outcome, Admission):
        return "contribution", outcome.contribution.id, outcome.contribution.player
    if isinstance(outcome, ValidationAdmission):
        return "validation", outcome.validation.id, outcome.validation.validator
    return "withdrawal", outcome.withdrawal.id, outcome.withdrawal.player
