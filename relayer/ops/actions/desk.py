"""Where actions are asked for: checked, described, performed once, written down."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from relayer.clock import Clock
from relayer.ops.access.visitors import Visitor
from relayer.ops.actions.fields import ArgumentError, read_arguments
from relayer.ops.actions.framework import Action, Revealed, Undertaking
from relayer.ops.audit import announce
from relayer.refusals import (
    ConfirmationNeeded,
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
    RoleMissing,
    SchemaViolation,
)
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.audit import Deed
from relayer.store.ops_answers import OpsAnswer

#: Longest reason.
MOST_REASON: Final = 500
_KEY: Final = re.compile(r"[!#-\[\]-~]{1,255}")
#: Categories of characters that command terminals, or are none.
_HIDDEN: Final = ("Cc", "Cs", "Cn")
#: What has a line read from its other end (UAX 9): a log must read as it was written.
_TURNING: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@dataclass(frozen=True, slots=True)
class Performed:
    """What became of an action."""

    answer: OpsAnswer
    is_repeated: bool  #: whether it was performed before, and not now
    secret: str | None = field(default=None, repr=False)  #: to be shown, once


class ActionDesk:
    """Performs actions for whoever may; safe to share between threads.

    Args:
        store: the database.
        settings: the effective ones.
        clock: the time.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    def preview(self, action: Action, given: Mapping[str, str], visitor: Visitor) -> Sequence[str]:
        """Tell what would happen, in sentences, and change nothing.

        Raises:
            RoleMissing: the visitor must not.
            SchemaViolation: an argument is missing, unknown or no value.
            ActionRefused: as things stand, it cannot be performed.
        """
        _check_role(action, visitor)
        return action.dry_run(self._undertaking(action, given, visitor, "", ""))

    def perform(
        self, action: Action, given: Mapping[str, str], visitor: Visitor, reason: str, key: str
    ) -> Performed:
        """Do it once, and write down who did it and why.

        Args:
            action: what to do.
            given: texts for its fields, by name; empty ones count as none.
            visitor: who asks.
            reason: why.
            key: the same for each repetition of the same form or request.

        Raises:
            RoleMissing: the visitor must not.
            ConfirmationNeeded: the visitor has to give the password again.
            SchemaViolation: an argument or the reason is missing or no value.
            IdempotencyKeyMalformed: the key is none.
            IdempotencyKeyReused: the key stands for something else that this visitor asked for.
            ActionRefused: as things stand, it cannot be performed; nothing has changed.
        """
        _check_role(action, visitor)
        _check_confirmation(action, visitor)
        reason = _read_reason(reason)
        _check_key(key)
        with self._store.transaction():
            arguments = _as_json(given)
            kept = self._store.ops_answers.get(visitor.name, key)
            if kept is not None:
                _check_same(kept, action, arguments, reason)
                return Performed(kept, is_repeated=True)
            undertaking = self._undertaking(action, given, visitor, reason, key)
            outcome = action.perform(undertaking)
            secret = outcome.secret if isinstance(outcome, Revealed) else None
            sentence = outcome.sentence if isinstance(outcome, Revealed) else outcome
            deed = Deed(
                visitor.name, visitor.via, action.name, json.loads(arguments), reason, sentence
            )
            entry = self._store.audit.append(deed, undertaking.now)
            answer = OpsAnswer(
                visitor.name,
                key,
                action.name,
                arguments,
                reason,
                sentence,
                entry.sequence,
                entry.at,
            )
            self._store.ops_answers.keep(answer)
        announce(entry)
        return Performed(answer, is_repeated=False, secret=secret)

    def _undertaking(
        self, action: Action, given: Mapping[str, str], visitor: Visitor, reason: str, key: str
    ) -> Undertaking:
        try:
            values: dict[str, Any] = read_arguments(action.fields, given)
        except ArgumentError as error:
            raise SchemaViolation(
                f"The arguments are not complete: {error}.",
                errors=tuple((f"/arguments/{name}", fault) for name, fault in error.faults),
            ) from None
        return Undertaking(
            self._store, self._settings, self._clock.now(), visitor.name, values, reason, key
        )


def _check_role(action: Action, visitor: Visitor) -> None:
    if not visitor.may(action.role):
        raise RoleMissing(
            f"{visitor.name} is {visitor.role}, and {action.name} is for those who are "
            f"{action.role} at least. Ask an admin."
        )


def _check_confirmation(action: Action, visitor: Visitor) -> None:
    if action.needs_confirmation and not visitor.is_confirmed:
        raise ConfirmationNeeded(
            f"{action.name} asks for the password again, or for a token that was made with --money."
        )


def _read_reason(text: str) -> str:
    reason = " ".join(text.split())
    if any(unicodedata.category(letter) in _HIDDEN or letter in _TURNING for letter in reason):
        raise SchemaViolation(
            "The reason holds characters that nobody sees, or that turn the text around them.",
            errors=(("/reason", "must hold no control characters"),),
        )
    if not reason or len(reason) > MOST_REASON:
        raise SchemaViolation(
            f"A reason is needed, of at most {MOST_REASON} characters: whoever reads the audit log "
            "will want to know it.",
            errors=(("/reason", "must be a text that is not empty"),),
        )
    return reason


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyMalformed(
            "An action needs a key of 1 to 255 printable ASCII characters, best a new UUID: who "
            "sends the same again with it gets the same answer, and nothing is done twice."
        )


def _check_same(kept: OpsAnswer, action: Action, arguments: str, reason: str) -> None:
    if (kept.action, kept.arguments, kept.reason) != (action.name, arguments, reason):
        raise IdempotencyKeyReused(
            f"With this key {kept.action} was performed already. Begin anew, with a new key."
        )


def _as_json(given: Mapping[str, str]) -> str:
    """Arguments as they were given, without the empty ones."""
    texts = {name: text.strip() for name, text in given.items() if text.strip()}
    return json.dumps(texts, sort_keys=True)
