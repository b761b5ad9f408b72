"""Looks at all verdicts when it is this process's turn, and has told what follows from it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from relayer.clock import Clock
from relayer.errors import RelayerError
from relayer.ops.alerts.courier import AlertCourier
from relayer.ops.alerts.hysteresis import AlertRules, Look, after
from relayer.ops.alerts.messages import Addresses, compose
from relayer.ops.verdicts import Verdict, gather, judge
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.alerts import AlertEvent, AlertHappening, AlertStanding

log = logging.getLogger(__name__)

#: Pause between two tries for the turn, and between two looks for messages that are due.
TRY_INTERVAL_S: Final = 1.0
#: How long the history and delivered messages are kept.
KEEP_S: Final = 90 * 86_400.0
_WELL: Final = AlertEvent.CLEARED


class AlertWatch:
    """What a process runs beside its work; several processes share the looks.

    Args:
        store: the database.
        settings: rules and targets.
        clock: the time.
        look: returns all verdicts as of a time.
        courier: delivers the messages; default: one over the network.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        *,
        look: Callable[[float], Sequence[Verdict]] | None = None,
        courier: AlertCourier | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._look = look or (lambda now: judge(gather(store, settings, now)))
        self._courier = courier or AlertCourier(store, settings, clock)
        self._addresses = Addresses.of(settings)
        self._rules = AlertRules(
            settings.alert_level,
            settings.alert_raise_after_s,
            settings.alert_clear_after_s,
            settings.alert_repeat_s,
        )

    def run(self, stop_event: threading.Event) -> None:
        """Look and tell until the event is set; an error of one step never ends the loop."""
        while not stop_event.wait(TRY_INTERVAL_S):
            try:
                self.step()
            except (RelayerError, sqlite3.Error, LookupError, ValueError, OSError) as error:
                log.exception("alerts: %s", error, extra={"action": "alert"})

    def step(self) -> bool:
        """Look, if it is this process's turn, and deliver what is due; return whether it looked."""
        if not self._store.is_migrated:
            return False
        now = self._clock.now()
        is_ours = self._store.alerts.take_turn(now, self._settings.alert_interval_s)
        if is_ours:
            self._note(self._look(now), now)
        self._courier.step()
        return is_ours

    def _note(self, verdicts: Sequence[Verdict], now: float) -> None:
        with self._store.transaction():
            standings = self._store.alerts.all()
            for verdict in verdicts:
                self._note_one(verdict, standings.get(verdict.name.value), now)
            self._store.alerts.sweep(now - KEEP_S)
            self._store.alert_messages.sweep(now - KEEP_S)

    def _note_one(self, verdict: Verdict, before: AlertStanding | None, now: float) -> None:
        look = Look(verdict.name.value, verdict.level.value, verdict.sentence, now)
        standing, event = after(look, before, self._rules)
        if event is not None:
            standing = self._tell(verdict, standing, before, event)
        self._store.alerts.write(standing)

    def _tell(
        self,
        verdict: Verdict,
        standing: AlertStanding,
        before: AlertStanding | None,
        event: AlertEvent,
    ) -> AlertStanding:
        """Write down what happened, and messages about it unless the alert is silent."""
        now = standing.looked_at
        happening = AlertHappening(now, standing.name, event, standing.level, standing.sentence)
        self._store.alerts.note(happening)
        log.warning("alert %s %s: %s", event, standing.name, standing.sentence, extra=_facts(event))
        was_told = before is not None and before.told_at is not None
        if standing.is_silent(now) or (event is _WELL and not was_told):
            return standing
        since = standing.raised_at or (before.raised_at if before else None)
        for draft in compose(happening, self._addresses, verdict.remedy, since):
            self._store.alert_messages.write(draft, now)
        return standing if event is _WELL else replace(standing, told_at=now)


def _facts(event: AlertEvent) -> dict[str, str]:
    return {"action": "alert", "event": event.value}
