"""Days in a row on which a player finished the daily puzzle, and the freeze that saves a row.

* A day counts when all words of its puzzle were played to their end, found or not.
* One missed day does not end the row: it is frozen. It adds nothing to the row either.
* From a frozen day on, the next one can be frozen seven days later at the earliest. A day that is
  missed before that, or two missed days together, end the row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: Days from one frozen day to the next one that can be frozen.
DAYS_BETWEEN_FREEZES: Final = 7


@dataclass(frozen=True)
class Streak:
    """A row of days as it stands today."""

    #: Days that count in the row that is alive today; 0 when none is.
    days: int
    #: Days of the longest row so far.
    best: int
    #: Whether yesterday was missed and is frozen.
    is_frozen: bool
    #: From which day on a missed day can be frozen again; None: any day can.
    next_freeze_day: int | None


def streak_of(finished_days: Iterable[int], today: int) -> Streak:
    """Return the streak of a player.

    Args:
        finished_days: days since 1970 whose puzzle was finished, in order, none after today.
        today: the day since 1970.
    """
    row = best = 0
    last: int | None = None
    frozen: int | None = None
    for day in finished_days:
        goes_on, frozen = _bridge(last, day, frozen)
        row = row + 1 if goes_on else 1
        best, last = max(best, row), day
    if last == today:
        is_alive, was_frozen = True, frozen
    else:
        is_alive, was_frozen = _bridge(last, today, frozen)
    return Streak(
        days=row if is_alive else 0,
        best=best,
        is_frozen=is_alive and last != today and was_frozen == today - 1,
        next_freeze_day=None if was_frozen is None else was_frozen + DAYS_BETWEEN_FREEZES,
    )


def _bridge(last: int | None, day: int, frozen: int | None) -> tuple[bool, int | None]:
    """Tell whether a row that counted `last` may count `day` next, and the latest frozen day."""
    if last is None:
        return False, frozen
    if day == last + 1:
        return True, frozen
    missed = day - 1
    can_freeze = frozen is None or missed - frozen >= DAYS_BETWEEN_FREEZES
    if day == last + 2 and can_freeze:
        return True, missed
    return False, frozen
