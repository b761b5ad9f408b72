"""The simulated house moves the same money as the contracts, to the wei, and takes their gas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from relayer.chain.answers import Receipt
from relayer.chain.wire import unpack_records
from relayer.store.contributions import Contribution as Row
from simulation.house import (
    Added,
    House,
    HouseRules,
    OpenBatch,
    Settlement,
    Tank,
    gas_figures,
    next_base_fee_wei,
)
from tests.chain import GWEI, Chain, Player, make_plan
from tests.pipeline import Pipeline

TRAINER = make_plan().trainers[0]
SAMPLE_BYTES = 6
#: How far a batch with its own words may be from those that were measured.
GAS_TOLERANCE = 0.15


@dataclass
class Mirror:
    """A simulated house that is told what a real relayer brings and settles."""

    pipeline: Pipeline
    house: House
    holders: set[str] = field(default_factory=set)
    #: Gas of the simulated and of the real transactions, in order.
    gas: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, pipeline: Pipeline) -> Mirror:
        tank = pipeline.chain.tank()
        rules = HouseRules(
            schedule=TRAINER.fee_schedule,
            gas=gas_figures(TRAINER.classifier, TRAINER.mechanism, 4, SAMPLE_BYTES),
            price_cap_wei=tank["priceCapWei"],
            tip_cap_wei=tank["tipCapWei"],
            tip_wei=0,
        )
        return cls(pipeline, House(rules, Tank(tank["availableWei"], tank["dailyLimitWei"])))

    def bring(self, ids: Sequence[str]) -> OpenBatch:
        """Let a batch be added on the chain, then in the simulation."""
        pipeline = self.pipeline
        pipeline.run_until(pipeline.all_are(ids, "confirmed"))
        (batch_id,) = {row.batch_id for row in pipeline.rows(ids)}
        row = pipeline.store.batches.get(batch_id or 0)
        assert row is not None
        header, terms = json.loads(row.header or ""), json.loads(row.terms or "")
        added = Added(
            accepted=header["accepted"],
            sample_bytes=sum(len(each.sample) for each in unpack_records(row.records or b"")),
            new_players=terms["newPlayers"],
            new_slots=header["newSlots"],
        )
        receipt, base_fee_wei = self._receipt(row.transaction_id)
        before_wei = self.house.gas_wei
        batch = self.house.bring(
            self._time_of(receipt), base_fee_wei, added, int(header["stakeWei"])
        )
        self._note_gas(before_wei, receipt)
        assert batch.terms.add_price_wei == int(terms["addPriceWei"])
        return batch

    def settle(self, batch: OpenBatch, ids: Sequence[str]) -> None:
        """Let the contributions be settled on the chain in one transaction, then here."""
        pipeline = self.pipeline
        pipeline.run_until(pipeline.all_are(ids, "settled"))
        rows = pipeline.rows(ids)
        refunded = {row.player for row in rows if row.outcome == "refunded"}
        receipt, base_fee_wei = self._receipt(self._settling(rows))
        settlement = Settlement(
            refunded=sum(row.outcome == "refunded" for row in rows),
            forfeited=sum(row.outcome == "forfeited" for row in rows),
            sample_bytes=[len(row.sample) for row in rows],
            rewards_wei=[row.reward_wei or 0 for row in rows],
            new_slots=len(refunded - self.holders),
        )
        self.holders |= refunded
        before_wei = self.house.gas_wei
        self.house.settle(self._time_of(receipt), base_fee_wei, batch, settlement)
        self._note_gas(before_wei, receipt)

    def assert_same_books(self) -> None:
        """Chain and simulation say the same of tank and credits."""
        chain, tank = self.pipeline.chain, self.pipeline.chain.tank()
        assert self.house.tank.available_wei == tank["availableWei"]
        assert self.house.tank.reserved_wei == tank["reservedWei"]
        assert self.house.tank.spent_today_wei == tank["spentTodayWei"]
        credit_wei = chain.forwarder.read(chain.node, "credit", chain.relayer)
        assert self.house.credited_wei == credit_wei

    def _receipt(self, transaction_id: int) -> tuple[Receipt, int]:
        """A receipt and its base fee; from here on the simulated relayer tips as the real did."""
        store, node = self.pipeline.store, self.pipeline.chain.node
        transaction = store.transactions.get(transaction_id)
        assert transaction is not None
        receipt = node.receipt(transaction.mined_hash or "")
        assert receipt is not None
        block = node.block(receipt.block_number)
        assert block is not None
        tip_wei = receipt.effective_gas_price_wei - block.base_fee_wei
        self.house.rules = replace(self.house.rules, tip_wei=tip_wei)
        return receipt, block.base_fee_wei

    def _settling(self, rows: Sequence[Row]) -> int:
        with self.pipeline.store.transaction() as connection:
            found = connection.execute(
                "SELECT transaction_id FROM settlements WHERE batch_id = ?", (rows[0].batch_id,)
            ).fetchall()
        assert len(found) == 1
        return int(found[0][0])

    def _time_of(self, receipt: Receipt) -> int:
        block = self.pipeline.chain.node.block(receipt.block_number)
        assert block is not None
        return block.timestamp

    def _note_gas(self, before_wei: int, receipt: Receipt) -> None:
        spent_wei = self.house.gas_wei - before_wei
        self.gas.append((spent_wei // receipt.effective_gas_price_wei, receipt.gas_used))


def lies(pipeline: Pipeline, count: int) -> list[str]:
    """Contributions of newcomers that contradict what the others have taught."""
    signed = pipeline.contributions(
        count, first_player=50, players=count, label=3, features=(1, 2, 3)
    )
    return pipeline.queue(signed)


def test_the_house_s_books_are_those_of_the_contracts_to_the_wei(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    mirror = Mirror.of(pipeline)
    honest = pipeline.queue(pipeline.contributions(10, players=5))
    first = mirror.bring(honest)
    mirror.assert_same_books()
    chain.set_base_fee(7 * GWEI)
    chain.pass_time(61)
    mirror.settle(first, honest)
    mirror.assert_same_books()

    lying = lies(pipeline, 2)
    second = mirror.bring(lying)
    chain.pass_time(601)
    mirror.settle(second, lying)
    more = pipeline.queue(pipeline.contributions(5, players=5, nonce=60))
    third = mirror.bring(more)
    chain.pass_time(61)
    mirror.settle(third, more)
    mirror.assert_same_books()
    assert mirror.house.forfeited_wei > 0
    assert mirror.house.from_rewards_wei > 0


def varied(pipeline: Pipeline, count: int, first_player: int) -> list[str]:
    """Contributions of newcomers: three of twenty words of a label each, as people differ."""
    chain, random = pipeline.chain, Random(first_player)
    signed = []
    for number in range(count):
        features = sorted(100 * (number % 4) + word for word in random.sample(range(1, 21), 3))
        player = Player(first_player + number, chain.domain)
        signed.append(
            player.contribute(
                chain.trainer.address,
                label=number % 4,
                features=(features[0], features[1], features[2]),
                deadline=chain.now() + 5_000,
            )
        )
    return pipeline.queue(signed)


def test_transactions_take_about_the_gas_that_is_reckoned_with(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    mirror = Mirror.of(pipeline)
    for first_player, count in ((0, 10), (20, 40)):
        ids = varied(pipeline, count, first_player)
        batch = mirror.bring(ids)
        chain.pass_time(601)
        mirror.settle(batch, ids)
    for reckoned, used in mirror.gas:
        assert abs(reckoned - used) < GAS_TOLERANCE * used, mirror.gas


def test_base_fees_follow_the_rule_of_the_chain(chain: Chain) -> None:
    chain.set_base_fee(9 * GWEI)
    before = chain.node.head()
    chain.mine()
    assert chain.node.head().base_fee_wei == next_base_fee_wei(
        before.base_fee_wei, 0, before.gas_limit
    )
