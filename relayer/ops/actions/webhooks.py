"""Actions about webhooks: send again what did not arrive, and try a receiver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.notify.events import PING, ping_payload
from relayer.ops.actions.fields import Field, text
from relayer.ops.actions.framework import Action, Undertaking
from relayer.refusals.operators import ActionRefused
from relayer.store.ops_users import Role
from relayer.store.webhooks import MessageStatus, Webhook

_WEBHOOK: Final = Field("webhook", "Webhook", text, "its id, as wh_0123456789abcdef")
_MESSAGE: Final = Field(
    "message", "Message", text, "its id; empty: all that were given up", required=False
)


def _find(undertaking: Undertaking) -> Webhook:
    webhook_id = undertaking.arguments["webhook"]
    webhook = undertaking.store.webhooks.get(webhook_id)
    if webhook is None:
        raise ActionRefused(f"There is no webhook {webhook_id}; `relayer webhooks list` shows all.")
    return webhook


def _describe_replay(undertaking: Undertaking) -> Sequence[str]:
    webhook, message_id = _find(undertaking), undertaking.arguments["message"]
    counts = undertaking.store.webhooks.counts(webhook.id)
    what = (
        f"{counts.get(MessageStatus.DEAD, 0)} messages that were given up are"
        if message_id is None
        else f"The message {message_id} is"
    )
    sentences = [f"{what} sent to {webhook.url} again, under the same ids."]
    if webhook.disabled_at is not None:
        sentences.append(f"The webhook is turned on again. It was off: {webhook.disabled_reason}.")
    return sentences


def _replay(undertaking: Undertaking) -> str:
    webhook, room = _find(undertaking), undertaking.store.webhooks
    room.enable(webhook.id)
    count = room.replay(webhook.id, undertaking.arguments["message"], undertaking.now)
    return f"{count} to be sent again"


def _enabled(undertaking: Undertaking) -> Webhook:
    webhook = _find(undertaking)
    if webhook.disabled_at is not None:
        raise ActionRefused(
            f"The webhook is off: {webhook.disabled_reason}. replay-webhook turns it on."
        )
    return webhook


def _describe_test(undertaking: Undertaking) -> Sequence[str]:
    webhook = _enabled(undertaking)
    return [f"A signed message of the type `{PING}` is sent to {webhook.url}; it means nothing."]


def _test(undertaking: Undertaking) -> str:
    webhook, now = _enabled(undertaking), undertaking.now
    message_id = undertaking.store.webhooks.write(webhook.id, PING, ping_payload(now), now)
    return f"the message {message_id} is on its way to {webhook.url}"


ACTIONS: Final = (
    Action(
        name="replay-webhook",
        title="Send webhook messages again",
        role=Role.OPERATOR,
        fields=(_WEBHOOK, _MESSAGE),
        dry_run=_describe_replay,
        perform=_replay,
        sample={"webhook": "wh_0123456789abcdef"},
    ),
    Action(
        name="test-webhook",
        title="Try a webhook",
        role=Role.OPERATOR,
        fields=(_WEBHOOK,),
        dry_run=_describe_test,
        perform=_test,
        sample={"webhook": "wh_0123456789abcdef"},
    ),
)
