"""What a game leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulation.house import Statement
from simulation.scenarios.game.parameters import Role


@dataclass(frozen=True)
class Checkpoint:
    """The model after some contributions: shares of held-out rounds.

    Attributes:
        contributions: learnt so far.
        top1: rounds whose word comes first.
        top5: rounds whose word is among the first five.
    """

    contributions: int
    top1: float
    top5: float


@dataclass
class Purse:
    """What was staked for players of one role, and what came of it, in wei and points.

    Attributes:
        staked_wei: stakes that were put down for them.
        refunded_wei: stakes that came back.
        rewards_wei: what their points earned.
        kept_wei: what of that is left when the fees of their contributions are paid.
        points: contributions of theirs that were agreed with or confirmed.
    """

    staked_wei: int = 0
    refunded_wei: int = 0
    rewards_wei: int = 0
    kept_wei: int = 0
    points: int = 0

    @property
    def share(self) -> float:
        """What came back and was earned, of what was put down; 1 where nothing was."""
        back_wei = self.refunded_wei + self.rewards_wei
        return back_wei / self.staked_wei if self.staked_wei else 1.0


@dataclass(frozen=True)
class Standing:
    """Who has gained how much when some contributions are settled.

    Attributes:
        settled: contributions.
        shares: by role, what came back and was earned of what was staked for those.
        points: by role, points for each of those.
    """

    settled: int
    shares: Mapping[Role, float]
    points: Mapping[Role, float]


@dataclass
class Outcome:
    """How a game went.

    Attributes:
        truths: words of the rounds that examine the model.
        checkpoints: the model on its way.
        purses: money and points by role.
        ends: contributions by role, truth (`true` or `false`) and end (`agreed` or `late`).
        standings: who has gained how much on the way.
        house: the house's money after each of its transactions.
        forfeited_wei: stakes of the sponsor that were lost.
        to_players_wei: what players of all roles were paid, fees taken off.
        tank_wei: what the tank must have held.
        batches: adding transactions.
        gas_units: gas by what it was spent on.
        refused: contributions that were not taken, by role and truth.
    """

    truths: NDArray[np.intp]
    checkpoints: list[Checkpoint] = field(default_factory=list)
    purses: dict[Role, Purse] = field(default_factory=dict)
    ends: Counter[tuple[Role, bool, bool]] = field(default_factory=Counter)
    standings: list[Standing] = field(default_factory=list)
    house: list[Statement] = field(default_factory=list)
    forfeited_wei: int = 0
    to_players_wei: int = 0
    tank_wei: int = 0
    batches: int = 0
    gas_units: Mapping[str, int] = field(default_factory=dict)
    refused: Counter[tuple[Role, bool]] = field(default_factory=Counter)

    @property
    def contributions(self) -> int:
        """Contributions that were taken and settled."""
        return self.ends.total()

    def refused_share(self, role: Role) -> float:
        """Share of the contributions of a role's players that were not taken."""
        refused = sum(count for (of_role, _), count in self.refused.items() if of_role == role)
        taken = sum(count for (of_role, _, _), count in self.ends.items() if of_role == role)
        return refused / max(1, refused + taken)

    def note_standing(self, stake_wei: int) -> None:
        """Write down who has gained how much by now; a stake of 0: there are none."""
        settled = dict.fromkeys(self.purses, 0)
        for (role, _, _), count in self.ends.items():
            settled[role] += count
        shares = {
            role: (purse.refunded_wei + purse.rewards_wei) / (settled[role] * stake_wei)
            if settled[role] * stake_wei
            else 1.0
            for role, purse in self.purses.items()
        }
        points = {role: purse.points / max(1, settled[role]) for role, purse in self.purses.items()}
        self.standings.append(Standing(sum(settled.values()), shares, points))

    def late_share(self, *, is_true: bool) -> float | None:
        """Share of the true or false contributions that nothing agreed with; None: no such."""
        counts = [
            (count, is_late) for (_, true, is_late), count in self.ends.items() if true is is_true
        ]
        total = sum(count for count, _ in counts)
        return sum(count for count, is_late in counts if is_late) / total if total else None
