"""How long the game keeps rounds, guesses, and who has read what: so long as its setting says.

What they amount to is kept for good: points as sums, the days of streaks, the clues themselves, and
the first validation of each. Clues that are older are not dealt in guess rounds any more, since the
game does not know by then who has seen them.
"""

from dataclasses import dataclass, field
from typing import Final

from relayer.clock import Clock
from sample_game.fair_play.pace import SECONDS_PER_DAY
from sample_game.store import GameStore
from sample_game.store.putting_away import AT_ONCE

#: How often old rows are looked for, in seconds.
_EVERY_S: Final = 600.0


@dataclass
class Retention:
    """Takes turns in the background.

    Args:
        store: the game's memory.
        keep_days: how long things are kept.
        clock: tells what is old.
    """

    store: GameStore
    keep_days: int
    clock: Clock
    _done_at: float = field(default=float("-inf"))

    def turn(self) -> None:
        """Put some of what is old away, if it is time for that; the next turn goes on."""
        elapsed_s = self.clock.monotonic()
        if elapsed_s < self._done_at + _EVERY_S:
            return
        before_at = int(self.clock.now()) - self.keep_days * SECONDS_PER_DAY
        away = self.store.putting_away
        away.duels(before_at)
        rows = (away.rounds(before_at), away.points(before_at), away.clues_seen(before_at))
        if max(rows) < AT_ONCE:
            self._done_at = elapsed_s
