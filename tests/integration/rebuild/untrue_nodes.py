"""Nodes over a real one that lie, forget or fall silent, as a test wants."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from eth_hash.auto import keccak

from relayer.chain.contracts import load_artifact
from relayer.chain.errors import NodeRefusalError
from relayer.chain.node import Node

Lie = Callable[[Any], Any]
_DATA = load_artifact("DataHandler").interface


class LyingNode(Node):
    """Tells something else than the node that it stands for.

    Args:
        rpc_url: the true node.
        lies: by method: what becomes of an answer.
    """

    def __init__(self, rpc_url: str, **lies: Lie) -> None:
        super().__init__(rpc_url)
        self._lies = lies

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """The answer of the node, or what is made of it."""
        answer = super().request(method, params)
        lie = self._lies.get(method)
        return answer if lie is None else lie(copy.deepcopy(answer))


class ForgetfulNode(Node):
    """Has no states of blocks below the newest, and of the newest one only from a call on."""

    def __init__(self, rpc_url: str, *, refused_calls: int = 0) -> None:
        super().__init__(rpc_url)
        self._to_refuse = refused_calls

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """Refuse what full nodes refuse."""
        if method == "eth_getCode" and params[1] != "latest":
            raise NodeRefusalError(method, -32000, "missing trie node 0a1b (path ) state missing")
        if method == "eth_call" and params[1] != "latest" and self._to_refuse:
            self._to_refuse -= 1
            raise NodeRefusalError(method, -32000, "historical state is not available")
        return super().request(method, params)


def is_added(log: dict[str, Any], batch_id: int) -> bool:
    """Whether a log is the `DataAdded` of a batch."""
    topics = ["0x" + _DATA.topic("DataAdded").hex(), f"0x{batch_id:064x}"]
    return bool(log["topics"] == topics)


def in_logs(batch_id: int, change: Callable[[str], str]) -> Lie:
    """A lie about one batch in the answer to `eth_getLogs`."""

    def lie(logs: Any) -> Any:
        for log in logs:
            if is_added(log, batch_id):
                log["data"] = change(log["data"])
        return logs

    return lie


def in_receipts(batch_id: int, change: Callable[[str], str]) -> Lie:
    """The same lie in the answer to `eth_getTransactionReceipt`."""
    within = in_logs(batch_id, change)

    def lie(receipt: Any) -> Any:
        within(receipt["logs"])
        return receipt

    return lie


def without(batch_id: int) -> Lie:
    """A lie: there is no such batch."""
    return lambda logs: [log for log in logs if not is_added(log, batch_id)]


def swapped(old: bytes, new: bytes) -> Callable[[str], str]:
    """Other bytes in the place of these, once."""

    def change(data: str) -> str:
        if old.hex() not in data:
            raise AssertionError(f"{old.hex()} is not there")
        return data.replace(old.hex(), new.hex(), 1)

    return change


def rehashed(old: bytes, new: bytes, records: bytes) -> Callable[[str], str]:
    """Other bytes in the records, and a header that agrees with them."""
    changed = records.replace(old, new, 1)

    def change(data: str) -> str:
        data = swapped(keccak(records), keccak(changed))(data)
        return swapped(records, changed)(data)

    return change
