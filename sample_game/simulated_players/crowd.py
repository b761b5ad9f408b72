"""The crowd: whose turn it is, at what pace, and a journal of what came of it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from relayer.clock import Clock
from sample_game.errors import GameError
from sample_game.simulated_players.players import SimulatedPlayer
from sample_game.simulated_players.ways_to_play import Submission, WayToPlay

#: The gap between two turns varies between these parts of its mean, as with people.
SHORTEST_GAP, LONGEST_GAP = 0.2, 1.8
#: Refusals in a row from which on the crowd gives up: something is wrong with the house.
REFUSALS_IN_A_ROW = 40


class CrowdRefusedError(GameError):
    """The house refuses everything. The message names the latest reason."""


@dataclass(frozen=True)
class Pace:
    """How often somebody in the crowd hands in clues."""

    per_second: float

    def gaps_s(self, random: Random) -> Iterator[float]:
        """Yield pauses between turns, in seconds."""
        while True:
            yield random.uniform(SHORTEST_GAP, LONGEST_GAP) / self.per_second


class Journal:
    """One JSON object per turn in a file: what the players know, and nobody else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, submission: Submission) -> None:
        """Append a turn."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(submission)) + "\n")

    def read(self) -> list[Submission]:
        """All turns so far."""
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [Submission(**json.loads(line)) for line in lines]


def turns(players: Sequence[SimulatedPlayer], random: Random) -> Iterator[SimulatedPlayer]:
    """Yield players for ever: everybody once in each lap, every lap in another order."""
    while True:
        lap = list(players)
        random.shuffle(lap)
        yield from lap


def play(
    players: Sequence[SimulatedPlayer],
    game: WayToPlay,
    own_client: WayToPlay,
    *,
    contributions: int | None,
    pace: Pace,
    random: Random,
    clock: Clock,
    done: Callable[[Submission], None],
) -> None:
    """Let the crowd play until enough contributions were accepted, or for ever.

    Args:
        players: the crowd.
        game: how those at the page play.
        own_client: how those with a client of their own play.
        contributions: how many must be accepted; None: play on and on.
        pace: turns a second.
        random: whose turn it is, and when.
        clock: lets time pass between turns.
        done: is told what each turn came to.

    Raises:
        CrowdRefusedError: many turns in a row were refused.
    """
    accepted = refused_in_a_row = 0
    gaps_s = pace.gaps_s(random)
    next_at = clock.now()
    for player in turns(players, random):
        if contributions is not None and accepted >= contributions:
            return
        clock.sleep(max(0.0, next_at - clock.now()))
        submission = (own_client if player.has_own_client else game).play(player)
        accepted += submission.accepted
        refused_in_a_row = 0 if submission.accepted else refused_in_a_row + 1
        done(submission)
        if refused_in_a_row >= REFUSALS_IN_A_ROW:
            raise CrowdRefusedError(
                f"The house refused {refused_in_a_row} contributions in a row, the latest as "
                f"{submission.refusal!r}: see the logs of the relayer."
            )
        # After a slow turn the crowd does not rush to catch up.
        next_at = max(next_at, clock.now() - 1.0) + next(gaps_s)
