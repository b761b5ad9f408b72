"""Typed forms of a node's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Block:
    """The head of a block; `timestamp` in unix seconds."""

    number: int
    hash: str
    timestamp: int
    base_fee_wei: int
    gas_limit: int
    parent_hash: str = ""

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Block:
        """Reads the object of `eth_getBlockByNumber`."""
        return cls(
            number=int(answer["number"], 16),
            hash=str(answer["hash"]),
            timestamp=int(answer["timestamp"], 16),
            base_fee_wei=int(answer.get("baseFeePerGas", "0x0"), 16),
            gas_limit=int(answer["gasLimit"], 16),
            parent_hash=str(answer["parentHash"]),
        )


@dataclass(frozen=True)
class Log:
    """One event as the node gives it, not yet decoded."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    transaction_hash: str
    log_index: int

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Log:
        """Reads an entry of `eth_getLogs` or of a receipt."""
        return cls(
            address=str(answer["address"]),
            topics=tuple(bytes.fromhex(topic[2:]) for topic in answer["topics"]),
            data=bytes.fromhex(answer["data"][2:]),
            block_number=int(answer["blockNumber"], 16),
            transaction_hash=str(answer["transactionHash"]),
            log_index=int(answer["logIndex"], 16),
        )


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction in the block that holds it."""

    transaction_hash: str
    to: str | None
    block_number: int
    block_hash: str
    succeeded: bool
    gas_used: int
    effective_gas_price_wei: int
    contract_address: str | None
    logs: tuple[Log, ...]
    transaction_index: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Where the chain holds it, for putting receipts in order."""
        return self.block_number, self.transaction_index

    @property
    def cost_wei(self) -> int:
        """What the sender paid for gas."""
        return self.gas_used * self.effective_gas_price_wei

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Receipt:
        """Reads the object of `eth_getTransactionReceipt`."""
        return cls(
            transaction_hash=str(answer["transactionHash"]),
            to=answer.get("to"),
            block_number=int(answer["blockNumber"], 16),
            block_hash=str(answer["blockHash"]),
            succeeded=int(answer["status"], 16) == 1,
            gas_used=int(answer["gasUsed"], 16),
            effective_gas_price_wei=int(answer["effectiveGasPrice"], 16),
            contract_address=answer.get("contractAddress"),
            logs=tuple(Log.from_json(entry) for entry in answer["logs"]),
            transaction_index=int(answer["transactionIndex"], 16),
        )
