"""Lets decisions end when their time has come, and forgets what was noted long ago."""

from typing import Final

from relayer.clock import Clock
from sample_game.fair_play.bans import Bans
from sample_game.fair_play.pace import SECONDS_PER_DAY, day_of
from sample_game.store import GameStore

#: How often the house is asked about those that it keeps out, in seconds.
_BANS_EVERY_S: Final = 600.0
#: Notes are kept so many days; how often old ones are looked for, in seconds.
KEPT_DAYS: Final = 30
_FORGET_EVERY_S: Final = 3_600.0


class Upkeep:
    """Takes turns in the background.

    Args:
        store: where notes and decisions are.
        bans: the house's.
        clock: tells what has ended.
    """

    def __init__(self, store: GameStore, bans: Bans, clock: Clock) -> None:
        self._store = store
        self._bans = bans
        self._clock = clock
        self._bans_at = self._forgot_at = float("-inf")

    def turn(self) -> None:
        """Do what is due.

        Raises:
            HouseError: the house cannot be asked about its bans; the next turn tries again.
        """
        now, elapsed_s = self._clock.now(), self._clock.monotonic()
        self._store.exclusions.expire(now)
        if elapsed_s >= self._forgot_at + _FORGET_EVERY_S:
            self._forget(now)
            self._forgot_at = elapsed_s
        if elapsed_s >= self._bans_at + _BANS_EVERY_S:
            self._bans.look_again()
            self._bans_at = elapsed_s

    def _forget(self, now: float) -> None:
        before_day = day_of(now) - KEPT_DAYS
        self._store.paces.forget(before_day, now)
        self._store.exchanges.forget(before_day, before_day * SECONDS_PER_DAY)
