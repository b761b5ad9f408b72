"""Batches on their way through the reward stage, and what a mechanism decides about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from simulation.house import OpenBatch
from simulation.mechanisms.gamified import Statement
from simulation.scenarios.game.rounds import ClueRound


@dataclass
class GameBatch:
    """A batch on chain.

    Attributes:
        members: its contributions.
        in_house: what the house knows of it.
        open: places that nobody has settled.
        said: gamified: who will confirm what, and when, in order.
    """

    members: Sequence[ClueRound]
    in_house: OpenBatch
    open: set[int] = field(default_factory=set)
    said: list[tuple[float, Statement]] = field(default_factory=list)

    @property
    def added_at(self) -> int:
        """When it was added, in seconds."""
        return int(self.in_house.added_at)

    def authors(self, places: Sequence[int]) -> list[str]:
        """The authors of some of its contributions."""
        return [address_of(self.members[place].player) for place in places]


@dataclass(frozen=True)
class Verdict:
    """Places of a batch that are settled in one transaction.

    Attributes:
        batch: whose.
        agreed: the model agrees, or somebody confirmed.
        late: nothing and nobody did in time.
        rewards_wei: what the player of a place is paid.
    """

    batch: GameBatch
    agreed: Sequence[int] = ()
    late: Sequence[int] = ()
    rewards_wei: Mapping[int, int] = field(default_factory=dict)

    @property
    def places(self) -> list[int]:
        """All places, in order."""
        return sorted([*self.agreed, *self.late])


class Rule(Protocol):
    """An incentive mechanism in the game."""

    @property
    def stake_wei(self) -> int:
        """Stake of a contribution."""

    def note(self, members: Sequence[ClueRound], at: float) -> int:
        """Contributions take effect; returns words of storage that are new by it."""

    def said_of(self, members: Sequence[ClueRound], at: float) -> list[tuple[float, Statement]]:
        """What players will say of a batch, and when, in order."""

    def due(self, batches: Sequence[GameBatch], at: float) -> Iterator[Verdict]:
        """Yield what can be settled now."""

    def next_due(self, batch: GameBatch, at: float) -> float:
        """When something of a batch can be settled next if nobody contributes any more."""


def address_of(player: int) -> str:
    """An address for the player with this number, told apart by its last bits."""
    return f"0x{2 * player + 1:040x}"
