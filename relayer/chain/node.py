"""The relayer's view of an Ethereum node: few methods, typed answers, a timeout on everything.

What goes out and comes back is exactly the JSON-RPC of the node, nothing is retried behind our
back, and every failure is a `NodeError`. Answers that contradict their question (another block,
another transaction, an event out of range) are failures as well: no state is decided from them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from relayer.chain.answers import Block, Log, Receipt
from relayer.chain.errors import NodeUnreachableError
from relayer.chain.fees import Fees
from relayer.chain.responses import bytes_in, number_in, reading, result_of
from relayer.chain.transport import Question, Transport

READ_TIMEOUT_S: Final = 15.0

_Parsed = TypeVar("_Parsed")


class Node:
    """One node behind one URL; `NodePool` has the same methods over several.

    Args:
        rpc_url: HTTP address of the node's JSON-RPC.
        read_timeout_s: how long an answer may take before it counts as missing.
    """

    def __init__(self, rpc_url: str, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self.rpc_url = rpc_url
        self._transport = Transport(rpc_url, read_timeout_s)

    @property
    def urls(self) -> tuple[str, ...]:
        """Where requests may go."""
        return (self.rpc_url,)

    def troubles(self) -> list[str]:
        """What is wrong with which node of several, in words for the operator."""
        return []

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """The raw result of a JSON-RPC call.

        Raises:
            NodeUnreachableError: no answer came that can be believed; the outcome is unknown.
            CallRevertedError: the node answered that a contract reverted.
            NodeRefusalError: the node answered with another error.
        """
        return result_of(method, self._transport.ask(method, params))

    def request_many(self, questions: Sequence[Question]) -> list[Any]:
        """The raw results of many calls that are asked in one request.

        Raises:
            NodeError: the node did not answer every one of them.
        """
        responses = self._transport.ask_many(questions)
        return [
            result_of(method, response)
            for (method, _), response in zip(questions, responses, strict=True)
        ]

    def read(self, method: str, params: Sequence[Any], parse: Callable[[Any], _Parsed]) -> _Parsed:
        """What `parse` makes of a result; an answer that it cannot read is a failure of the node.

        Raises:
            NodeError: as for `request`.
        """
        answer = self.request(method, params)
        with reading(method):
            return parse(answer)

    def read_many(
        self, questions: Sequence[Question], parse: Callable[[list[Any]], _Parsed]
    ) -> _Parsed:
        """The same for many calls that are asked in one request."""
        answers = self.request_many(questions)
        with reading(questions[0][0] if questions else "nothing"):
            return parse(answers)

    def agrees_on(self, block: Block) -> bool:
        """Whether nobody who was asked contradicts that the chain holds this block.

        One node has nobody to ask beside itself.
        """
        return True

    def distrust(self, reason: str) -> None:
        """Notes that what the node says contradicts itself; a pool asks another one from now on."""

    def chain_id(self) -> int:
        """The chain's id."""
        return self.read("eth_chainId", [], number_in)

    def block(self, block: int | str = "latest") -> Block | None:
        """A block's head, or None when the node does not have it."""
        params = [_block_tag(block), False]
        return self.read("eth_getBlockByNumber", params, lambda answer: _block(answer, block))

    def blocks(self, numbers: Sequence[int]) -> list[Block | None]:
        """The heads of many blocks, asked in one request; None for those that it does not have."""
        return self.read_many(
            [("eth_getBlockByNumber", [hex(number), False]) for number in numbers],
            lambda answers: [_block(*each) for each in zip(answers, numbers, strict=True)],
        )

    def head(self) -> Block:
        """The newest block.

        Raises:
            NodeUnreachableError: the node has no block at all yet.
        """
        head = self.block("latest")
        if head is None:
            raise NodeUnreachableError("The node has no blocks yet. Wait until it has synced.")
        return head

    def transaction_count(self, address: str, block: int | str = "latest") -> int:
        """The number of transactions that an account has in the chain up to a block."""
        return self.read("eth_getTransactionCount", [address, _block_tag(block)], number_in)

    def agreed_transaction_count(self, address: str, block: int | str = "latest") -> int:
        """The same, for what cannot be taken back: of several nodes most must confirm it."""
        return self.transaction_count(address, block)

    def balance_wei(self, address: str, block: int | str = "latest") -> int:
        """An account's balance."""
        return self.read("eth_getBalance", [address, _block_tag(block)], number_in)

    def code(self, address: str) -> bytes:
        """An account's code; empty for one without."""
        return self.read("eth_getCode", [address, "latest"], bytes_in)

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """The receipt of a transaction, or None while no block of the chain holds it."""
        return self.read(
            "eth_getTransactionReceipt",
            [transaction_hash],
            lambda answer: _receipt(answer, transaction_hash),
        )

    def send_raw(self, raw: bytes) -> str:
        """Hands a signed transaction to the node and returns its hash.

        An error does not tell what became of it; `node_errors.classify_send_error` says what the
        node's words are worth.
        """
        return str(self.request("eth_sendRawTransaction", ["0x" + raw.hex()]))

    def call(
        self,
        to: str,
        data: bytes,
        *,
        sender: str | None = None,
        fees: Fees | None = None,
        gas: int | None = None,
        value_wei: int = 0,
        block: int | str = "latest",
    ) -> bytes:
        """What a call would return; nothing is sent.

        With `fees` the contract sees the gas price that a transaction with these fees would have.

        Raises:
            CallRevertedError: the contract reverted.
        """
        fields = _call_fields(to, data, sender, fees, gas, value_wei)
        return self.read("eth_call", [fields, _block_tag(block)], bytes_in)

    def call_many(
        self, calls: Sequence[tuple[str, bytes]], block: int | str = "latest"
    ) -> list[bytes]:
        """What many calls would return, asked in one request.

        Raises:
            NodeError: the node did not answer every one of them.
        """
        return self.read_many(
            [
                ("eth_call", [{"to": to, "data": "0x" + data.hex()}, _block_tag(block)])
                for to, data in calls
            ],
            lambda answers: [bytes_in(answer) for answer in answers],
        )

    def estimate_gas(
        self,
        to: str | None,
        data: bytes,
        *,
        sender: str,
        fees: Fees | None = None,
        value_wei: int = 0,
    ) -> int:
        """The gas that a transaction would need on top of the newest block.

        Raises:
            CallRevertedError: it would revert.
        """
        fields = _call_fields(to, data, sender, fees, None, value_wei)
        return self.read("eth_estimateGas", [fields], number_in)

    def logs(
        self,
        addresses: Sequence[str],
        topics: Sequence[str | Sequence[str] | None],
        from_block: int,
        to_block: int,
    ) -> list[Log]:
        """The logs of these contracts in a range of blocks, both ends included, in chain order.

        Each topic is one word, several of which any will do, or None for whatever it is.

        Raises:
            NodeUnreachableError: the node does not have the last of these blocks: what it answers
                would be a part, and would look like the whole.
            NodeRefusalError: the node does not look through so many.
        """
        if self.block(to_block) is None:
            raise NodeUnreachableError(f"eth_getLogs: the node does not have block {to_block} yet.")
        query = {
            "address": list(addresses),
            "topics": list(topics),
            "fromBlock": hex(from_block),
            "toBlock": hex(to_block),
        }
        return self.read(
            "eth_getLogs", [query], lambda answer: [Log.from_json(entry) for entry in answer]
        )


def _block(answer: Any, asked: int | str) -> Block | None:
    if answer is None:
        return None
    block = Block.from_json(answer)
    if isinstance(asked, int) and block.number != asked:
        raise ValueError(f"block {block.number} instead of {asked}")
    return block


def _receipt(answer: Any, asked: str) -> Receipt | None:
    if answer is None:
        return None
    receipt = Receipt.from_json(answer)
    if receipt.transaction_hash.lower() != asked.lower():
        raise ValueError("it is of another transaction")
    return receipt


def _call_fields(
    to: str | None,
    data: bytes,
    sender: str | None,
    fees: Fees | None,
    gas: int | None,
    value_wei: int,
) -> dict[str, str]:
    fields = {"data": "0x" + data.hex()}
    if to is not None:
        fields["to"] = to
    if sender is not None:
        fields["from"] = sender
    if fees is not None:
        fields["maxFeePerGas"] = hex(fees.max_fee_per_gas_wei)
        fields["maxPriorityFeePerGas"] = hex(fees.max_priority_fee_per_gas_wei)
    if gas is not None:
        fields["gas"] = hex(gas)
    if value_wei:
        fields["value"] = hex(value_wei)
    return fields


def _block_tag(block: int | str) -> str:
    return block if isinstance(block, str) else hex(block)
