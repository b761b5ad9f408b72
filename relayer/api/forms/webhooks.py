"""The form of webhooks in answers."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from relayer.api.forms.shared import PUBLISHED, Count, Cursor, UnixTime
from relayer.notify.events import EVENTS, PING
from relayer.store.webhooks import MessageStatus

EventName = Literal[EVENTS]  # type: ignore[valid-type]  # the statuses, which are written down once
AnyEvent = Literal[(*EVENTS, PING)]  # type: ignore[valid-type]  # as above


class WebhookLinks(TypedDict):
    """Where to go on."""

    self: str
    messages: str


@with_config(PUBLISHED)
class Webhook(TypedDict):
    """A receiver of messages about a game's contributions."""

    id: str
    url: str
    events: list[EventName]
    created_at: UnixTime
    disabled_at: UnixTime | None
    """Null while it gets messages."""
    disabled_reason: str | None
    secret: NotRequired[Annotated[str, Field(pattern="^whsec_")]]
    """Shown once, in the answer that made it."""
    links: WebhookLinks


class Webhooks(TypedDict):
    """All webhooks of a game, the oldest first."""

    webhooks: list[Webhook]


@with_config(PUBLISHED)
class WebhookMessage(TypedDict):
    """One piece of news for one receiver."""

    id: str
    """The header webhook-id of every try."""
    event: AnyEvent
    contribution: str | None
    """Null for a ping."""
    status: MessageStatus
    tries: Count
    answer: str | None
    """What came of the last try."""
    created_at: UnixTime
    due_at: UnixTime
    """When it is tried next, while it is waiting."""
    ended_at: UnixTime | None


@with_config(PUBLISHED)
class WebhookMessages(TypedDict):
    """Messages, newest first."""

    messages: list[WebhookMessage]
    next_cursor: Cursor | None
    """Null on the last page."""


@with_config(PUBLISHED)
class Sent(TypedDict):
    """How many messages will be sent."""

    messages: Count
