"""Receivers of webhooks: who they are, what waits for them, and what became of each message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response

from relayer.ops.lists.messages import FILTERS, MessageList
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, offers
from relayer.ops.pages.lists import ListPage, add_list
from relayer.refusals import NotFound
from relayer.store.webhooks import MessageStatus, Webhook

#: Receivers that are shown.
_MOST: Final = 100


class WebhookPages:
    """Serves ``/ops/webhooks``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._store = mount.store
        mount.page("/webhooks", "webhooks", self.list, menu="Webhooks")
        add_list(
            mount,
            ListPage(
                "/webhooks/<identity>",
                "webhook",
                "Webhook",
                FILTERS,
                self._messages,
                template="webhook.html",
                file="/webhooks/<identity>/messages",
                more=self._more,
            ),
        )

    def list(self) -> Response:
        """List the receivers with what waits for them."""
        hooks = self._store.webhooks.of_game()
        return self._mount.render(
            "webhooks.html",
            rows=[self._row(hook) for hook in hooks[:_MOST]],
            count=len(hooks),
            most=_MOST,
        )

    def _row(self, hook: Webhook) -> Mapping[str, Any]:
        lists = self._store.webhook_lists
        return {
            "hook": hook,
            "waiting": lists.undelivered(hook.id, MessageStatus.WAITING),
            "dead": lists.undelivered(hook.id, MessageStatus.DEAD),
            "oldest_at": lists.oldest_waiting_at(hook.id),
        }

    def _messages(self, values: Mapping[str, Any], identity: str) -> MessageList:
        hook = self._hook(identity)
        status = values.get("status")
        return MessageList(self._store, hook.id, None if status is None else MessageStatus(status))

    def _more(self, values: Mapping[str, Any], identity: str) -> Mapping[str, Any]:
        hook = self._hook(identity)
        itself = {"webhook": hook.id}
        wanted = offers(self._mount, Offer("replay-webhook", itself), Offer("test-webhook", itself))
        return {"row": self._row(hook), "offers": wanted}

    def _hook(self, identity: str) -> Webhook:
        hook = self._store.webhooks.get(identity)
        if hook is None:
            raise NotFound(f"There is no receiver {identity[:50]}.")
        return hook
