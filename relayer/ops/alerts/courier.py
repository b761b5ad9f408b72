"""Delivers messages about alerts: at least once, again and again with growing pauses."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from typing import Final

from relayer.clock import Clock
from relayer.notify.post import Delivery, post
from relayer.notify.schedule import next_pause_s
from relayer.notify.signing import read_secret, sign
from relayer.notify.targets import Target, TargetError, TargetRules
from relayer.ops.alerts.mail import Handover, Letter, MailServer, hand_in
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.alert_messages import AlertMessage, Channel

log = logging.getLogger(__name__)

#: Pauses after failed tries, a day and a half in all: an alert is urgent at first, and later news.
PAUSES_S: Final = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 72_000)
#: Messages of one step, so that a slow server does not keep the next look waiting.
AT_ONCE: Final = 4
#: A claim lapses when this has passed after the time-out: its claimer must have died.
CLAIM_MARGIN_S: Final = 30.0

Post = Callable[[Target, Mapping[str, str], bytes, float], Delivery]


class AlertCourier:
    """Delivers what is due, by webhook and by e-mail.

    Args:
        store: where the messages are.
        settings: name secret, mail server and time-outs.
        clock: tells what is due.
        chance: for the jitter of the retries.
        post: hands over one webhook.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        *,
        chance: random.Random | None = None,
        post: Post = post,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._chance = chance or random.Random()  # noqa: S311 - spreads tries, guards nothing
        self._post = post
        self._rules = TargetRules(settings.webhook_private_targets)
        self._server = MailServer.of(settings)

    def step(self) -> int:
        """Deliver some of what is due, and return how many messages were tried."""
        now = self._clock.now()
        longest_s = AT_ONCE * max(self._settings.webhook_timeout_s, self._settings.smtp_timeout_s)
        claim_until = now + longest_s + CLAIM_MARGIN_S
        claimed = self._store.alert_messages.claim_due(now, claim_until, AT_ONCE)
        for message in claimed:
            self._deliver(message)
        return len(claimed)

    def _deliver(self, message: AlertMessage) -> None:
        handover = self._hand_over(message)
        now, room = self._clock.now(), self._store.alert_messages
        extra = {"action": "alert", "message_id": message.id, "channel": message.channel.value}
        if handover.arrived:
            room.note_delivered(message.id, handover.detail, now)
            return
        pause_s = next_pause_s(message.tries, self._chance, pauses_s=PAUSES_S)
        log.warning("%s not delivered: %s", message.subject, handover.detail, extra=extra)
        if pause_s is None:
            room.note_dead(message.id, handover.detail, now)
        else:
            room.note_failed(message.id, handover.detail, now + pause_s)

    def _hand_over(self, message: AlertMessage) -> Handover:
        if message.channel is Channel.EMAIL:
            return self._mail(message)
        return self._call(message)

    def _mail(self, message: AlertMessage) -> Handover:
        if self._server is None:
            return Handover(False, "no mail server is set any more; set smtp_host and smtp_from")
        to = message.target.split(", ")
        letter = Letter(message.id, to, message.subject, message.body, message.created_at)
        return hand_in(self._server, letter)

    def _call(self, message: AlertMessage) -> Handover:
        secret, body = self._settings.alert_webhook_secret, message.body.encode()
        if secret is None:
            return Handover(False, "no secret is set any more; set alert_webhook_secret")
        now = int(self._clock.now())
        headers = sign([read_secret(secret.reveal())], message.id, now, body)
        try:
            target = self._rules.locate(message.target)
        except TargetError as error:
            return Handover(False, str(error))
        delivery = self._post(target, headers, body, self._settings.webhook_timeout_s)
        return Handover(delivery.arrived, delivery.detail)
