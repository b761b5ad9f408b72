"""Idempotency-Key: who repeats a request with the same key gets the same answer.

Signed requests are harmless to repeat anyway, for their digest is their id. The key adds that the
answer is the same one, word for word, and that a slip of the caller, the same key for something
else, is noticed. Only answers to requests that were accepted whole are kept: a refusal changes
nothing, so a repeated request is looked at anew and may succeed then. Thus nobody can have
anything stored without a signature that was accepted.

After a crash between accepting and keeping, the repeated request is answered as any that had been
accepted before: with 200 instead of 202.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
from collections.abc import Sequence
from typing import Final, Protocol

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from relayer.api.operations import View
from relayer.api.requests import read_bytes
from relayer.api.service import Service
from relayer.errors import Refusal, StoreError
from relayer.refusals import (
    IdempotencyKeyInFlight,
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
)
from relayer.store.kept_answers import KeptAnswer

logger = logging.getLogger(__name__)

HEADER: Final = "Idempotency-Key"
_VARIABLE: Final = "HTTP_IDEMPOTENCY_KEY"
#: Tells that the answer was given before.
REPLAYED: Final = "Idempotency-Replayed"

#: A string of the header grammar (RFC 9651), or the same without quotes.
_KEY: Final = re.compile(r'"([ !#-\[\]-~]{1,255})"|([!#-\[\]-~]{1,255})')


class Outcome(Protocol):
    """What became of an element of a request that was accepted."""

    @property
    def is_new(self) -> bool:
        """Whether it was accepted just now, and not before."""
        ...


def note_whole(outcomes: Sequence[Outcome | Refusal]) -> None:
    """Note whether the answer may be kept: when all was accepted, and something of it is new.

    What holds nothing new is answered alike without keeping anything, and so is what came without
    a key.
    """
    g.relayer_outcomes = outcomes
    if _VARIABLE not in request.environ:
        return
    accepted = [each for each in outcomes if not isinstance(each, Refusal)]
    is_whole = len(accepted) == len(outcomes)
    g.relayer_accepted_whole = is_whole and any(each.is_new for each in accepted)


class IdempotencyDesk:
    """Answers repeated requests of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def answer(self, view: View, **arguments: str) -> ResponseReturnValue:
        """Answer with a view, or with what it answered before.

        Raises:
            IdempotencyKeyMalformed: the header is there and holds no key.
            IdempotencyKeyInFlight: a request with the same key is being answered.
            IdempotencyKeyReused: the key stands for another body.
        """
        text = request.environ.get(_VARIABLE)
        if text is None:
            return view(**arguments)
        key = read_key(text)
        fingerprint = _hash(read_bytes(self._service.settings.max_body_bytes))
        scope = _hash(f"{request.headers.get('Authorization', '')}\n{request.path}".encode())
        with self._service.store.key_locks.hold(f"{scope}\n{key}") as held:
            if not held:
                raise IdempotencyKeyInFlight(
                    f"A request with the {HEADER} {key[:50]!r} is being answered. Send the same "
                    "request again in a second.",
                    headers={"Retry-After": "1"},
                )
            kept = self._service.store.kept_answers.get(scope, key, self._service.clock.now())
            if kept is not None:
                return _again(kept, key, fingerprint)
            response = view(**arguments)
            if g.pop("relayer_accepted_whole", False) and isinstance(response, Response):
                self._keep(scope, key, fingerprint, response)
            return response

    def _keep(self, scope: str, key: str, fingerprint: str, response: Response) -> None:
        settings, now = self._service.settings, self._service.clock.now()
        answer = KeptAnswer(
            fingerprint, response.status_code, response.headers.get("Location"), response.data
        )
        try:
            self._service.store.kept_answers.put(
                scope, key, answer, now, settings.idempotency_keep_s
            )
        except (sqlite3.Error, StoreError) as error:
            # What was accepted stays accepted; only the answer to a repetition will be 200.
            logger.warning(
                "an answer could not be kept: %s", error, extra={"action": "answer_not_kept"}
            )


def read_key(text: str) -> str:
    """Return the key that the header holds.

    Raises:
        IdempotencyKeyMalformed: it holds none.
    """
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise IdempotencyKeyMalformed(
            f"The header {HEADER} must hold 1 to 255 printable ASCII characters, best a UUID. "
            "Make a new one for each new request."
        )
    return match[1] or match[2]


def _again(kept: KeptAnswer, key: str, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            f"The {HEADER} {key[:50]!r} stands for a request with another body. Send the body of "
            "then, or make a new key."
        )
    response = Response(kept.body, kept.status, mimetype="application/json")
    response.headers[REPLAYED] = "true"
    if kept.location is not None:
        response.headers["Location"] = kept.location
    return response


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
