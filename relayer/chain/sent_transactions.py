"""Transactions as nodes keep them, turned back into the bytes that their sender signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import to_checksum_address

from relayer.chain.fees import Fees
from relayer.chain.keccak import keccak
from relayer.chain.node import Node
from relayer.chain.responses import number_in

#: EIP-1559, the only type that the relayer's signers send.
_TYPE_EIP1559: Final = "0x2"
_SIGNED_NUMBERS: Final = (
    "chainId",
    "nonce",
    "maxPriorityFeePerGas",
    "maxFeePerGas",
    "gas",
    "value",
    "r",
    "s",
)


@dataclass(frozen=True)
class SentTransaction:
    """A transaction whose signature was checked: nobody but the sender can have made it."""

    hash: str
    raw: bytes
    sender: str
    nonce: int
    to: str
    data: bytes
    gas_limit: int
    value_wei: int
    fees: Fees


def read_sent(node: Node, transaction_hash: str) -> SentTransaction | None:
    """A transaction by its hash, with the bytes that were broadcast.

    Returns:
        None when the node does not have it, or when it is of another type than EIP-1559.

    Raises:
        NodeError: the node does not answer, or with something that does not have this hash.
    """
    return node.read(
        "eth_getTransactionByHash",
        [transaction_hash],
        lambda answer: _sent(answer, transaction_hash),
    )


def _sent(answer: Mapping[str, Any] | None, asked: str) -> SentTransaction | None:
    if answer is None or answer["type"] != _TYPE_EIP1559 or answer["to"] is None:
        return None
    # Slow, and for those alone that look at transactions.
    from relayer.ethereum_account import Account, TypedTransaction

    fields: dict[str, Any] = {name: number_in(answer[name]) for name in _SIGNED_NUMBERS}
    fields |= {
        "type": _TYPE_EIP1559,
        "to": to_checksum_address(answer["to"]),
        "data": answer["input"],
        "accessList": answer.get("accessList") or [],
        "v": number_in(answer.get("yParity", answer["v"])),
    }
    raw = TypedTransaction.from_dict(fields).encode()
    if "0x" + keccak(raw).hex() != asked.lower():
        raise ValueError("it is of another transaction")
    return SentTransaction(
        hash=asked.lower(),
        raw=raw,
        sender=str(Account.recover_transaction(raw)),
        nonce=fields["nonce"],
        to=str(answer["to"]),
        data=bytes.fromhex(answer["input"][2:]),
        gas_limit=fields["gas"],
        value_wei=fields["value"],
        fees=Fees(fields["maxFeePerGas"], fields["maxPriorityFeePerGas"]),
    )
