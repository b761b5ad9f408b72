"""What the chain says became of every signed request: nothing here is from the relayer's store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract, bind
from relayer.chain.eip712 import Contribution, Domain, Validation, Withdrawal
from relayer.chain.node import Node
from relayer.chain.validation_wire import contribution_number, unpack_validations
from relayer.chain.wire import Item, bits_of, unpack_items
from tests.chaos.submissions import id_of

ACCEPTED = "accepted"
#: The Forwarder's outcomes of an item that is carried and has no effect, by number.
OUTCOMES = {
    1: "expired",
    2: "nonce-used",
    3: "fee-above-max",
    4: "bad-signature",
    5: "over-budget",
    6: "unfit",
    7: "not-open",
    8: "own-contribution",
    9: "never-contributed",
    10: "same-validator-again",
}
_HAS_RECORD = {ACCEPTED, "unfit"}


@dataclass
class ChainReading:
    """Requests by their id, and how often each contribution was settled."""

    domain: Domain
    #: What every appearance in a successful transaction came to.
    carried: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: `refunded` or `forfeited`, as often as it happened.
    settled: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Nonces that took effect, by player.
    used: Counter[tuple[str, int]] = field(default_factory=Counter)
    #: Withdrawals whose transaction reverted in a block.
    reverted: set[str] = field(default_factory=set)
    #: Transactions of each account.
    sent: Counter[str] = field(default_factory=Counter)
    #: What players have in the Forwarder after the last of these blocks.
    balances_wei: dict[str, int] = field(default_factory=dict)
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
                    reading._add(forwarder, bytes.fromhex(transaction["input"][2:]), receipt)
        for player in {player for player, _ in reading.used}:
            balance_wei, _, _ = forwarder.read(node, "player", player, block=last_block)
            reading.balances_wei[player] = balance_wei
        return reading

    def balance_wei(self, player: str) -> int:
        """What a player has at the end; of one who took no part it is nothing."""
        return self.balances_wei.get(player, 0)

    def took_effect(self, request_id: str) -> int:
        """How often a request took effect."""
        return self.carried[request_id].count(ACCEPTED)

    def settled_as(self, outcome: str) -> int:
        """How many settlements of contributions ended so."""
        return sum(ends.count(outcome) for ends in self.settled.values())

    def _add(self, forwarder: Contract, data: bytes, receipt: Receipt) -> None:
        call = forwarder.interface.decode_call(data)
        decoded = map(forwarder.interface.decode_event, receipt.logs)
        events = [event for event in decoded if event is not None]
        if call is not None and not receipt.succeeded:
            if call[0] == "withdrawFor":
                self.reverted.add(id_of(_withdrawal(call[1]["request"]), self.domain))
        elif call is not None:
            name, arguments = call
            if name == "addBatch":
                self._add_batch(arguments, events)
            elif name == "validate":
                self._add_validations(arguments, events)
            elif name == "withdrawFor":
                self._add_withdrawal(arguments["request"])
        for name, event in events:
            if name == "BatchSettled":
                self._settle(event)

    def _add_batch(
        self, arguments: Mapping[str, Any], events: list[tuple[str, dict[str, Any]]]
    ) -> None:
        trainer, items = arguments["trainer"], unpack_items(arguments["items"])
        outcomes = _outcomes(len(items), events, "ItemSkipped")
        ids = [self._id(trainer, item) for item in items]
        for contribution_id, item, outcome in zip(ids, items, outcomes, strict=True):
            self._carry(contribution_id, item.record.player, item.nonce, outcome)
        with_record = zip(ids, outcomes, strict=True)
        records = [one for one, outcome in with_record if outcome in _HAS_RECORD]
        for name, event in events:
            if name == "BatchAdded":
                self._records[trainer, event["batchId"]] = records

    def _add_validations(
        self, arguments: Mapping[str, Any], events: list[tuple[str, dict[str, Any]]]
    ) -> None:
        items = unpack_validations(arguments["items"])
        outcomes = _outcomes(len(items), events, "ValidationSkipped")
        for item, outcome in zip(items, outcomes, strict=True):
            message = Validation(
                trainer=arguments["trainer"],
                validator=item.validator,
                contribution=contribution_number(arguments["header"]["id"], item.record),
                nonce=item.nonce,
                deadline=item.deadline,
                max_fee_gwei=item.max_fee_gwei,
            )
            self._carry(id_of(message, self.domain), item.validator, item.nonce, outcome)

    def _add_withdrawal(self, request: Mapping[str, Any]) -> None:
        message = _withdrawal(request)
        request_id = id_of(message, self.domain)
        self._carry(request_id, message.player, message.nonce, ACCEPTED)

    def _carry(self, request_id: str, player: str, nonce: int, outcome: str) -> None:
        self.carried[request_id].append(outcome)
        self.used[player, nonce] += outcome == ACCEPTED

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
        return id_of(message, self.domain)


def _withdrawal(request: Mapping[str, Any]) -> Withdrawal:
    return Withdrawal(
        player=request["player"],
        to=request["to"],
        amount_wei=request["amountWei"],
        nonce=request["nonce"],
        deadline=request["deadline"],
        max_fee_gwei=request["maxFeeGwei"],
    )


def _outcomes(count: int, events: list[tuple[str, dict[str, Any]]], skipped: str) -> list[str]:
    outcomes = [ACCEPTED] * count
    for name, event in events:
        if name == skipped:
            outcomes[event["index"]] = OUTCOMES[event["outcome"]]
    return outcomes
