"""What the forms of several answers have in common."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

Digest = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
#: Wei are text: JSON numbers lose digits in browsers.
Wei = Annotated[str, Field(pattern="^(0|[1-9][0-9]*)$", examples=["1000000000000"])]
Gwei = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
UnixTime = Annotated[float, Field(ge=0, examples=[1700000000.0])]
Cursor = Annotated[str, Field(min_length=1)]

#: The text below a member is what the document says about it.
PUBLISHED = ConfigDict(use_attribute_docstrings=True)


@with_config(PUBLISHED)
class Place(TypedDict):
    """A place in a request that is wrong."""

    pointer: str
    """JSON pointer (RFC 6901) into the body, or ``?name`` for a query parameter."""
    detail: str
    """What is wrong there."""


@with_config(PUBLISHED)
class Problem(TypedDict):
    """Why a request was refused (RFC 9457)."""

    type: str
    """Address of a page about this code."""
    title: str
    """The same for every occurrence of the code."""
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    """Cause and remedy of this occurrence."""
    instance: str
    """Path of the request."""
    code: str
    """The stable slug to switch on."""
    retryable: bool
    """Whether the same request may succeed later without being changed."""
    request_id: str
    """What to quote when asking the operator."""
    errors: list[Place]
    retry_after_s: NotRequired[Count]
    """When to send the same request again; of what is retryable only."""
    reason: NotRequired[str]
    """What the operator wrote who banned the player or paused the intake."""
    until_at: NotRequired[UnixTime]
    """When the ban or the pause ends by itself, if it does."""


@with_config(PUBLISHED)
class Attempt(TypedDict):
    """One signed version of a transaction: the first one, or a fee bump."""

    hash: Digest
    nonce: Count
    """The signer's."""
    max_fee_per_gas_wei: Wei
    broadcast_at: UnixTime | None
    mined: bool
    """Whether a block holds this version."""
