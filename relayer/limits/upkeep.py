"""What the worker does for the limits: it moves the breaker and drops what nobody needs."""

from __future__ import annotations

from relayer.clock import Clock
from relayer.limits.breaker import IntakeBreaker
from relayer.limits.quotas import MICROSECONDS
from relayer.settings import Settings
from relayer.store import Store

#: Pause between two looks for what can be dropped.
SWEEP_INTERVAL_S = 60.0
#: How long the key of an operator's action is known. Whoever tries again does so within days.
ANSWERS_KEPT_S = 90 * 86_400.0


class LimitsUpkeep:
    """Looks after the limits, step by step.

    Args:
        store: the database.
        settings: the rules.
        clock: the time.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._breaker = IntakeBreaker(store, settings, clock)
        self._sweep_at = float("-inf")

    def step(self) -> None:
        """Move the breaker; once a minute, drop what is full, over or expired."""
        self._breaker.step()
        now = self._clock.now()
        if now < self._sweep_at <= now + SWEEP_INTERVAL_S:
            return
        self._sweep_at = now + SWEEP_INTERVAL_S
        with self._store.transaction():
            self._store.allowances.forget_full(int(now * MICROSECONDS))
            self._store.ticket_uses.forget_expired(now)
            self._store.bans.forget_expired(now)
            self._store.quota_overrides.forget_expired(now)
            self._store.ops_answers.sweep(now - ANSWERS_KEPT_S)
