"""The mechanism of self-assessment and its Python twin agree to the wei on random stories."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from relayer.chain.contracts import Contract
from relayer.chain.wire import Record
from simulation.mechanisms.self_assessment import SelfAssessment, SelfAssessmentParameters
from tests.chain import Anvil
from tests.integration.market_on_chain import RICH_WEI, create, transact

#: Each example mines some dozens of blocks.
EXAMPLES = 12
REFUND_WAIT_S, FORFEIT_WAIT_S = 50, 200
NOBODY = "0x" + "00" * 20


@dataclass(frozen=True)
class Batch:
    """Players by number, whether the model will agree, and whether the Forwarder pays."""

    players: list[int]
    agreeing: list[bool]
    forwarded: bool


@dataclass(frozen=True)
class Step:
    """After some time a batch is added, the oldest open batches are settled, somebody claims."""

    pause_s: int
    batch: Batch
    settled: int
    claimant: int


@st.composite
def batches(draw: DrawFn) -> Batch:
    players = draw(st.lists(st.integers(0, 3), min_size=1, max_size=5))
    size = len(players)
    agreeing = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return Batch(players, agreeing, draw(st.booleans()))


steps = st.builds(
    Step,
    pause_s=st.sampled_from([1, 3, 40, 49, 60, 150, 400]),
    batch=batches(),
    settled=st.integers(0, 3),
    claimant=st.integers(0, 3),
)
amounts = st.integers(1, 300) | st.integers(1, 10**21)


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain with nothing on it."""
    chain = Anvil()
    yield chain
    chain.stop()


class Stage:
    """The contract and its twin, which an account drives in the trainer's place."""

    def __init__(self, anvil: Anvil, cost_weight: int, min_wei: int, max_wei: int) -> None:
        self.node = anvil.node
        self.trainer, self.forwarder, *self.players = anvil.node.request("eth_accounts", [])[:6]
        for account in (self.trainer, *self.players):
            anvil.node.request("anvil_setBalance", [account, hex(RICH_WEI)])
        rules = (cost_weight, min_wei, max_wei, REFUND_WAIT_S, FORFEIT_WAIT_S)
        self.contract: Contract = create(anvil.node, self.trainer, "SelfAssessment", *rules)
        self.now = anvil.node.head().timestamp
        self.twin = SelfAssessment(SelfAssessmentParameters(*rules), self.now)
        self.open: list[tuple[Batch, int, int]] = []
        self.forwarded_wei = 0
        self._next_block(1)
        transact(self.node, self.trainer, self.contract, "bind", self.trainer)

    def add(self, batch: Batch, pause_s: int) -> None:
        self._next_block(pause_s)
        count = len(batch.players)
        stake_wei = self.twin.stake_wei(self.now)
        self.twin.take_stakes(count, stake_wei * count, self.now)
        transact(
            self.node, self.trainer, self.contract, "takeStakes", count, value_wei=stake_wei * count
        )
        self.open.append((batch, stake_wei, self.now))

    def settle_oldest(self) -> None:
        """Settle what is due of the oldest batch; it leaves when all of it is settled."""
        batch, stake_wei, added_at = self.open.pop(0)
        self._next_block(1)
        players = [self.players[number] for number in batch.players]
        payer = None if batch.forwarded else players[0]
        settlement = self.twin.settle(
            players, batch.agreeing, stake_wei=stake_wei, added_at=added_at, now=self.now,
            payer=payer,
        )  # fmt: skip
        if payer is None:
            self.forwarded_wei += settlement.refund_wei + sum(settlement.rewards_wei.values())
        self._send_settle(batch, players, stake_wei, added_at, payer)
        left = [
            place
            for place in range(len(players))
            if place not in settlement.refunded + settlement.forfeited
        ]
        if left:
            rest = Batch(
                [batch.players[place] for place in left],
                [batch.agreeing[place] for place in left],
                batch.forwarded,
            )
            self.open.append((rest, stake_wei, added_at))

    def claim(self, number: int) -> None:
        player = self.players[number]
        self._next_block(1)
        before_wei = self.node.balance_wei(self.contract.address)
        transact(self.node, player, self.contract, "claim")
        after_wei = self.node.balance_wei(self.contract.address)
        assert before_wei - after_wei == self.twin.claim(player)

    def compare(self) -> None:
        read = self.contract.read
        assert read(self.node, "openStakesWei") == self.twin.open_stakes_wei
        assert read(self.node, "rewardPoolWei") == self.twin.reward_pool_wei
        assert read(self.node, "totalPoints") == self.twin.total_points
        assert read(self.node, "waitingWei") == self.twin.waiting_wei
        for player in self.players:
            expected = (self.twin.points(player), self.twin.unclaimed_wei(player))
            assert read(self.node, "account", player) == expected
            claimable_wei = self.twin.claimable_wei.get(player, 0)
            assert read(self.node, "claimableWei", player) == claimable_wei
        assert self.node.balance_wei(self.contract.address) == self.twin.balance_wei

    def _send_settle(
        self, batch: Batch, players: list[str], stake_wei: int, added_at: int, payer: str | None
    ) -> None:
        records = b"".join(Record(player, 0, b"").pack() for player in players)
        everything = (1 << len(players)) - 1
        agreeing = sum(agrees << place for place, agrees in enumerate(batch.agreeing))
        pay_to = self.forwarder if payer is None else NOBODY
        transact(
            self.node, self.trainer, self.contract, "settle", records, everything, agreeing,
            stake_wei, added_at, pay_to, payer or NOBODY,
        )  # fmt: skip

    def _next_block(self, pause_s: int) -> None:
        self.now += pause_s
        self.node.request("evm_setNextBlockTimestamp", [self.now])


@settings(max_examples=EXAMPLES, deadline=None, print_blob=True)
@given(st.integers(0, 10**18), amounts, amounts, st.lists(steps, min_size=1, max_size=6))
def test_contract_and_twin_agree_to_the_wei(
    anvil: Anvil, cost_weight: int, one_wei: int, other_wei: int, story: list[Step]
) -> None:
    stage = Stage(anvil, cost_weight, min(one_wei, other_wei), max(one_wei, other_wei))
    paid_before_wei = stage.node.balance_wei(stage.forwarder)
    for step in story:
        stage.add(step.batch, step.pause_s)
        for _ in range(min(step.settled, len(stage.open))):
            stage.settle_oldest()
        stage.claim(step.claimant)
    stage.compare()
    assert stage.node.balance_wei(stage.forwarder) - paid_before_wei == stage.forwarded_wei
