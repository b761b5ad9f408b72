"""What the chain says became of every contribution: nothing here comes from the relayer's store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract, bind
from relayer.chain.eip712 import Contribution, Domain
from relayer.chain.node import Node
from relayer.chain.wire import Item, bits_of, unpack_items

ACCEPTED = "accepted"
#: The Forwarder's outcomes of an item that is carried and has no effect, by number.
OUTCOMES = {
    1: "expired",
    2: "nonce-used",
    3: "fee-above-max",
    4: "bad-signature",
    5: "over-budget",
    6: "unfit",
}
_HAS_RECORD = {ACCEPTED, "unfit"}


@dataclass
class ChainReading:
    """Items by the id of their contribution, and how often each of them was settled."""

    domain: Domain
    #: What every appearance in a successful transaction came to.
    carried: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: `refunded` or `forfeited`, as often as it happened.
    settled: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Nonces that took effect, by player.
    used: Counter[tuple[str, int]] = field(default_factory=Counter)
    #: Transactions of each account.
    sent: Counter[str] = field(default_factory=Counter)
    _records: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Node, domain: Domain, first_block: int, last_block: int) -> ChainReading:
        """Read all transactions to the Forwarder in these blocks."""
        reading, forwarder = cls(domain), bind("Forwarder", domain.forwarder)
        for number in range(first_block, last_block + 1):
            block = node.request("eth_getBlockByNumber", [hex(number), True])
            for transaction in block["transactions"]:
                reading.sent[transaction["from"].lower()] += 1
                if (transaction["to"] or "").lower() == domain.forwarder.lower():
                    receipt = node.receipt(transaction["hash"])
                    assert receipt is not None, "the node lost a receipt"
                    if receipt.succeeded:
                        reading._add(forwarder, bytes.fromhex(transaction["input"][2:]), receipt)
        return reading

    def took_effect(self, contribution_id: str) -> int:
        """How often a contribution took effect."""
        return self.carried[contribution_id].count(ACCEPTED)

    def _add(self, forwarder: Contract, data: bytes, receipt: Receipt) -> None:
        call = forwarder.interface.decode_call(data)
        decoded = map(forwarder.interface.decode_event, receipt.logs)
        events = [event for event in decoded if event is not None]
        if call is not None and call[0] == "addBatch":
            self._add_batch(call[1], events)
        for name, event in events:
            if name == "BatchSettled":
                self._settle(event)

    def _add_batch(
        self, arguments: Mapping[str, Any], events: list[tuple[str, dict[str, Any]]]
    ) -> None:
        trainer, items = arguments["trainer"], unpack_items(arguments["items"])
        outcomes = [ACCEPTED] * len(items)
        for name, event in events:
            if name == "ItemSkipped":
                outcomes[event["index"]] = OUTCOMES[event["outcome"]]
        ids = [self._id(trainer, item) for item in items]
        for contribution_id, item, outcome in zip(ids, items, outcomes, strict=True):
            self.carried[contribution_id].append(outcome)
            self.used[item.record.player, item.nonce] += outcome == ACCEPTED
        with_record = zip(ids, outcomes, strict=True)
        records = [one for one, outcome in with_record if outcome in _HAS_RECORD]
        for name, event in events:
            if name == "BatchAdded":
                self._records[trainer, event["batchId"]] = records

    def _settle(self, event: Mapping[str, Any]) -> None:
        records = self._records[event["trainer"], event["batchId"]]
        for outcome in ("refunded", "forfeited"):
            for index in bits_of(event[f"{outcome}Map"]):
                self.settled[records[index]].append(outcome)

    def _id(self, trainer: str, item: Item) -> str:
        message = Contribution(
            trainer=trainer,
            player=item.record.player,
            nonce=item.nonce,
            deadline=item.deadline,
            max_fee_gwei=item.max_fee_gwei,
            label=item.record.label,
            sample=item.record.sample,
        )
        return f"0x{message.digest(self.domain).hex()}"
