"""A classifier contract alone on a chain: its deployer is its trainer."""

import time
from collections.abc import Sequence
from typing import Any, Final, Self

from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract, bind, load_artifact
from relayer.chain.node import Node

MINING_TIMEOUT_S: Final = 30.0


class ClassifierOnChain:
    """A deployed classifier that the deployer may train directly."""

    def __init__(self, node: Node, sender: str, contract: Contract) -> None:
        self._node = node
        self._sender = sender
        self._contract = contract

    @classmethod
    def deploy(
        cls,
        node: Node,
        name: str,
        *arguments: Any,
        weight_words: Sequence[int] = (),
        knowledge: Sequence[tuple[Any, ...]] = (),
    ) -> Self:
        """Create the contract, give it initial weight words or other knowledge, and bind it.

        Its deployer is its trainer. `knowledge` has the arguments of each call of `initialize`.
        """
        sender = node.request("eth_accounts", [])[0]
        artifact = load_artifact(name)
        code = artifact.bytecode + artifact.interface.encode_constructor(*arguments)
        address = _send(node, {"from": sender, "data": "0x" + code.hex()}).contract_address
        if address is None:
            raise AssertionError(f"{name} has no address")
        self = cls(node, sender, bind(name, address))
        if weight_words:
            self._transact("initialize", 0, list(weight_words))
        for arguments_given in knowledge:
            self._transact("initialize", *arguments_given)
        self._transact("bind", sender)
        return self

    def train(self, records: bytes) -> int:
        """Learn from a batch; return the map of accepted records."""
        data = self._contract.interface.encode("train", records)
        answer = self._node.call(self._contract.address, data, sender=self._sender)
        self._transact("train", records)
        accepted: int = self._contract.interface.decode("train", answer)[0]
        return accepted

    @property
    def contract(self) -> Contract:
        """The contract itself."""
        return self._contract

    def grow(self, function: str, *arguments: Any) -> None:
        """Add labels or features, as the contract's owner."""
        self._transact(function, *arguments)

    def read(self, function: str, *arguments: Any) -> Any:
        """Call a view."""
        return self._contract.read(self._node, function, *arguments)

    def _transact(self, function: str, *arguments: Any) -> None:
        data = self._contract.interface.encode(function, *arguments)
        fields = {"from": self._sender, "to": self._contract.address, "data": "0x" + data.hex()}
        _send(self._node, fields)


def _send(node: Node, fields: dict[str, str]) -> Receipt:
    transaction_hash = node.request("eth_sendTransaction", [{**fields, "gas": hex(25_000_000)}])
    give_up_at = time.monotonic() + MINING_TIMEOUT_S
    # anvil mines in the background: the receipt may come a moment after the hash.
    while (receipt := node.receipt(transaction_hash)) is None:
        if time.monotonic() > give_up_at:
            raise AssertionError(f"{transaction_hash} was not mined")
    if not receipt.succeeded:
        raise AssertionError(f"a transaction failed: {receipt}")
    return receipt
