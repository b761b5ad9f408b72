"""Keeps the local chain's base fee where a public chain has it.

A chain with almost empty blocks lets its base fee fall to nothing within a minute, and fees that
are almost nothing would prove nothing. So the demo sets the next block's base fee: a random walk
within the eighth per block by which real chains move.
"""

import threading
from random import Random

from relayer.chain.errors import NodeError
from relayer.chain.node import Node

GWEI = 10**9
STARTING_BASE_FEE_WEI = 10 * GWEI
LOWEST_BASE_FEE_WEI = 7 * GWEI
HIGHEST_BASE_FEE_WEI = 15 * GWEI
#: Most that the base fee moves from block to block, in thousandths.
LARGEST_STEP_PER_MILLE = 50


class Weather:
    """Sets base fees from a thread of its own until it is stopped."""

    def __init__(self, node: Node, random: Random, interval_s: float) -> None:
        self._node = node
        self._random = random
        self._interval_s = interval_s
        self._base_fee_wei = STARTING_BASE_FEE_WEI
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="weather", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def next_base_fee_wei(self) -> int:
        """Take one step of the walk."""
        step = self._random.randint(-LARGEST_STEP_PER_MILLE, LARGEST_STEP_PER_MILLE)
        moved_wei = self._base_fee_wei * (1000 + step) // 1000
        self._base_fee_wei = min(max(moved_wei, LOWEST_BASE_FEE_WEI), HIGHEST_BASE_FEE_WEI)
        return self._base_fee_wei

    def _run(self) -> None:
        while not self._stop.wait(self._interval_s):
            try:
                base_fee = hex(self.next_base_fee_wei())
                self._node.request("anvil_setNextBlockBaseFeePerGas", [base_fee])
            except NodeError:
                # The chain is stopping, or busy for a moment; the supervisor watches over it.
                continue
