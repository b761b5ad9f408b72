"""The rankings of the day, of the week, and of all time.

Days and weeks are those of UTC; weeks begin on Monday. Who has as many points as another one has
the same place, and the places behind are left out: 1, 1, 3. What counts for a wallet counts
together. Whoever is banned by the house or suspended by the game is in no ranking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from relayer.clock import Clock
from sample_game.puzzles.nicknames import nickname_of
from sample_game.remembered import Remembered
from sample_game.store import GameStore
from sample_game.store.rankings import Score

SECONDS_PER_DAY: Final = 86_400
DAYS_PER_WEEK: Final = 7
#: What rankings are made of.
PERIODS: Final = ("day", "week", "all")
#: 1970-01-01 was a Thursday: days since the Monday before it.
_DAYS_FROM_MONDAY: Final = 3
#: Places that everybody sees; the own one comes beside them, wherever it is.
SHOWN: Final = 20
#: How long a ranking is not added up again, in seconds.
LASTS_S: Final = 5.0
#: Adding up takes a tenth of the time at most, however many points there are.
_PAUSE_FACTOR: Final = 9.0


@dataclass(frozen=True)
class Placed:
    """A place in a ranking."""

    place: int
    owner: str
    points: int

    @property
    def name(self) -> str:
        """What others read instead of an address."""
        return nickname_of(self.owner)


@dataclass(frozen=True)
class Ranking:
    """A ranking as one player sees it."""

    first: tuple[Placed, ...]  #: the first `SHOWN` places
    own: Placed | None  #: None: the player has no points in it
    players: int  #: how many have points in it
    ends_at: int | None  #: unix seconds; None: never


class Rankings:
    """Places players; what was added up is good for some seconds.

    Args:
        store: the game's memory.
        clock: tells day and week.
    """

    def __init__(self, store: GameStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: Mapping[str, Remembered[tuple[int | None, list[Placed]]]] = {
            period: Remembered(partial(self._add_up, period), LASTS_S, clock, _PAUSE_FACTOR)
            for period in PERIODS
        }

    def of(self, period: str, player: str) -> Ranking:
        """Return a ranking for a player.

        Args:
            period: one of `PERIODS`.
            player: an address in lower case.
        """
        ends_at, placed = self._kept[period].get()
        owner = self._store.delegations.owner(player, int(self._clock.now()))
        own = next((each for each in placed if each.owner == owner), None)
        return Ranking(tuple(placed[:SHOWN]), own, len(placed), ends_at)

    def _add_up(self, period: str) -> tuple[int | None, list[Placed]]:
        begins_at, ends_at = bounds_of(period, self._clock.now())
        return ends_at, placed_by_points(self._store.rankings.scores(begins_at))


def bounds_of(period: str, now: float) -> tuple[int, int | None]:
    """Return when the period of a moment begins, and when it ends; None: never."""
    today = int(now) // SECONDS_PER_DAY
    if period == "all":
        return 0, None
    if period == "day":
        return today * SECONDS_PER_DAY, (today + 1) * SECONDS_PER_DAY
    monday = today - (today + _DAYS_FROM_MONDAY) % DAYS_PER_WEEK
    return monday * SECONDS_PER_DAY, (monday + DAYS_PER_WEEK) * SECONDS_PER_DAY


def placed_by_points(scores: list[Score]) -> list[Placed]:
    """Return scores with their places; the most points come first.

    Args:
        scores: the most points first.
    """
    placed: list[Placed] = []
    for count, score in enumerate(scores, 1):
        is_tie = bool(placed) and placed[-1].points == score.points
        place = placed[-1].place if is_tie else count
        placed.append(Placed(place, score.owner, score.points))
    return placed
