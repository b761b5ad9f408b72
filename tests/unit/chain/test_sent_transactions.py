"""What nodes say of a transaction is turned back into the bytes that were signed."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes

from relayer.chain.errors import NodeAnswerError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.sent_transactions import read_sent
from relayer.keys import SignedTransaction, Signer
from relayer.keys.signer import TransactionFields

SIGNER = Signer(b"\x07" * 32)
FEES = Fees(30, 2)
FIELDS = TransactionFields(
    chain_id=31337,
    nonce=0,
    to="0x5FbDB2315678afecb367f032d93F642f64180aa3",
    data=b"\x00\x01",
    gas_limit=21_500,
)


class Saying(Node):
    """A node that has one answer."""

    def __init__(self, answer: Any) -> None:
        super().__init__("http://localhost")
        self._answer = answer

    def request(self, method: str, params: Any) -> Any:
        """The answer."""
        return self._answer


def as_told(signed: SignedTransaction) -> dict[str, Any]:
    """The transaction as a node tells it."""
    fields = TypedTransaction.from_bytes(HexBytes(signed.raw)).as_dict()
    told = {
        name: hex(value) if isinstance(value, int) else "0x" + bytes(value).hex()
        for name, value in fields.items()
        if name != "accessList"
    }
    told["to"] = FIELDS.to.lower()
    return told | {"input": told.pop("data"), "yParity": told["v"], "hash": signed.hash}


@pytest.mark.parametrize(
    "style",
    [
        {"accessList": []},
        {"accessList": None},
        {"from": "0x" + "00" * 20, "blockNumber": "0x7"},
    ],
)
def test_the_very_bytes_come_back(style: dict[str, Any]) -> None:
    signed = SIGNER.sign(FIELDS, FEES)
    told = as_told(signed) | style
    found = read_sent(Saying(told), signed.hash)
    assert found is not None
    assert (found.raw, found.hash, found.sender) == (signed.raw, signed.hash, SIGNER.address)
    assert (found.nonce, found.data, found.fees) == (FIELDS.nonce, FIELDS.data, FEES)


def test_nodes_that_know_no_parity_say_v() -> None:
    signed = SIGNER.sign(FIELDS, FEES)
    told = as_told(signed)
    del told["yParity"]
    found = read_sent(Saying(told), signed.hash)
    assert found is not None
    assert found.raw == signed.raw


@pytest.mark.parametrize(
    "change",
    [{"nonce": "0x1"}, {"nonce": -7}, {"input": "0x"}, {"gas": None}, {"r": "0x1"}, {"to": "0x1"}],
)
def test_what_does_not_have_the_hash_is_no_answer(change: dict[str, Any]) -> None:
    signed = SIGNER.sign(FIELDS, FEES)
    with pytest.raises(NodeAnswerError):
        read_sent(Saying(as_told(signed) | change), signed.hash)


@pytest.mark.parametrize("answer", [None, {"type": "0x0"}, {"type": "0x2", "to": None}])
def test_what_is_not_there_or_of_another_kind_is_none_of_ours(answer: Any) -> None:
    assert read_sent(Saying(answer), "0x" + "00" * 32) is None
