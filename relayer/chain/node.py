"""The relayer's view of an Ethereum node: few methods, typed answers, a timeout on everything.

Built on web3's HTTP provider below its middlewares: what goes out and comes back is exactly the
JSON-RPC of the node, nothing is retried behind our back, and every failure is a `NodeError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import requests
from web3.exceptions import Web3Exception
from web3.providers.rpc import HTTPProvider
from web3.types import RPCEndpoint

from relayer.chain.answers import Block, Log, Receipt
from relayer.chain.errors import (
    CallRevertedError,
    NodeError,
    NodeRefusalError,
    NodeUnreachableError,
)
from relayer.chain.fees import Fees

CONNECT_TIMEOUT_S: Final = 3.05
READ_TIMEOUT_S: Final = 15.0
#: JSON-RPC code of an execution error with revert data (geth, erigon, anvil, reth).
_EXECUTION_REVERTED: Final = 3


class Node:
    """One node behind one URL.

    Args:
        rpc_url: HTTP address of the node's JSON-RPC.
        read_timeout_s: how long an answer may take before it counts as missing.
    """

    def __init__(self, rpc_url: str, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self.rpc_url = rpc_url
        self._provider = HTTPProvider(
            rpc_url,
            request_kwargs={"timeout": (CONNECT_TIMEOUT_S, read_timeout_s)},
            exception_retry_configuration=None,
        )

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """The raw result of a JSON-RPC call.

        Raises:
            NodeUnreachableError: no JSON-RPC answer came back; the outcome is unknown.
            CallRevertedError: the node answered that a contract reverted.
            NodeRefusalError: the node answered with another error.
        """
        with _transport_errors(method):
            response = self._provider.make_request(RPCEndpoint(method), list(params))
        return _result(method, response)

    def chain_id(self) -> int:
        """The chain's id."""
        return _number(self.request("eth_chainId", []))

    def block(self, block: int | str = "latest") -> Block | None:
        """A block's head, or None when the node does not have it."""
        answer = self.request("eth_getBlockByNumber", [_block_tag(block), False])
        return None if answer is None else Block.from_json(answer)

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
        return _number(self.request("eth_getTransactionCount", [address, _block_tag(block)]))

    def balance_wei(self, address: str, block: int | str = "latest") -> int:
        """An account's balance."""
        return _number(self.request("eth_getBalance", [address, _block_tag(block)]))

    def code(self, address: str) -> bytes:
        """An account's code; empty for one without."""
        return bytes.fromhex(self.request("eth_getCode", [address, "latest"])[2:])

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """The receipt of a transaction, or None while no block of the chain holds it."""
        answer = self.request("eth_getTransactionReceipt", [transaction_hash])
        return None if answer is None else Receipt.from_json(answer)

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
        return bytes.fromhex(self.request("eth_call", [fields, _block_tag(block)])[2:])

    def call_many(
        self, calls: Sequence[tuple[str, bytes]], block: int | str = "latest"
    ) -> list[bytes]:
        """What many calls would return, asked in one request.

        Raises:
            NodeError: the node did not answer every one of them.
        """
        batch = [
            (RPCEndpoint("eth_call"), [{"to": to, "data": "0x" + data.hex()}, _block_tag(block)])
            for to, data in calls
        ]
        if not batch:
            return []
        with _transport_errors("eth_call"):
            responses = self._provider.make_batch_request(batch)
        if not isinstance(responses, list) or len(responses) != len(calls):
            raise NodeUnreachableError("The node does not answer batches of requests in full.")
        return [bytes.fromhex(_result("eth_call", response)[2:]) for response in responses]

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
        return _number(
            self.request("eth_estimateGas", [_call_fields(to, data, sender, fees, None, value_wei)])
        )

    def logs(
        self, addresses: Sequence[str], topics: Sequence[str | None], from_block: int, to_block: int
    ) -> list[Log]:
        """The logs of these contracts in a range of blocks, both ends included, in chain order."""
        query = {
            "address": list(addresses),
            "topics": list(topics),
            "fromBlock": hex(from_block),
            "toBlock": hex(to_block),
        }
        return [Log.from_json(entry) for entry in self.request("eth_getLogs", [query])]


@contextmanager
def _transport_errors(method: str) -> Iterator[None]:
    """Turns everything that is no JSON-RPC answer into one error: the outcome is unknown."""
    try:
        yield
    except (requests.RequestException, Web3Exception, OSError, ValueError) as error:
        raise NodeUnreachableError(
            f"{method}: no answer from the node ({type(error).__name__}). "
            "Check that it runs and that rpc_url is right."
        ) from error


def _result(method: str, response: Mapping[str, Any]) -> Any:
    error = response.get("error")
    if error is not None:
        raise _refusal(method, error)
    if "result" not in response:
        raise NodeUnreachableError(f"{method}: the node's answer has neither result nor error.")
    return response["result"]


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


def _refusal(method: str, error: Any) -> NodeError:
    if not isinstance(error, dict):
        return NodeRefusalError(method, 0, str(error))
    code, reason, data = error.get("code", 0), str(error.get("message", "")), error.get("data")
    reverted = code == _EXECUTION_REVERTED or "revert" in reason.lower()
    kind = CallRevertedError if reverted else NodeRefusalError
    return kind(method, int(code), reason, _revert_data(data))


def _revert_data(data: Any) -> bytes:
    """Revert data where the node gives any; some nodes put plain words in its place."""
    try:
        return bytes.fromhex(data[2:]) if isinstance(data, str) and data[:2] == "0x" else b""
    except ValueError:
        return b""


def _number(answer: Any) -> int:
    return int(answer, 16)


def _block_tag(block: int | str) -> str:
    return block if isinstance(block, str) else hex(block)
