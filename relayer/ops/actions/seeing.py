"""Marking what an operator has looked into: a verdict then judges what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.ops.actions.fields import Field, text
from relayer.ops.actions.framework import Action, Undertaking
from relayer.ops.verdicts.names import VerdictName
from relayer.ops.verdicts.seen import SEEN_BY_NAME, note_seen
from relayer.store.ops_users import Role

_VERDICT: Final = Field(
    "verdict",
    "Verdict",
    text,
    "what has been looked into",
    choices=tuple(name.value for name in SEEN_BY_NAME),
)


def _describe(undertaking: Undertaking) -> Sequence[str]:
    name = VerdictName(undertaking.arguments["verdict"])
    return [f"{SEEN_BY_NAME[name]} up to now count as looked into. New ones are told as always."]


def _mark(undertaking: Undertaking) -> str:
    name = VerdictName(undertaking.arguments["verdict"])
    note_seen(undertaking.store, name, undertaking.now)
    return f"{SEEN_BY_NAME[name]} up to now are looked into"


ACTIONS: Final = (
    Action(
        name="mark-seen",
        title="Mark as looked into",
        role=Role.OPERATOR,
        fields=(_VERDICT,),
        dry_run=_describe,
        perform=_mark,
        sample={"verdict": VerdictName.FORFEITS.value},
    ),
)
