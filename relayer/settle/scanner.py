"""Writes down settlements from the events of final blocks, whoever caused them.

Our own settlements come through the same door as everybody's: a contribution counts as settled when
a final block says so, and never because we sent something. Batches come by the same blocks, and
those that the database has forgotten are adopted before their settlements are read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from relayer.chain.answers import Block, Log, Receipt
from relayer.chain.errors import NodeAnswerError, NodeRefusalError, NodeUnreachableError
from relayer.chain.node import Node
from relayer.chain.node_errors import is_inability
from relayer.chain.system import System
from relayer.chain.wire import bits_of, unpack_records
from relayer.clock import Clock
from relayer.settle.amounts import Prices, fees_of
from relayer.settle.market_rewards import market_rewards
from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.settlements import Settled, SettledRecord
from relayer.watch.added import from_json
from relayer.watch.adoption import Adoption
from relayer.watch.brought import BroughtReader

log = logging.getLogger(__name__)

#: A node that refuses so many is asked for half of them, again and again.
BLOCKS_PER_QUERY = 2_000
_EVENTS = ("BatchAdded", "BatchSettled", "BatchValidated")
#: How long one step reads; what is further on waits for the next head.
STEP_S = 10.0


class SettlementScanner:
    """Follows `BatchSettled`, `BatchAdded` and `BatchValidated` through final blocks.

    Args:
        store: the database.
        node: is asked for logs.
        system: the contracts.
        confirmations: blocks on top from which on a block is final.
        clock: tells when.
        adoption: takes in batches of ours that are not known.
        brought: finds requests of ours that came to the chain by other ways.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        confirmations: int,
        clock: Clock,
        adoption: Adoption,
        brought: BroughtReader,
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._confirmations = confirmations
        self._clock = clock
        self._adoption = adoption
        self._brought = brought
        self._saw_forfeits = False
        self._span = BLOCKS_PER_QUERY
        #: What keeps blocks from being read, in plain words.
        self.blocked: dict[str, str] = {}

    def take_forfeits(self) -> bool:
        """Return whether stakes were forfeited since the last call: all holders gain by that."""
        saw, self._saw_forfeits = self._saw_forfeits, False
        return saw

    def step(self, head: Block) -> set[str]:
        """Reads the final blocks that are new and returns the players whose state changed.

        Call it only after all transactions of ours in these blocks have been written down:
        a batch that is not known by then counts as forgotten, or as somebody else's. Blocks that
        the node refuses to look through wait, and everything else goes on: see `blocked`.

        Raises:
            NodeUnreachableError: the node does not answer; the blocks are read again later.
        """
        touched: set[str] = set()
        final = head.number - self._confirmations
        scanned = self._store.settlements.scanned_until()
        start = self._system.first_block if scanned is None else scanned + 1
        give_up_at = self._clock.monotonic() + STEP_S
        while start <= final:
            end = min(start + self._span - 1, final)
            try:
                players = self._scan(start, end, give_up_at)
            except NodeRefusalError as error:
                if end == start or is_inability(error):
                    self._note_refusal(start, error)
                    break
                self._span = (end - start + 1) // 2
                continue
            self.blocked.clear()
            touched |= players or set()
            if players is None or self._clock.monotonic() >= give_up_at:
                break
            start, self._span = end + 1, min(2 * self._span, BLOCKS_PER_QUERY)
        return touched

    def _note_refusal(self, start: int, error: NodeRefusalError) -> None:
        reason = (
            f"no node hands out the events of block {start} and on ({error.reason}): settlements "
            "are not noticed; name a node that keeps them in rpc_urls"
        )
        self.blocked = {"events": reason}
        log.warning("%s", reason, extra={"action": "scan"})

    def _scan(self, start: int, end: int, give_up_at: float) -> set[str] | None:
        """The players whose state changed in these blocks; None when there was no time for all."""
        added, settled, validated = self._events(start, end)
        if not self._adoption.adopt(added, give_up_at):
            return None
        brought = self._brought.read([*added, *validated])
        found = [event for event in map(self._read, settled) if event is not None]
        now = self._clock.now()
        with self._store.transaction():
            touched = self._brought.write(brought, now)
            for batch_id, settlement, records in found:
                batch = self._store.batches.get(batch_id)
                if batch is not None:
                    self._store.settlements.record(batch, settlement, records, now)
                    touched |= {r.player for r in unpack_records(batch.records or b"")}
            self._store.settlements.note_scanned(end, now)
        return touched

    def _events(self, start: int, end: int) -> tuple[list[Log], ...]:
        """The events about our trainers' batches, in chain order, each kind by itself."""
        forwarder = self._system.forwarder
        kinds = [forwarder.interface.topic(name) for name in _EVENTS]
        trainers = ["0x" + "00" * 12 + each[2:].lower() for each in self._system.trainers]
        topics = (["0x" + kind.hex() for kind in kinds], None, trainers)
        logs = self._node.logs([forwarder.address], topics, start, end)
        return tuple([entry for entry in logs if entry.topics[0] == kind] for kind in kinds)

    def _read(self, entry: Log) -> tuple[int, Settled, list[SettledRecord]] | None:
        """Everything about one event, with all questions to the node; None for foreign batches."""
        decoded = self._system.forwarder.interface.decode_event(entry)
        if decoded is None:
            return None
        event = decoded[1]
        self._saw_forfeits |= bool(event["forfeitedMap"])
        batch = self._store.settlements.find_batch(event["trainer"], event["batchId"])
        if batch is None or not event["refundedMap"] | event["forfeitedMap"]:
            return None
        receipt = self._node.receipt(entry.transaction_hash)
        block = self._node.block(entry.block_number)
        if receipt is None or block is None:
            raise NodeUnreachableError("The node names a settlement and does not have it yet.")
        settled = Settled(
            transaction_hash=entry.transaction_hash,
            refunded_map=event["refundedMap"],
            forfeited_map=event["forfeitedMap"],
            fees_wei=event["feesWei"],
            from_rewards_wei=event["fromRewardsWei"],
            block_number=entry.block_number,
        )
        rewards = self._rewards(receipt, event, entry.log_index)
        return batch.id, settled, self._records(batch, settled, rewards, receipt, block)

    def _records(
        self,
        batch: Batch,
        settled: Settled,
        rewards: dict[str, list[tuple[int, int]]],
        receipt: Receipt,
        block: Block,
    ) -> list[SettledRecord]:
        """Matches rewards to records: the contract credits in the order of the records."""
        settled_records = bits_of(settled.refunded_map | settled.forfeited_map)
        records = unpack_records(batch.records or b"")
        if settled_records and settled_records[-1] >= len(records):
            raise NodeAnswerError("The node names a settlement of records that a batch lacks.")
        expected = self._market_rewards(batch, settled_records)
        prices = Prices.of(from_json(batch.terms or ""), receipt, block)
        rows: list[SettledRecord] = []
        for index in settled_records:
            fee_wei = fees_of(prices, len(records[index].sample))
            of_player = rewards.get(records[index].player, [])
            if expected is not None and not expected[index]:
                of_player = []
            reward_wei, paid_wei = of_player.pop(0) if of_player else (0, 0)
            refunded = settled.refunded_map >> index & 1
            outcome = "refunded" if refunded else "forfeited"
            rows.append(SettledRecord(index, outcome, reward_wei, fee_wei, paid_wei))
        return rows

    def _market_rewards(self, batch: Batch, settled: Sequence[int]) -> dict[int, int] | None:
        """In a market only some records of a player are credited; None for other trainers."""
        contracts = self._system.trainers[batch.trainer]
        if not contracts.is_market:
            return None
        members = self._store.contributions.of_batch(batch.id)
        accepted = sorted(m.record_index for m in members if m.record_index is not None)
        return market_rewards(self._node, contracts.trainer, batch, accepted, settled)

    def _rewards(
        self, receipt: Receipt, settled: dict[str, Any], log_index: int
    ) -> dict[str, list[tuple[int, int]]]:
        """Rewards and what they paid of the fees, by player, of one settlement in a receipt."""
        rewards: dict[str, list[tuple[int, int]]] = {}
        for entry in receipt.logs:
            decoded = self._decode_own(entry)
            if entry.log_index >= log_index or decoded is None:
                continue
            name, event = decoded
            if name == "BatchSettled":
                rewards.clear()
            elif name == "PlayerCredited" and event["batchId"] == settled["batchId"]:
                amounts = event["rewardWei"], event["paidWei"]
                rewards.setdefault(event["player"], []).append(amounts)
        return rewards

    def _decode_own(self, entry: Log) -> tuple[str, dict[str, Any]] | None:
        forwarder = self._system.forwarder
        if entry.address.lower() != forwarder.address.lower():
            return None
        return forwarder.interface.decode_event(entry)
