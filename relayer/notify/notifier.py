"""Delivers what is due: at least once, the oldest first, no receiver at the cost of another.

Each receiver has its turn, with a message or two. Those that took long last time share a part of
the threads, so that however many they are, others never wait for them.

A message is claimed before it is sent: its next try is written down first. So a kill in between
means a second delivery under the same id, never a lost message, and several notifiers share the
work.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from relayer.clock import Clock
from relayer.errors import RelayerError
from relayer.notify.post import Delivery, post
from relayer.notify.schedule import next_pause_s
from relayer.notify.signing import sign
from relayer.notify.targets import Target, TargetError, TargetRules
from relayer.store import Store
from relayer.store.webhooks import Due, Message, Webhook

log = logging.getLogger(__name__)

#: Pause between two looks for messages that are due.
LOOK_INTERVAL_S: Final = 0.25
#: Messages of one receiver that are under way at a time.
AT_ONCE_PER_WEBHOOK: Final = 2
#: A receiver that takes longer than this is a slow one until it is faster.
SLOW_S: Final = 1.0
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
        monotonic: tells how long a receiver took.
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
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._timeout_s = timeout_s
        self._parallel = parallel
        self._keep_s = keep_s
        self._chance = chance or random.Random()  # noqa: S311 - spreads tries, guards nothing
        self._post = post
        self._monotonic = monotonic
        # The same threads all along: each has a connection to the database.
        self._threads = ThreadPoolExecutor(parallel, "relayer-webhook")
        #: Deliveries under way, with their receivers.
        self._under_way: dict[Future[None], str] = {}
        #: Receivers that took long when they were tried last.
        self._slow: set[str] = set()

    def run(self, stop_event: threading.Event) -> None:
        """Deliver until the event is set; an error of one look never ends the loop."""
        while not stop_event.is_set():
            begun = 0
            try:
                begun = self._begin()
            except (RelayerError, sqlite3.Error, OSError) as error:
                log.exception("webhooks: %s", error, extra={"action": "notify"})
            if not begun:
                self._wait(stop_event)
        wait(self._under_way)

    def step(self) -> int:
        """Deliver what is due, some messages at a time, and return how many were tried."""
        begun = self._begin()
        wait(self._under_way)
        self._clear_up()
        return begun

    def _wait(self, stop_event: threading.Event) -> None:
        """Wait until a delivery is over, or until it is time for another look."""
        if self._under_way:
            wait(self._under_way, LOOK_INTERVAL_S, FIRST_COMPLETED)
        else:
            stop_event.wait(LOOK_INTERVAL_S)

    def _begin(self) -> int:
        """Begin with what is due and has a thread, and return how many messages that is."""
        self._clear_up()
        now = self._clock.now()
        self._store.webhooks.sweep(now - self._keep_s, SWEPT_AT_ONCE)
        chosen = self._choose(self._store.webhooks.due(now, AT_ONCE_PER_WEBHOOK))
        if not chosen:
            return 0
        claim_until = now + self._timeout_s + CLAIM_MARGIN_S
        claimed = self._store.webhooks.claim(chosen, now, claim_until)
        for webhook, message in claimed:
            self._under_way[self._threads.submit(self._deliver, webhook, message)] = webhook.id
        return len(claimed)

    def _choose(self, due: Sequence[Due]) -> list[int]:
        """Which messages get the free threads, by their sequence numbers."""
        # The threads change the set meanwhile.
        busy, slow = Counter(self._under_way.values()), frozenset(self._slow)
        free = self._parallel - busy.total()
        for_slow = max(1, self._parallel // 2) - sum(busy[each] for each in slow)
        chosen: list[int] = []
        for each in due:
            is_slow = each.webhook in slow
            if len(chosen) == free:
                break
            if busy[each.webhook] >= AT_ONCE_PER_WEBHOOK or (is_slow and for_slow <= 0):
                continue
            chosen.append(each.sequence)
            busy[each.webhook] += 1
            for_slow -= is_slow
        return chosen

    def _clear_up(self) -> None:
        """Forget what is done; raises what went wrong in writing it down."""
        for done in [each for each in self._under_way if each.done()]:
            del self._under_way[done]
            done.result()

    def _deliver(self, webhook: Webhook, message: Message) -> None:
        begun_at = self._monotonic()
        delivery = self._try(webhook, message)
        if self._monotonic() - begun_at > SLOW_S:
            self._slow.add(webhook.id)
        else:
            self._slow.discard(webhook.id)
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
