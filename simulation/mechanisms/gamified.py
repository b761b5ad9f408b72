"""The twin of `Gamified.sol`: points and badges by players who confirm each other.

A contribution gives its author one point when another contributor confirms it, and is settled by
that. Nobody confirms own contributions, nor without having contributed, nor the same author again
before so many others have. What nobody confirms lapses.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from relayer.batch.dry_run import Outcome
from simulation.errors import ParameterError

MAX_DISTINCT_VALIDATORS: Final = 3

_DAY_S: Final = 86_400
_WEEK_DAYS: Final = 7
_MOST_STREAK_DAYS: Final = (1 << 16) - 1
_TAG_MASK: Final = (1 << 40) - 1


class Badge(IntEnum):
    """What a player can show, in the contract's numbering."""

    FIRST_CLUE = 0
    TEN_VALIDATED = 1
    HUNDRED_VALIDATED = 2
    THOUSAND_VALIDATED = 3
    WEEK_STREAK = 4


_BADGES_BY_POINTS: Final = {
    10: Badge.TEN_VALIDATED,
    100: Badge.HUNDRED_VALIDATED,
    1_000: Badge.THOUSAND_VALIDATED,
}


@dataclass
class Standing:
    """What the contract keeps of a player; see `IGamified.sol`."""

    contributed: int = 0
    points: int = 0
    badges: set[Badge] = field(default_factory=set)
    streak_days: int = 0
    last_day: int = 0
    latest_validators: deque[int] = field(
        default_factory=lambda: deque(maxlen=MAX_DISTINCT_VALIDATORS)
    )


@dataclass(frozen=True)
class Statement:
    """That somebody finds a contribution of a batch good: validator, and place in the batch."""

    validator: str
    place: int


class Gamified:
    """The mechanism.

    Args:
        distinct_validators: others that must confirm an author before the same one may again.
        lapse_wait_s: from when on an unconfirmed contribution may be closed without a point.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    def __init__(self, distinct_validators: int, lapse_wait_s: int) -> None:
        if not 0 <= distinct_validators <= MAX_DISTINCT_VALIDATORS:
            raise ParameterError(
                f"An author remembers 0 to {MAX_DISTINCT_VALIDATORS} validators, "
                f"not {distinct_validators}: choose one of these."
            )
        if not 0 < lapse_wait_s < 1 << 32:
            raise ParameterError("The lapse wait is 1 second to 2^32: choose another.")
        self.distinct_validators = distinct_validators
        self.lapse_wait_s = lapse_wait_s
        self._standings: defaultdict[str, Standing] = defaultdict(Standing)

    def standing(self, player: str) -> Standing:
        """What is known of a player."""
        return self._standings[player]

    def note_authors(self, authors: Sequence[str], now: int) -> int:
        """Write down who contributed; returns how many did for the first time."""
        return sum(self._note_author(author, now // _DAY_S) for author in authors)

    def validate(
        self, authors: Sequence[str], open_places: set[int], statements: Sequence[Statement]
    ) -> list[Outcome]:
        """Hear statements about a batch, in order; each accepted one settles its contribution.

        Args:
            authors: of the batch, by place.
            open_places: contributions that nobody has settled; the settled ones are taken out.
            statements: what is said.
        """
        outcomes = []
        for statement in statements:
            outcome = Outcome.NOT_OPEN
            if statement.place in open_places:
                outcome = self._judge(statement.validator, authors[statement.place])
            if outcome is Outcome.ACCEPTED:
                open_places.discard(statement.place)
            outcomes.append(outcome)
        return outcomes

    def has_lapsed(self, added_at: int, now: int) -> bool:
        """Whether what nobody confirmed may be closed."""
        return now - added_at >= self.lapse_wait_s

    def objection(self, validator: str, author: str) -> Outcome:
        """What would become now of a statement about an open contribution."""
        if validator == author:
            return Outcome.OWN_CONTRIBUTION
        if not self._standings[validator].contributed:
            return Outcome.NEVER_CONTRIBUTED
        latest = list(self._standings[author].latest_validators)[: self.distinct_validators]
        return Outcome.SAME_VALIDATOR_AGAIN if _tag_of(validator) in latest else Outcome.ACCEPTED

    def _note_author(self, author: str, today: int) -> bool:
        own = self._standings[author]
        is_new = own.contributed == 0
        own.contributed += 1
        if is_new:
            own.badges.add(Badge.FIRST_CLUE)
        if own.last_day != today:
            goes_on = own.last_day + 1 == today
            own.streak_days = min(own.streak_days + 1, _MOST_STREAK_DAYS) if goes_on else 1
            own.last_day = today
            if own.streak_days == _WEEK_DAYS:
                own.badges.add(Badge.WEEK_STREAK)
        return is_new

    def _judge(self, validator: str, author: str) -> Outcome:
        outcome = self.objection(validator, author)
        if outcome is Outcome.ACCEPTED:
            own = self._standings[author]
            own.latest_validators.appendleft(_tag_of(validator))
            own.points += 1
            if own.points in _BADGES_BY_POINTS:
                own.badges.add(_BADGES_BY_POINTS[own.points])
        return outcome


def _tag_of(validator: str) -> int:
    """The part of an address that the contract remembers."""
    return int(validator, 16) & _TAG_MASK | 1
