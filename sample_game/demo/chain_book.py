"""What the Forwarder's transactions and events say, read block by block from the chain.

Nothing here comes from the relayer's own store: the demo checks the relayer, so it must not ask it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from eth_typing import ABIFunction
from eth_utils.abi import function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address

from relayer.chain.answers import Receipt
from relayer.chain.contracts import load_artifact
from relayer.chain.node import Node

FORWARDER = load_artifact("Forwarder")
#: The functions whose gas is the cost of running the service; what is set up once is not.
SERVICE_FUNCTIONS = ("addBatch", "settle", "validate", "withdrawCredit", "withdrawFor")
_SELECTORS = {
    f"0x{function_abi_to_4byte_selector(cast(ABIFunction, entry)).hex()}": entry["name"]
    for entry in FORWARDER.abi
    if entry.get("name") in SERVICE_FUNCTIONS
}


@dataclass
class ServiceCost:
    """Gas that the relayers' transactions to one function used, successful or not."""

    transactions: int = 0
    gas_used: int = 0
    spent_wei: int = 0


@dataclass
class ChainBook:
    """Running totals over all blocks read so far. Amounts in wei, counts of contributions."""

    forwarder: str
    next_block: int
    deposited: Counter[str] = field(default_factory=Counter)
    withdrawn_credit: Counter[str] = field(default_factory=Counter)
    costs: dict[str, ServiceCost] = field(
        default_factory=lambda: {name: ServiceCost() for name in SERVICE_FUNCTIONS}
    )
    #: Everybody who may hold a credit or a balance in the Forwarder.
    relayers: set[str] = field(default_factory=set)
    players: set[str] = field(default_factory=set)
    batches: int = 0
    mined: int = 0
    refunded: int = 0
    forfeited: int = 0
    fees_from_rewards_wei: int = 0
    rewards_wei: int = 0
    player_withdrawals: int = 0

    @property
    def settled(self) -> int:
        """Contributions that were refunded or forfeited; confirmed or lapsed, without stakes."""
        return self.refunded + self.forfeited

    @property
    def settling(self) -> ServiceCost:
        """What settling cost, by settlements or by the validations of other players."""
        settle, validate = self.costs["settle"], self.costs["validate"]
        return ServiceCost(
            settle.transactions + validate.transactions,
            settle.gas_used + validate.gas_used,
            settle.spent_wei + validate.spent_wei,
        )

    @property
    def spent_on_gas_wei(self) -> int:
        """What adding, settling and withdrawing cost the relayers, from the receipts."""
        return sum(cost.spent_wei for cost in self.costs.values())

    def read(self, node: Node, to_block: int) -> None:
        """Add the blocks that were not read yet, up to and including `to_block`."""
        while self.next_block <= to_block:
            block = node.request("eth_getBlockByNumber", [hex(self.next_block), True])
            for transaction in block["transactions"]:
                if (transaction["to"] or "").lower() == self.forwarder.lower():
                    self._add_transaction(node, transaction)
            self.next_block += 1

    def _add_transaction(self, node: Node, transaction: Mapping[str, Any]) -> None:
        receipt = node.receipt(transaction["hash"])
        if receipt is None:
            raise LookupError(f"The node lost the receipt of {transaction['hash']}.")
        cost = self.costs.get(_SELECTORS.get(transaction["input"][:10], ""))
        if cost is not None:
            cost.transactions += 1
            cost.gas_used += receipt.gas_used
            cost.spent_wei += receipt.cost_wei
            self.relayers.add(to_checksum_address(transaction["from"]))
        self._add_events(receipt)

    def _add_events(self, receipt: Receipt) -> None:
        for log in receipt.logs:
            if log.address.lower() != self.forwarder.lower():
                continue
            decoded = FORWARDER.interface.decode_event(log)
            if decoded is not None:
                self._add_event(*decoded)

    def _add_event(self, name: str, event: Mapping[str, Any]) -> None:
        match name:
            case "Deposited":
                self.deposited[event["sponsor"]] += event["amountWei"]
            case "BatchAdded":
                self.batches += 1
                self.mined += event["acceptedMap"].bit_count()
                self.relayers.add(event["relayer"])
            case "BatchSettled":
                self.refunded += event["refundedMap"].bit_count()
                self.forfeited += event["forfeitedMap"].bit_count()
                self.fees_from_rewards_wei += event["fromRewardsWei"]
                self.relayers.add(event["settler"])
            case "PlayerCredited":
                self.rewards_wei += event["rewardWei"]
                self.players.add(event["player"])
            case "Withdrawn":
                self.player_withdrawals += 1
                self.players.add(event["player"])
            case "CreditWithdrawn":
                self.withdrawn_credit[event["relayer"]] += event["amountWei"]
