"""What rewards pay of the fees: forfeited stakes by points, as `SelfAssessment.sol` shares them.

Points and forfeits are those of all players; how they meet is watched on some of them, each with
a tempo of its own. The accumulator for each point counts in parts of a stake, 2^40 of them, so that
months of it fit into 64 bits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

_PARTS: Final = 40
#: Rewards of one player in one step beyond this pay the same as this: its fees are below.
_MOST_PARTS: Final = 1 << 52
#: Players that are watched.
_WATCHED: Final = 400
#: Spread of the players' tempo: standard deviation of its logarithm.
_TEMPO_SPREAD: Final = 0.8


@dataclass
class Dividends:
    """The points of a game and who is paid by them.

    Attributes:
        players: all who play.
        random: decides about the tempo of those that are watched.
    """

    players: int
    random: np.random.Generator
    total_points: int = 0
    waiting: int = 0
    pool: int = 0
    per_point: int = 0
    tempo: npt.NDArray[np.float64] = field(init=False)
    points: npt.NDArray[np.int64] = field(init=False)
    paid_up_to: npt.NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        watched = min(self.players, _WATCHED)
        tempo = np.exp(_TEMPO_SPREAD * self.random.standard_normal(watched))
        self.tempo = tempo / tempo.sum()
        self.points = np.zeros(watched, np.int64)
        self.paid_up_to = np.zeros(watched, np.int64)

    def settle(self, refunded: int, forfeited: int, own_fee_wei: int, stake_wei: int) -> int:
        """Settle contributions of one step; returns what rewards paid of their fees, in wei.

        Args:
            refunded: contributions that get a point.
            forfeited: contributions whose stake is shared among those who hold points.
            own_fee_wei: what a reward pays of one contribution's fees at most.
            stake_wei: the stake.
        """
        self._distribute(forfeited)
        watched = len(self.points)
        settled = self.random.poisson(
            self.tempo * ((refunded + forfeited) * watched / self.players)
        )
        fee_parts = min((own_fee_wei << _PARTS) // stake_wei, _MOST_PARTS)
        rewards = self.points * (self.per_point - self.paid_up_to)
        paid_parts = int(np.minimum(rewards, settled * fee_parts)[settled > 0].sum())
        self.paid_up_to[settled > 0] = self.per_point
        self.points += self.random.binomial(settled, refunded / max(1, refunded + forfeited))
        self.total_points += refunded
        # Those that are watched stand for all, who cannot be paid more than was forfeited.
        paid_parts = min(paid_parts * self.players // watched, self.pool)
        self.pool -= paid_parts
        return paid_parts * stake_wei >> _PARTS

    def _distribute(self, forfeited: int) -> None:
        self.pool += forfeited << _PARTS
        parts = (forfeited << _PARTS) + self.waiting
        if self.total_points == 0:
            self.waiting = parts
            return
        self.waiting = 0
        self.per_point += parts // self.total_points
