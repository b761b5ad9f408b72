"""Who plays as no person plays, and why that is thought; the operator judges, nobody else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sample_game.store import GameStore
from sample_game.store.exchanges import PartnerRow
from sample_game.store.paces import PaceRow

#: From so many too fast answers on, and from this share of all answers on.
FAST_FROM: Final = 10
FAST_PERCENT: Final = 30
#: From so many rounds on, of which fewer than this share came to anything.
HUNTING_FROM: Final = 100
HUNTING_PERCENT: Final = 10
#: From so many minutes on in which the limits held somebody back.
HELD_BACK_FROM: Final = 5
#: From so many answers on one day on: hours without a break.
ENDLESS_FROM: Final = 1_000
#: From so many capped exchanges with one partner on.
CAPPED_FROM: Final = 3
#: From so many right guesses on, of which this share came from one player.
ONE_GUESSER_FROM: Final = 12
ONE_GUESSER_PERCENT: Final = 80


@dataclass(frozen=True)
class Suspect:
    """A player, and what speaks against it, one sentence each."""

    player: str
    reasons: tuple[str, ...]


def suspects(store: GameStore, since_day: int) -> list[Suspect]:
    """Return who should be looked at, most reasons first."""
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for pace in store.paces.since(since_day):
        reasons[pace.player] += _of_pace(pace)
    partners = store.exchanges.partners_since(since_day)
    for row in partners:
        for player, other in ((row.author, row.guesser), (row.guesser, row.author)):
            reasons[player] += _of_pair(row, other)
    for author, sentence in _of_one_guesser(partners):
        reasons[author].append(sentence)
    found = [Suspect(player, tuple(given)) for player, given in reasons.items() if given]
    return sorted(found, key=lambda suspect: (-len(suspect.reasons), suspect.player))


def _of_pace(row: PaceRow) -> Iterable[str]:
    if row.fast >= FAST_FROM and 100 * row.fast >= FAST_PERCENT * row.answered:
        yield f"{row.fast} of {row.answered} answers came faster than a person can read."
    if row.dealt >= HUNTING_FROM and 100 * row.answered < HUNTING_PERCENT * row.dealt:
        yield f"Of {row.dealt} rounds only {row.answered} were answered: looks for certain rounds."
    if row.most_answered >= ENDLESS_FROM:
        yield f"{row.most_answered} rounds were answered on one day: plays without a break."
    if row.held_back >= HELD_BACK_FROM:
        yield f"The limits held it back in {row.held_back} minutes."


def _of_pair(row: PartnerRow, other: str) -> Iterable[str]:
    if row.capped >= CAPPED_FROM:
        where = ", and both were seen on one network" if row.shared_network else ""
        yield f"{row.capped} right guesses with {other} were beyond the day's cap{where}."


def _of_one_guesser(partners: Iterable[PartnerRow]) -> Iterable[tuple[str, str]]:
    by_author: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in partners:
        by_author[row.author][row.guesser] = row.count
    for author, counts in by_author.items():
        guesser, most = max(counts.items(), key=lambda entry: entry[1])
        total = sum(counts.values())
        if most >= ONE_GUESSER_FROM and 100 * most >= ONE_GUESSER_PERCENT * total:
            yield author, f"{most} of {total} right guesses from its clues are {guesser}'s."
