"""The intake's breaker: it opens when too much of what was accepted came to a bad end.

::

    closed --(bad share reached)--> open --(pause over)--> half-open --(probes ended well)--> closed
                                     ^----------------------(badly)-----|

Each player's contributions count with the share that ended badly, and the breaker looks at the
mean over the players: one player who fails a thousand times closes the house for nobody else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from relayer.clock import Clock
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.intake_breaker import BreakerRow, BreakerState, PlayerEnds

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When it opens, for how long, and what closes it."""

    percent: int
    least_ends: int
    window_s: float
    pause_s: float
    probes: int

    @classmethod
    def of(cls, settings: Settings) -> BreakerRules:
        """The rules that the settings give."""
        return cls(
            settings.breaker_percent,
            settings.breaker_least_ends,
            settings.breaker_window_s,
            settings.breaker_pause_s,
            settings.breaker_probes,
        )


def bad_per_mille(ends: Sequence[PlayerEnds]) -> int:
    """Return the mean share of bad ends over the players, in thousandths, rounded down."""
    if not ends:
        return 0
    return sum(1_000 * own.bad // (own.bad + own.good) for own in ends) // len(ends)


def moved(
    row: BreakerRow, ends: Sequence[PlayerEnds], now: float, rules: BreakerRules
) -> BreakerRow:
    """Return where the breaker stands next.

    Args:
        row: where it stands.
        ends: what ended since ``row.since``, and within the window.
        now: unix seconds.
        rules: the operator's.
    """
    count = sum(own.good + own.bad for own in ends)
    is_bad = bad_per_mille(ends) >= 10 * rules.percent
    # A clock that was set back must not keep the house closed for longer than a pause.
    is_over = not now < row.until_at <= now + rules.pause_s
    match row.state:
        case BreakerState.CLOSED if count >= rules.least_ends and is_bad:
            return BreakerRow(BreakerState.OPEN, now, now + rules.pause_s, 0)
        case BreakerState.OPEN if is_over:
            return BreakerRow(BreakerState.HALF_OPEN, now, now + rules.pause_s, rules.probes)
        case BreakerState.HALF_OPEN if count >= rules.probes or (is_over and count):
            if is_bad:
                return BreakerRow(BreakerState.OPEN, now, now + rules.pause_s, 0)
            return BreakerRow(BreakerState.CLOSED, now, now, 0)
        case BreakerState.HALF_OPEN if is_over:
            return replace(row, until_at=now + rules.pause_s, probes_left=rules.probes)
    return row


def closed(now: float) -> BreakerRow:
    """Return a breaker that lets everything pass and has forgotten what was."""
    return BreakerRow(BreakerState.CLOSED, now, now, 0)


class IntakeBreaker:
    """Moves the breaker in the store; the worker's part.

    Args:
        store: the database.
        settings: the rules.
        clock: the time.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._rules = BreakerRules.of(settings)
        self._clock = clock

    def step(self) -> BreakerState:
        """Look once, move the breaker if it is time to, and return its state."""
        room = self._store.intake_breaker
        with self._store.transaction():
            now, row = self._clock.now(), room.read()
            ends = room.ends_since(max(row.since, now - self._rules.window_s))
            after = moved(row, ends, now, self._rules)
            if after != row:
                room.write(after)
            room.forget_ends(now - self._rules.window_s)
        if after.state is not row.state:
            log.warning(
                "the intake's breaker is %s: %d per mille of %d players' contributions ended badly",
                after.state,
                bad_per_mille(ends),
                len(ends),
                extra={"action": "breaker", "state": after.state.value},
            )
        return after.state
