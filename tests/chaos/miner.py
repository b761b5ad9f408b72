"""Mines the chain of the stage, and lets it reorganise, forget, stall and come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from relayer.chain.errors import NodeError
from relayer.chain.node import Node

BLOCK_TIME_S = 0.5


class Miner:
    """Mines a block twice a second on an anvil that does not mine by itself.

    Args:
        node: the chain's node; replaced when the node starts anew.
        first_block: blocks up to this one are never reorganised.
    """

    def __init__(self, node: Node, first_block: int) -> None:
        self.node = node
        self._first_block = first_block
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="miner", daemon=True)
        self.reorganisations = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(30)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """No block meanwhile."""
        with self._lock:
            yield

    def reorganise(self, depth: int, *, moved: bool = False) -> int:
        """Replace the newest blocks; what was in them is in no pool either.

        Args:
            depth: how many blocks.
            moved: whether the last of the new ones holds all the transactions again; else the new
                blocks are empty.

        Returns:
            How many transactions lost their block.
        """
        with self._lock:
            head = self.node.head().number
            depth = min(depth, head - self._first_block)
            if depth < 1:
                return 0
            lost = [
                raw for number in range(head - depth + 1, head + 1) for raw in self._raw(number)
            ]
            again = [[raw, depth - 1] for raw in lost] if moved else []
            self.node.request("anvil_reorg", [depth, again])
            self.reorganisations += 1
            return len(lost)

    def drop_pool(self) -> int:
        """Let the node forget what waits for a block; returns how many it were."""
        with self._lock:
            waiting = int(self.node.request("txpool_status", [])["pending"], 16)
            self.node.request("anvil_dropAllTransactions", [])
            return waiting

    def set_base_fee(self, base_fee_wei: int) -> None:
        """Let the next block have this base fee; later ones follow from it by EIP-1559."""
        with self._lock:
            self.node.request("anvil_setNextBlockBaseFeePerGas", [hex(base_fee_wei)])

    def mine(self, blocks: int = 1) -> None:
        """Add blocks now."""
        with self._lock:
            for _ in range(blocks):
                self.node.request("evm_mine", [])

    def _raw(self, number: int) -> list[str]:
        """The signed transactions of a block, in order."""
        block = self.node.request("eth_getBlockByNumber", [hex(number), False])
        return [
            str(self.node.request("eth_getRawTransactionByHash", [transaction_hash]))
            for transaction_hash in block["transactions"]
        ]

    def _run(self) -> None:
        while not self._stop.wait(BLOCK_TIME_S):
            try:
                self.mine()
            except NodeError:
                continue  # the node is being restarted
