"""The gamified rule in the game: players who find the word from somebody's clues confirm them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from simulation.mechanisms.gamified import Gamified, Statement
from simulation.scenarios.game.batches import GameBatch, Verdict, address_of
from simulation.scenarios.game.parameters import GameScenario, Role
from simulation.scenarios.game.rounds import ClueRound, Guesser


class Confirming:
    """Points by confirmation; no money.

    Args:
        scenario: how often players meet contributions, and when these lapse.
        roles: how each player behaves.
        guesser: finds words.
    """

    stake_wei = 0

    def __init__(self, scenario: GameScenario, roles: Sequence[Role], guesser: Guesser) -> None:
        self._scenario = scenario
        self._roles = roles
        self._ring = [player for player, role in enumerate(roles) if role == "sybils"]
        self._guesser = guesser
        self._random = Random(f"guess {scenario.seed}")  # noqa: S311 - a simulation that repeats
        self._mechanism = Gamified(scenario.distinct_validators, scenario.lapse_wait_s)

    def note(self, members: Sequence[ClueRound], at: float) -> int:
        """Authors are written down."""
        return self._mechanism.note_authors([address_of(each.player) for each in members], int(at))

    def said_of(self, members: Sequence[ClueRound], at: float) -> list[tuple[float, Statement]]:
        """Fellow sybils confirm at once, and those who meet a contribution and find its word."""
        scenario, said = self._scenario, []
        for place, each in enumerate(members):
            said += [(at, Statement(fellow, place)) for fellow in self._fellows_of(each)]
            for _ in range(self._met_by()):
                player = self._random.randrange(scenario.players)
                if player != each.player and self._would_confirm(player, each):
                    when = at + self._random.uniform(0, scenario.lapse_wait_s)
                    said.append((when, Statement(address_of(player), place)))
        return sorted(said, key=lambda pair: pair[0])

    def due(self, batches: Sequence[GameBatch], at: float) -> Iterator[Verdict]:
        """Yield what was confirmed by now, and what has lapsed."""
        for batch in batches:
            confirmed = self._hear(batch, at)
            if confirmed:
                yield Verdict(batch, agreed=confirmed)
            left = sorted(batch.open - set(confirmed))
            if left and self._mechanism.has_lapsed(batch.added_at, int(at)):
                yield Verdict(batch, late=left)

    def next_due(self, batch: GameBatch, at: float) -> float:
        """When somebody says something, or else when the rest lapses."""
        lapses_at = float(batch.added_at + self._scenario.lapse_wait_s)
        return min(batch.said[0][0], lapses_at) if batch.said else lapses_at

    def _hear(self, batch: GameBatch, at: float) -> list[int]:
        ready = [statement for when, statement in batch.said if when <= at]
        batch.said = batch.said[len(ready) :]
        still_open = set(batch.open)
        everybody = batch.authors(range(len(batch.members)))
        self._mechanism.validate(everybody, still_open, ready)
        return sorted(batch.open - still_open)

    def _fellows_of(self, each: ClueRound) -> list[str]:
        """The other keys of a sybil's person, all of which confirm, at once and in any order."""
        if each.role != "sybils":
            return []
        fellows = [player for player in self._ring if player != each.player]
        return [address_of(player) for player in self._random.sample(fellows, len(fellows))]

    def _would_confirm(self, player: int, each: ClueRound) -> bool:
        return self._roles[player] == "honest" and self._guesser.finds(each)

    def _met_by(self) -> int:
        """Players who meet a contribution: a Poisson number, by waiting times."""
        met, waited = 0, self._random.expovariate(1.0)
        while waited < self._scenario.guesses:
            met += 1
            waited += self._random.expovariate(1.0)
        return met
