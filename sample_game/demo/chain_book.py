"""What the Forwarder's transactions and events say, read block by block from the chain.

Nothing here comes from the relayer's own store, and events are read by web3 instead of by the
relayer's code: the demo checks the relayer, so it must not ask it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from eth_typing import ABIFunction, ChecksumAddress
from eth_utils.abi import function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address
from web3 import Web3
from web3.contract import Contract
from web3.contract.contract import ContractEvent
from web3.types import LogReceipt, TxData, TxReceipt

from relayer.chain.contracts import load_artifact
from relayer.chain.node import Node
from relayer.chain.web3_provider import NodeProvider

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
        web3 = Web3(NodeProvider(node))
        while self.next_block <= to_block:
            block = web3.eth.get_block(self.next_block, full_transactions=True)
            for transaction in cast(list[TxData], block["transactions"]):
                if transaction.get("to") == self._address:
                    self._add_transaction(web3, transaction)
            self.next_block += 1

    @cached_property
    def _address(self) -> ChecksumAddress:
        return to_checksum_address(self.forwarder)

    @cached_property
    def _events(self) -> dict[bytes, ContractEvent]:
        """The Forwarder's events by their topics."""
        contract: type[Contract] = Web3().eth.contract(abi=cast(Any, FORWARDER.abi))
        names = [entry["name"] for entry in FORWARDER.abi if entry["type"] == "event"]
        events = [contract.events[name]() for name in names]
        return {bytes.fromhex(event.topic[2:]): event for event in events}

    def _add_transaction(self, web3: Web3, transaction: TxData) -> None:
        receipt = web3.eth.get_transaction_receipt(transaction["hash"])
        cost = self.costs.get(_SELECTORS.get(f"0x{transaction['input'][:4].hex()}", ""))
        if cost is not None:
            cost.transactions += 1
            cost.gas_used += receipt["gasUsed"]
            cost.spent_wei += receipt["gasUsed"] * receipt["effectiveGasPrice"]
            self.relayers.add(transaction["from"])
        self._add_events(receipt)

    def _add_events(self, receipt: TxReceipt) -> None:
        for log in receipt["logs"]:
            event = self._events.get(bytes(log["topics"][0])) if log["topics"] else None
            if log["address"] == self._address and event is not None:
                self._add_event(event.event_name, _arguments(event, log))

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


def _arguments(event: ContractEvent, log: LogReceipt) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], event.process_log(log)["args"])
