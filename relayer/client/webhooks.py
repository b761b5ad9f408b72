"""The client's part about webhooks: where the relayer tells a game what became of contributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relayer.client.transport import Transport, quoted


class WebhookDesk:
    """The webhooks of the game whose key the client has; needs the scope ``webhooks``.

    Every method raises ApiError when the relayer refuses, TransportError when it does not answer.
    What changes something is sent once and no more: a second try would add a second webhook, or
    renew a secret that nobody has seen. After a TransportError look at `all` first.

    Args:
        transport: carries requests.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def all(self) -> list[dict[str, Any]]:
        """Return all webhooks of the game, the oldest first, without their secrets."""
        webhooks: list[dict[str, Any]] = self._transport.get("/v1/webhooks")["webhooks"]
        return webhooks

    def add(self, url: str, events: Sequence[str] | None = None) -> dict[str, Any]:
        """Add a webhook; its `secret` is in this answer and in no other.

        Args:
            url: where messages go.
            events: as ``contribution.mined``; default: those that end something.
        """
        wish = {"url": url} if events is None else {"url": url, "events": list(events)}
        return self._transport.post_once("/v1/webhooks", wish)

    def rotate(self, webhook_id: str, *, overlap_s: int = 0) -> dict[str, Any]:
        """Give a webhook a new `secret`; the one before signs as well for a while."""
        path = f"/v1/webhooks/{quoted(webhook_id)}/secret"
        return self._transport.post_once(path, {"overlap_s": overlap_s})
