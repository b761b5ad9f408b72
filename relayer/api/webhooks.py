"""Routes of webhooks: a game says, with its key, where news of its contributions go."""

from __future__ import annotations

from typing import Any

from flask import Response

from relayer.api import forms, parameters
from relayer.api.callers import caller
from relayer.api.mount import Mount
from relayer.api.operations import Answer, Operation, View
from relayer.api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from relayer.api.requests import read_body, read_count, read_cursor, read_status, write_cursor
from relayer.api.responses import json_response
from relayer.errors import Refusal
from relayer.intake.webhook_requests import (
    ReplayRequest,
    RotationRequest,
    WebhookRequest,
    read_replay,
    read_rotation,
    read_webhook,
)
from relayer.limits import Scope
from relayer.notify.events import DEFAULT_EVENTS, PING, ping_payload
from relayer.notify.signing import mint_secret, secret_text
from relayer.notify.targets import TargetError, TargetRules
from relayer.refusals import (
    BadKey,
    KeyRequired,
    NotFound,
    ScopeMissing,
    TooManyWebhooks,
    WebhookTargetRefused,
)
from relayer.store.webhooks import Message, MessageStatus, Webhook

MAX_WEBHOOKS = 10
DEFAULT_OVERLAP_S = 86_400
_LIST = "messages"
_KEY: tuple[type[Refusal], ...] = (BadKey, KeyRequired, ScopeMissing)


class WebhookRoutes:
    """Serves ``/v1/webhooks``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        self._room = mount.service.store.webhooks
        self._rules = TargetRules(mount.service.settings.webhook_private_targets)
        one = "/v1/webhooks/<webhook_id>"
        mount.route("/v1/webhooks", POST=_adding(self.add), GET=_listing(self.all))
        mount.route(one, GET=_showing(self.show), DELETE=_removing(self.remove))
        mount.route(f"{one}/secret", POST=_rotating(self.rotate))
        mount.route(f"{one}/messages", GET=_paging(self.messages))
        mount.route(f"{one}/replay", POST=_replaying(self.replay))
        mount.route(f"{one}/ping", POST=_pinging(self.ping))

    def add(self) -> Response:
        """Add a webhook; its secret is in this answer and in no other."""
        game = self._game()
        wish = read_webhook(read_body(self._service.settings.max_body_bytes))
        try:
            self._rules.check(wish["url"])
        except TargetError as error:
            raise WebhookTargetRefused(
                f"{str(error).capitalize()}.", errors=(("/url", str(error)),)
            ) from None
        events = tuple(dict.fromkeys(wish.get("events", DEFAULT_EVENTS)))
        secret = mint_secret()
        with self._service.store.transaction():
            if len(self._room.of_game(game)) >= MAX_WEBHOOKS:
                raise TooManyWebhooks(
                    f"The game has {MAX_WEBHOOKS} webhooks. Remove one that is not needed any more."
                )
            webhook = self._room.add(game, wish["url"], events, secret, self._service.clock.now())
        shown = self._shown(webhook, secret)
        return json_response(shown, 201, {"Location": shown["links"]["self"]})

    def all(self) -> Response:
        """List the game's webhooks."""
        rows = self._room.of_game(self._game())
        return json_response({"webhooks": [self._shown(row) for row in rows]})

    def show(self, webhook_id: str) -> Response:
        """Show one webhook."""
        return json_response(self._shown(self._find(webhook_id)))

    def remove(self, webhook_id: str) -> Response:
        """Remove a webhook with all of its messages."""
        self._room.remove(self._find(webhook_id).id)
        return Response(status=204)

    def rotate(self, webhook_id: str) -> Response:
        """Give a webhook a new secret; the one before signs as well for a while."""
        webhook = self._find(webhook_id)
        wish = read_rotation(read_body(self._service.settings.max_body_bytes))
        secret, now = mint_secret(), self._service.clock.now()
        self._room.rotate(webhook.id, secret, now + wish.get("overlap_s", DEFAULT_OVERLAP_S))
        return json_response(self._shown(webhook, secret))

    def messages(self, webhook_id: str) -> Response:
        """List a webhook's messages, newest first."""
        webhook, limit = self._find(webhook_id), read_count("limit", DEFAULT_LIMIT, MAX_LIMIT)
        status, before = read_status(MessageStatus), read_cursor(_LIST)
        rows = self._room.messages(webhook.id, status, before, limit + 1)
        more = rows[limit - 1].sequence if len(rows) > limit else None
        return json_response(
            {
                "messages": [_message(row) for row in rows[:limit]],
                "next_cursor": write_cursor(_LIST, more),
            }
        )

    def replay(self, webhook_id: str) -> Response:
        """Send one ended message again, or all dead ones; what was turned off is on again."""
        webhook = self._find(webhook_id)
        message = read_replay(read_body(self._service.settings.max_body_bytes)).get("message")
        count = self._room.replay(webhook.id, message, self._service.clock.now())
        if message is not None and count == 0:
            raise NotFound(f"{webhook.id} has no message {message} that has ended.")
        self._room.enable(webhook.id)
        return json_response({"messages": count}, 202)

    def ping(self, webhook_id: str) -> Response:
        """Send a message that only tries the receiver."""
        webhook, now = self._find(webhook_id), self._service.clock.now()
        self._room.write(webhook.id, PING, ping_payload(now), now)
        return json_response({"messages": 1}, 202)

    def _game(self) -> str:
        """The game that asks, which must have a key for this."""
        found = caller(self._service)
        self._service.reception.check_scope(found, Scope.WEBHOOKS)
        return str(found.game)

    def _find(self, webhook_id: str) -> Webhook:
        """A webhook of the game that asks; those of others look like none."""
        game, webhook = self._game(), self._room.get(webhook_id)
        if webhook is None or webhook.game != game:
            raise NotFound(f"This game has no webhook {webhook_id[:40]}.")
        return webhook

    def _shown(self, webhook: Webhook, secret: bytes | None = None) -> dict[str, Any]:
        path = f"{self._mount.base()}/v1/webhooks/{webhook.id}"
        shown: dict[str, Any] = {
            "id": webhook.id,
            "url": webhook.url,
            "events": webhook.events,
            "created_at": webhook.created_at,
            "disabled_at": webhook.disabled_at,
            "disabled_reason": webhook.disabled_reason,
            "links": {"self": path, "messages": f"{path}/messages"},
        }
        return shown if secret is None else {**shown, "secret": secret_text(secret)}


def _message(row: Message) -> dict[str, Any]:
    return {
        "id": row.id,
        "event": row.event,
        "contribution": row.subject or None,
        "status": row.status,
        "tries": row.tries,
        "answer": row.answer,
        "created_at": row.created_at,
        "due_at": row.due_at,
        "ended_at": row.ended_at,
    }


def _adding(view: View) -> Operation:
    return Operation(
        view,
        "addWebhook",
        {201: Answer("Added.", forms.Webhook, headers=("Location",))},
        body=WebhookRequest,
        refusals=(*_KEY, WebhookTargetRefused, TooManyWebhooks),
    )


def _listing(view: View) -> Operation:
    return Operation(view, "listWebhooks", {200: Answer("All.", forms.Webhooks)}, refusals=_KEY)


def _showing(view: View) -> Operation:
    return Operation(
        view,
        "showWebhook",
        {200: Answer("As it stands.", forms.Webhook)},
        refusals=(*_KEY, NotFound),
    )


def _removing(view: View) -> Operation:
    return Operation(
        view,
        "removeWebhook",
        {204: Answer("Removed.", media_type=None)},
        refusals=(*_KEY, NotFound),
    )


def _rotating(view: View) -> Operation:
    return Operation(
        view,
        "rotateWebhookSecret",
        {200: Answer("With its new secret.", forms.Webhook)},
        body=RotationRequest,
        refusals=(*_KEY, NotFound),
    )


def _paging(view: View) -> Operation:
    return Operation(
        view,
        "listWebhookMessages",
        {200: Answer("A page.", forms.WebhookMessages)},
        (parameters.MESSAGE_STATUS, parameters.LIMIT, parameters.CURSOR),
        refusals=(*_KEY, NotFound),
    )


def _replaying(view: View) -> Operation:
    return Operation(
        view,
        "replayWebhookMessages",
        {202: Answer("They will be sent.", forms.Sent)},
        body=ReplayRequest,
        refusals=(*_KEY, NotFound),
    )


def _pinging(view: View) -> Operation:
    return Operation(
        view,
        "pingWebhook",
        {202: Answer("It will be sent.", forms.Sent)},
        refusals=(*_KEY, NotFound),
    )
