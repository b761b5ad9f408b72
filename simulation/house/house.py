"""The house's money over time: what the relayer spends on gas, what it gets back, what is left.

A house brings batches and settles them as the relayer does, at the prices of the moment. Every
amount is whole wei, and the tank and the fees are the contracts' own (`simulation.house.tank`,
`simulation.house.fees`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from relayer.deploy.schedule_plan import SchedulePlan
from simulation.house.fees import Added, Charge, Terms, charge, paid_from_rewards_wei, price_wei
from simulation.house.fees import reserve_wei as reserve_of
from simulation.house.gas import GasFigures
from simulation.house.tank import Tank


@dataclass(frozen=True)
class HouseRules:
    """What does not change while the house works.

    Attributes:
        schedule: the trainer's public fee schedule.
        gas: what its transactions take.
        price_cap_wei: most that the sponsor pays for a unit of gas.
        tip_cap_wei: most that it pays above the base fee.
        tip_wei: what the relayer tips.
    """

    schedule: SchedulePlan
    gas: GasFigures
    price_cap_wei: int
    tip_cap_wei: int
    tip_wei: int

    def price_wei(self, base_fee_wei: int) -> int:
        """What a unit of gas is charged at in a transaction of this relayer."""
        return price_wei(
            base_fee_wei + self.tip_wei,
            base_fee_wei,
            tip_cap_wei=self.tip_cap_wei,
            price_cap_wei=self.price_cap_wei,
        )

    def terms(self, base_fee_wei: int) -> Terms:
        """The terms of a batch that is added at this base fee."""
        return Terms(
            schedule=self.schedule,
            add_price_wei=self.price_wei(base_fee_wei),
            settle_price_cap_wei=self.price_cap_wei,
            settle_tip_cap_wei=self.tip_cap_wei,
        )


@dataclass(frozen=True)
class OpenBatch:
    """A batch on its way through the reward stage.

    Attributes:
        terms: what holds for it.
        added: what of it took effect.
        stake_wei: of each contribution.
        added_at: when, in seconds.
    """

    terms: Terms
    added: Added
    stake_wei: int
    added_at: float


@dataclass(frozen=True)
class Settlement:
    """What of a batch is settled in one transaction.

    Attributes:
        refunded: contributions whose stake comes back.
        forfeited: contributions whose stake is shared among others.
        sample_bytes: of each settled contribution.
        rewards_wei: what each of them is paid, in the same order.
        new_slots: players who get their first word in the mechanism.
        rest_wei: what comes back of stakes that are lost in part, as in a market.
    """

    refunded: int
    forfeited: int
    sample_bytes: Sequence[int]
    rewards_wei: Sequence[int]
    new_slots: int = 0
    rest_wei: int = 0


@dataclass(frozen=True)
class Statement:
    """What the house has spent and got back until some time, in wei."""

    at: float
    gas_wei: int
    credited_wei: int
    from_rewards_wei: int
    available_wei: int
    reserved_wei: int
    open_stakes_wei: int


@dataclass
class House:
    """A relayer with its sponsor's tank.

    Attributes:
        rules: schedule, gas and prices.
        tank: the sponsor's money.
        gas_wei: what the relayer has spent on gas.
        credited_wei: fees that came back to it.
        from_rewards_wei: the part of these that rewards paid.
        forfeited_wei: stakes of the sponsor that went to players.
        rewards_wei: what players were paid, fees taken off.
        units: gas by what it was spent on.
    """

    rules: HouseRules
    tank: Tank
    gas_wei: int = 0
    credited_wei: int = 0
    from_rewards_wei: int = 0
    forfeited_wei: int = 0
    rewards_wei: int = 0
    open_stakes_wei: int = 0
    units: Counter[str] = field(default_factory=Counter)
    history: list[Statement] = field(default_factory=list)

    def bring(self, at: float, base_fee_wei: int, added: Added, stake_wei: int) -> OpenBatch:
        """Add a batch: the relayer pays the gas, the tank pays stakes and sets fees aside.

        Raises:
            OverBudgetError: the tank cannot pay it; nothing happened.
        """
        terms = self.rules.terms(base_fee_wei)
        stakes_wei = added.accepted * stake_wei
        self.tank.book_batch(at, stakes_wei=stakes_wei, reserve_wei=reserve_of(terms, added))
        self.open_stakes_wei += stakes_wei
        gas = self.rules.gas.add.gas(added.accepted) + GasFigures.of_new_slots(added.created_slots)
        self.spend(at, base_fee_wei, "adding", gas)
        return OpenBatch(terms, added, stake_wei, at)

    def settle(
        self, at: float, base_fee_wei: int, batch: OpenBatch, settlement: Settlement
    ) -> Charge:
        """Settle a part of a batch: fees are credited, stakes and what is left over come back."""
        count = settlement.refunded + settlement.forfeited
        price = batch.terms.settle_price_wei(base_fee_wei + self.rules.tip_wei, base_fee_wei)
        due = charge(
            batch.terms,
            batch.added,
            settled=count,
            sample_bytes=sum(settlement.sample_bytes),
            new_slots=settlement.new_slots,
            settle_price_wei=price,
        )
        paid_wei = paid_from_rewards_wei(
            batch.terms, settlement.rewards_wei, settlement.sample_bytes, price
        )
        refund_wei = settlement.refunded * batch.stake_wei + settlement.rest_wei
        self.tank.book_settlement(
            reserve_wei=due.reserve_wei, charged_wei=due.fees_wei - paid_wei, refund_wei=refund_wei
        )
        self.open_stakes_wei -= count * batch.stake_wei
        self.forfeited_wei += settlement.forfeited * batch.stake_wei - settlement.rest_wei
        self.credited_wei += due.fees_wei
        self.from_rewards_wei += paid_wei
        self.rewards_wei += sum(settlement.rewards_wei) - paid_wei
        gas = self.rules.gas.settle.gas(count) + GasFigures.of_new_slots(settlement.new_slots)
        self.spend(at, base_fee_wei, "settling", gas)
        return due

    def spend(self, at: float, base_fee_wei: int, deed: str, gas: int) -> None:
        """Pay for a transaction; by itself only for one that no fee is credited for at once.

        Args:
            at: when, in seconds.
            base_fee_wei: of its block.
            deed: what it does.
            gas: what it takes.
        """
        self.units[deed] += gas
        self.gas_wei += gas * (base_fee_wei + self.rules.tip_wei)
        self.history.append(
            Statement(
                at=at,
                gas_wei=self.gas_wei,
                credited_wei=self.credited_wei,
                from_rewards_wei=self.from_rewards_wei,
                available_wei=self.tank.available_wei,
                reserved_wei=self.tank.reserved_wei,
                open_stakes_wei=self.open_stakes_wei,
            )
        )
