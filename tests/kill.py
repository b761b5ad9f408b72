"""Kills a worker at the n-th of its contacts with the world: clock, key, node, before and after.

`Killed` is no `Exception`: nothing in the worker can catch it, and an open database transaction is
rolled back, as it is when a process dies.

Between two contacts nothing may happen that outlives the worker: then both deaths are one. A fuse
that watches the database tells which contacts are worth a death, see `Fuse.telling_points`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
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
        self._database: Path | None = None
        self._remains: list[object] = []

    def start_over(self) -> None:
        """Count from here on."""
        self.contacts.clear()
        self._remains.clear()

    def watch(self, database: Path) -> None:
        """Note from now on what a death at each contact would leave behind."""
        self._database = database

    def touch(self, name: str) -> None:
        """One contact."""
        self.contacts.append(name)
        self._remains.append(self._would_remain())
        if self.blow_at is not None and len(self.contacts) == self.blow_at:
            raise Killed(name)

    def telling_points(self, since: int = 0) -> list[int]:
        """Contacts that follow the first ``since``, counted from 1: those worth a death.

        They are the first and the last of each stretch in which nothing is written into the
        database and nothing is sent: a worker that dies within it leaves the very same behind.
        """
        remains = self._remains[since:]
        ends = [place for place, (one, next_) in enumerate(pairwise(remains), 1) if one != next_]
        return sorted({1, len(remains), *ends, *(end + 1 for end in ends)})

    def _would_remain(self) -> object:
        """What is committed, and how much was sent."""
        if self._database is None:
            return None
        files = (self._database, self._database.with_name(f"{self._database.name}-wal"))
        written = [hashlib.sha256(file.read_bytes()).digest() for file in files if file.exists()]
        return written, sum(contact.startswith("after eth_send") for contact in self.contacts)


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
