"""What is wrong with a receiver of webhooks."""

from __future__ import annotations

from relayer.errors import Refusal


class WebhookTargetRefused(Refusal):
    """Messages may not go to this address.

    Give an https URL of a public host, with port 443 or one from 1024 on.
    """

    code, status = "webhook-target-refused", 422


class TooManyWebhooks(Refusal):
    """The game has as many webhooks as it may have.

    Remove one that is not needed any more.
    """

    code, status = "too-many-webhooks", 409
