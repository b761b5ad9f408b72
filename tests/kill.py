"""Kills a worker at the n-th of its contacts with the world: clock, key, node, before and after.

`Killed` is no `Exception`: nothing in the worker can catch it, and an open database transaction is
rolled back, as it is when a process dies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.clock import SystemClock
from relayer.keys import SignedTransaction, Signer, TransactionFields


class Killed(BaseException):
    """The process is dead."""


class Fuse:
    """Counts contacts and blows at one of them; with `None` it only counts."""

    def __init__(self, blow_at: int | None = None) -> None:
        self.blow_at = blow_at
        self.contacts: list[str] = []

    def touch(self, name: str) -> None:
        """One contact."""
        self.contacts.append(name)
        if self.blow_at is not None and len(self.contacts) == self.blow_at:
            raise Killed(name)


class FusedClock(SystemClock):
    """A clock on a fuse: the worker reads it between most of its steps and inside transactions."""

    def __init__(self, fuse: Fuse) -> None:
        self._fuse = fuse

    def now(self) -> float:
        """The time, or death."""
        self._fuse.touch("clock")
        return super().now()


class FusedSigner(Signer):
    """A key on a fuse."""

    def __init__(self, private_key: bytes, fuse: Fuse) -> None:
        super().__init__(private_key)
        self._fuse = fuse

    def sign(self, fields: TransactionFields, fees: Fees) -> SignedTransaction:
        """A signature, or death before or after it."""
        self._fuse.touch("before sign")
        signed = super().sign(fields, fees)
        self._fuse.touch("after sign")
        return signed


class FusedNode(Node):
    """A node on a fuse: a request may never arrive, or its answer may never be read."""

    def __init__(self, rpc_url: str, fuse: Fuse) -> None:
        super().__init__(rpc_url)
        self._fuse = fuse

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """An answer, or death before or after it."""
        self._fuse.touch(f"before {method}")
        answer = super().request(method, params)
        self._fuse.touch(f"after {method}")
        return answer
