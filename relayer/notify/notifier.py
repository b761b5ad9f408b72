"""Delivers what is due: at least once, the oldest first, no receiver at the cost of another.

A message is claimed before it is sent: its next try is written down first. So a kill in between
means a second delivery under the same id, never a lost message, and several notifiers share the
work.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

from relayer.clock import Clock
from relayer.errors import RelayerError
from relayer.notify.post import Delivery, post
from relayer.notify.schedule import next_pause_s
from relayer.notify.signing import sign
from relayer.notify.targets import Target, TargetError, TargetRules
from relayer.store import Store
from relayer.store.webhooks import Message, Webhook

log = logging.getLogger(__name__)

#: Pause between two looks for messages that are due.
LOOK_INTERVAL_S: Final = 0.25
#: Messages of one receiver that are under way at a time.
AT_ONCE_PER_WEBHOOK: Final = 2
#: A claim lapses when this has passed after the time-out: its claimer must have died.
CLAIM_MARGIN_S: Final = 30.0
#: Ended messages that are swept away in one look.
SWEPT_AT_ONCE: Final = 500

Post = Callable[[Target, Mapping[str, str], bytes, float], Delivery]


class Notifier:
    """Sends the messages of one store.

    Args:
        store: where the messages are.
        rules: where they may go.
        clock: tells what is due.
        timeout_s: longest that a receiver may take.
        parallel: messages under way at a time.
        keep_s: how long ended messages can be looked at and replayed.
        chance: for the jitter of the retries.
        post: hands over one message.
    """

    def __init__(
        self,
        store: Store,
        rules: TargetRules,
        clock: Clock,
        *,
        timeout_s: float = 10.0,
        parallel: int = 4,
        keep_s: float = 604_800.0,
        chance: random.Random | None = None,
        post: Post = post,
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._timeout_s = timeout_s
        self._parallel = parallel
        self._keep_s = keep_s
        self._chance = chance or random.Random()  # noqa: S311 - spreads tries, guards nothing
        self._post = post
        # The same threads all along: each has a connection to the database.
        self._threads = ThreadPoolExecutor(parallel, "relayer-webhook")

    def run(self, stop_event: threading.Event) -> None:
        """Deliver until the event is set; an error of one look never ends the loop."""
        while not stop_event.is_set():
            try:
                if self.step():
                    continue
            except (RelayerError, sqlite3.Error, OSError) as error:
                log.exception("webhooks: %s", error, extra={"action": "notify"})
            stop_event.wait(LOOK_INTERVAL_S)

    def step(self) -> int:
        """Deliver what is due, some messages at a time, and return how many were tried."""
        now = self._clock.now()
        self._store.webhooks.sweep(now - self._keep_s, SWEPT_AT_ONCE)
        claim_until = now + self._timeout_s + CLAIM_MARGIN_S
        claimed = self._store.webhooks.claim_due(
            now, claim_until, self._parallel, AT_ONCE_PER_WEBHOOK
        )
        if len(claimed) == 1:
            self._deliver(*claimed[0])
        elif claimed:
            self._deliver_together(claimed)
        return len(claimed)

    def _deliver_together(self, claimed: Sequence[tuple[Webhook, Message]]) -> None:
        under_way = [self._threads.submit(self._deliver, *pair) for pair in claimed]
        wait(under_way)
        for done in under_way:
            done.result()

    def _deliver(self, webhook: Webhook, message: Message) -> None:
        delivery = self._try(webhook, message)
        now, room = self._clock.now(), self._store.webhooks
        extra = {"action": "notify", "message_id": message.id, "webhook": webhook.id}
        if delivery.arrived:
            room.note_delivered(message.id, delivery.detail, now)
            log.debug("%s delivered", message.event, extra=extra)
            return
        pause_s = next_pause_s(message.tries, self._chance, delivery.asked_pause_s)
        if delivery.unwanted:
            room.disable(webhook.id, "the receiver answered 410 Gone", now)
            pause_s = None
        if pause_s is None:
            room.note_dead(message.id, delivery.detail, now)
            log.warning("%s given up: %s", message.event, delivery.detail, extra=extra)
        else:
            room.note_failed(message.id, delivery.detail, now + pause_s)
            log.info("%s not delivered: %s", message.event, delivery.detail, extra=extra)

    def _try(self, webhook: Webhook, message: Message) -> Delivery:
        body, now = message.payload.encode(), self._clock.now()
        headers = sign(webhook.keys(now), message.id, int(now), body)
        try:
            target = self._rules.locate(webhook.url)
        except TargetError as error:
            return Delivery(None, str(error))
        return self._post(target, headers, body, self._timeout_s)
