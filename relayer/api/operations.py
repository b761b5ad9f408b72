"""What the routes say about themselves: the one source of routes, OpenAPI document and ``/docs``.

A route cannot be mounted without its `Operation`, see `relayer.api.mount`. To add a route, say
what it takes, what it answers and with which refusals; the document, the page for people, the
check of query parameters and the test that holds every answer to the document follow from that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from flask.typing import ResponseReturnValue

from relayer.errors import Refusal
from relayer.refusals import (
    AddressTooLong,
    BadRequest,
    BodyTooLarge,
    ExpectationFailed,
    HeadersTooLarge,
    IdempotencyKeyInFlight,
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
    InternalError,
    JsonTooDeep,
    MalformedJson,
    RequestTooSlow,
    SchemaViolation,
    StoreUnavailable,
    UnsupportedMediaType,
)

View = Callable[..., ResponseReturnValue]

#: Refusals that every route may answer with.
EVERYWHERE: Final[tuple[type[Refusal], ...]] = (
    BadRequest,
    RequestTooSlow,
    AddressTooLong,
    HeadersTooLarge,
    ExpectationFailed,
    StoreUnavailable,
    InternalError,
)
#: Refusals of routes with query parameters.
WITH_QUERY: Final[tuple[type[Refusal], ...]] = (SchemaViolation,)
#: Refusals of routes that read a body.
WITH_BODY: Final[tuple[type[Refusal], ...]] = (
    MalformedJson,
    JsonTooDeep,
    BodyTooLarge,
    UnsupportedMediaType,
    SchemaViolation,
)


#: Headers that tell what is left of quotas.
RATE_LIMITS: Final = ("RateLimit-Policy", "RateLimit")

#: Refusals of routes that take an Idempotency-Key.
WITH_KEY: Final[tuple[type[Refusal], ...]] = (
    IdempotencyKeyMalformed,
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the query, in a header or in the path.

    Args:
        name: as it is sent.
        description: what it means.
        schema: its form, in the words of JSON Schema.
        place: where it is sent.
        required: whether it must be there.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    place: Literal["query", "header", "path"] = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which a route answers that is no refusal.

    Args:
        description: when, or what is in it.
        form: the type of the body, from which its schema is made; None: no JSON.
        media_type: of the body; None: there is no body.
        headers: names of further headers, see `relayer.api.openapi`.
    """

    description: str
    form: Any = None
    media_type: str | None = "application/json"
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    Args:
        view: what answers; the first line of its docstring is the summary in the document.
        name: the operation's id in the document, unique, as ``sendContributions``.
        answers: by HTTP status.
        parameters: in the query and in headers; those in the path are found by their names.
        body: the type of the JSON body, from which its schema is made; None: no body.
        refusals: what it may refuse with, beside what every route, every query and every body
            may be refused with.
        takes_key: whether it may be repeated with an Idempotency-Key; the view calls
            `relayer.api.idempotency.note_whole`, which says whether its answer may be kept.
        scheme: how it must be authenticated, see `relayer.api.openapi`; empty: as all may be.
    """

    view: View
    name: str
    answers: Mapping[int, Answer]
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    refusals: tuple[type[Refusal], ...] = field(default=())
    takes_key: bool = False
    scheme: str = ""

    @property
    def summary(self) -> str:
        """What it does, in one sentence."""
        return inspect.cleandoc(self.view.__doc__ or "").partition("\n")[0]

    @property
    def all_refusals(self) -> tuple[type[Refusal], ...]:
        """Every refusal that it may answer with, each once."""
        groups = (
            WITH_BODY if self.body is not None else (),
            WITH_QUERY if any(each.place == "query" for each in self.parameters) else (),
            WITH_KEY if self.takes_key else (),
            self.refusals,
            EVERYWHERE,
        )
        return tuple(dict.fromkeys(refusal for group in groups for refusal in group))
