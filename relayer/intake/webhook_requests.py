"""The form of requests about webhooks."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from relayer.intake.schemas import violation
from relayer.notify.events import EVENTS
from relayer.notify.targets import MAX_URL_LENGTH

_FORM = ConfigDict(strict=True, extra="forbid")

Event = Literal[EVENTS]  # type: ignore[valid-type]  # the statuses, which are written down once
#: Most seconds for which the secret before signs as well.
MAX_OVERLAP_S = 7 * 86_400


@with_config(_FORM)
class WebhookRequest(TypedDict):
    """A new webhook."""

    url: Annotated[str, Field(min_length=1, max_length=MAX_URL_LENGTH)]
    events: NotRequired[Annotated[list[Event], Field(min_length=1, max_length=len(EVENTS))]]


@with_config(_FORM)
class RotationRequest(TypedDict):
    """A wish for a new secret."""

    overlap_s: NotRequired[Annotated[int, Field(ge=0, le=MAX_OVERLAP_S)]]


@with_config(_FORM)
class ReplayRequest(TypedDict):
    """What to send again: one message, or all dead ones when none is named."""

    message: NotRequired[Annotated[str, Field(pattern="^msg_[0-9a-f]{32}$")]]


_WEBHOOK = TypeAdapter(WebhookRequest)
_ROTATION = TypeAdapter(RotationRequest)
_REPLAY = TypeAdapter(ReplayRequest)


def read_webhook(value: Any) -> WebhookRequest:
    """Return a JSON value as a new webhook.

    Raises:
        SchemaViolation: the value has another form.
    """
    try:
        return _WEBHOOK.validate_python(value)
    except ValidationError as error:
        raise violation(error) from None


def read_rotation(value: Any) -> RotationRequest:
    """Return a JSON value as a wish for a new secret; raises as `read_webhook`."""
    try:
        return _ROTATION.validate_python(value)
    except ValidationError as error:
        raise violation(error) from None


def read_replay(value: Any) -> ReplayRequest:
    """Return a JSON value as a wish for a replay; raises as `read_webhook`."""
    try:
        return _REPLAY.validate_python(value)
    except ValidationError as error:
        raise violation(error) from None
