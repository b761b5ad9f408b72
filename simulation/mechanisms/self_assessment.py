"""The twin of `SelfAssessment.sol`: deposit, refund, forfeit, to the wei.

The stake of one contribution is `costWeight * 3600 / max(1, floor(sqrt(dt)))` within its bounds; dt
are the seconds since the last earlier block with additions. From the refund wait on a contribution
that the model agrees with gets its stake back and its author a point; from the forfeit wait on one
that it disagrees with is shared among those who hold points, in proportion. Without points in
existence it waits for the first holders.

What a point has earned since ever is kept in wei times 2^32 and rounded down; each account
remembers up to which value it was paid. What rounding leaves stays in the reward pool.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt
from typing import Final

from simulation.errors import ParameterError, SimulationError

PER_POINT_SHIFT: Final = 32
MAX_STAKE_WEI: Final = 1 << 80
MAX_COST_WEIGHT: Final = (1 << 96) - 1


@dataclass(frozen=True)
class SelfAssessmentParameters:
    """What the contract is deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    cost_weight: int
    min_stake_wei: int
    max_stake_wei: int
    refund_wait_s: int
    forfeit_wait_s: int

    def __post_init__(self) -> None:
        if not 0 < self.min_stake_wei <= self.max_stake_wei <= MAX_STAKE_WEI:
            raise ParameterError(
                "The smallest stake is at least 1 wei, the largest not below it and at most 2^80."
            )
        if not 0 <= self.refund_wait_s < self.forfeit_wait_s:
            raise ParameterError(
                f"The refund wait ({self.refund_wait_s} s) must be shorter than the forfeit wait "
                f"({self.forfeit_wait_s} s): shorten it."
            )
        if not 0 <= self.cost_weight <= MAX_COST_WEIGHT:
            raise ParameterError("The cost weight is an integer from 0 to 2^96 - 1.")


@dataclass
class Account:
    """A player's points and the value of `per_point` up to which they were paid."""

    points: int = 0
    paid_up_to: int = 0


@dataclass(frozen=True)
class Settlement:
    """What one call of `settle` did.

    Attributes:
        refunded: places in the batch that got their stake back.
        forfeited: places that lost it.
        refund_wei: all stakes that went back.
        rewards_wei: what the player of each settled place was paid for its points.
    """

    refunded: tuple[int, ...] = ()
    forfeited: tuple[int, ...] = ()
    refund_wei: int = 0
    rewards_wei: dict[int, int] = field(default_factory=dict)


class SelfAssessment:
    """The mechanism.

    Args:
        parameters: what it is deployed with.
        now: unix seconds of the block that it is deployed in.
    """

    def __init__(self, parameters: SelfAssessmentParameters, now: int) -> None:
        self.parameters = parameters
        self.open_stakes_wei = 0
        self.reward_pool_wei = 0
        self.per_point = 0
        self.total_points = 0
        self.waiting_wei = 0
        self.claimable_wei: defaultdict[str, int] = defaultdict(int)
        self._accounts: defaultdict[str, Account] = defaultdict(Account)
        self._latest_at = self._earlier_at = now

    @property
    def balance_wei(self) -> int:
        """All money of the contract."""
        return self.open_stakes_wei + self.reward_pool_wei + sum(self.claimable_wei.values())

    def stake_wei(self, now: int) -> int:
        """Stake of a contribution in the block of this time."""
        since = self._earlier_at if self._latest_at == now else self._latest_at
        price_wei = self.parameters.cost_weight * 3600 // max(1, isqrt(now - since))
        return min(max(price_wei, self.parameters.min_stake_wei), self.parameters.max_stake_wei)

    def take_stakes(self, count: int, sent_wei: int, now: int) -> None:
        """Take the stakes of some contributions.

        Raises:
            SimulationError: the money is not what they cost.
        """
        needed_wei = self.stake_wei(now) * count
        if sent_wei != needed_wei:
            raise SimulationError(f"The stakes cost {needed_wei} wei and {sent_wei} were sent.")
        self.open_stakes_wei += sent_wei
        if self._latest_at != now:
            self._earlier_at, self._latest_at = self._latest_at, now

    def settle(
        self,
        players: Sequence[str],
        agreeing: Sequence[bool],
        *,
        stake_wei: int,
        added_at: int,
        now: int,
        payer: str | None = None,
    ) -> Settlement:
        """Settle what is due of the open contributions of one batch.

        Forfeits go to those who held points before; then refunds give points; then each settled
        contribution's player is paid what its points have earned.

        Args:
            players: author of each.
            agreeing: whether the model agrees with its label.
            stake_wei: stake of each.
            added_at: when they were added.
            now: time of the block.
            payer: account that refunds and rewards can be claimed from; None: they go to the
                Forwarder at once.
        """
        waited_s = now - added_at
        is_refunded = waited_s >= self.parameters.refund_wait_s
        is_forfeited = waited_s >= self.parameters.forfeit_wait_s
        refunded = tuple(i for i, agrees in enumerate(agreeing) if agrees and is_refunded)
        forfeited = tuple(i for i, agrees in enumerate(agreeing) if not agrees and is_forfeited)
        if not refunded and not forfeited:
            return Settlement()
        refund_wei, forfeit_wei = len(refunded) * stake_wei, len(forfeited) * stake_wei
        self._distribute(forfeit_wei)
        self.total_points += len(refunded)
        rewards_wei = {
            place: self._pay_player(players[place], point=place in refunded)
            for place in sorted(refunded + forfeited)
        }
        self.open_stakes_wei -= refund_wei + forfeit_wei
        self.reward_pool_wei += forfeit_wei - sum(rewards_wei.values())
        if payer is not None:
            self.claimable_wei[payer] += refund_wei + sum(rewards_wei.values())
        return Settlement(refunded, forfeited, refund_wei, rewards_wei)

    def collect(self, player: str) -> int:
        """Take out what a player's points have earned; returns it in wei."""
        earned_wei = self.unclaimed_wei(player)
        if earned_wei:
            self._accounts[player].paid_up_to = self.per_point
            self.reward_pool_wei -= earned_wei
        return earned_wei

    def claim(self, account: str) -> int:
        """Take out what an account is owed and what its points have earned; returns it in wei."""
        return self.claimable_wei.pop(account, 0) + self.collect(account)

    def credit(self, account: str, amount_wei: int) -> None:
        """Keep money for an account."""
        self.claimable_wei[account] += amount_wei

    def points(self, player: str) -> int:
        """A player's points."""
        return self._accounts[player].points

    def unclaimed_wei(self, player: str) -> int:
        """What a player's points have earned and it was not paid."""
        account = self._accounts[player]
        return account.points * (self.per_point - account.paid_up_to) >> PER_POINT_SHIFT

    def _distribute(self, forfeit_wei: int) -> None:
        """Share forfeits, and those that waited, among all points; without points they wait."""
        amount_wei = forfeit_wei + self.waiting_wei
        if self.total_points == 0:
            self.waiting_wei = amount_wei
            return
        self.waiting_wei = 0
        self.per_point += (amount_wei << PER_POINT_SHIFT) // self.total_points

    def _pay_player(self, player: str, *, point: bool) -> int:
        """Give a player a point or none and pay what its points have earned; returns it in wei."""
        earned_wei = self.unclaimed_wei(player)
        account = self._accounts[player]
        account.points += point
        if account.points:
            account.paid_up_to = self.per_point
        return earned_wei
