"""Nonces for accounts that sign here: each is handed out once, also to many threads."""

from __future__ import annotations

import threading
from collections.abc import Callable


class NonceAllocator:
    """Hands out a player's nonces in order, starting where the relayer says.

    Args:
        next_nonce: asks the relayer for a player's next nonce.
    """

    def __init__(self, next_nonce: Callable[[str], int]) -> None:
        self._ask = next_nonce
        self._next: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, address: str) -> int:
        """Return a nonce that nobody else gets from here."""
        with self._lock:
            if address not in self._next:
                self._next[address] = self._ask(address)
            nonce = self._next[address]
            self._next[address] = nonce + 1
            return nonce

    def forget(self, address: str) -> None:
        """Ask the relayer anew the next time: someone else signs for this player, too."""
        with self._lock:
            self._next.pop(address, None)
