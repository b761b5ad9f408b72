"""The chain's time, for judging deadlines, on a machine whose clock may jump.

Deadlines are kept by blocks. The machine's clock tells the time between two blocks, but only while
it runs steadily: somebody who sets it forward must not end requests that are still in time.
"""

from __future__ import annotations

from relayer.chain.answers import Block
from relayer.clock import Clock

#: A clock that moved this far against the time that passed has jumped.
JUMP_S = 5.0
#: Once it agrees this well with the chain it is believed again.
AGREES_WITHIN_S = 30.0


class ChainTime:
    """What time it is for the chain.

    Args:
        clock: the machine's, which may jump; its monotonic time does not.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset_s = clock.now() - clock.monotonic()
        self._head_hash = ""
        self._head_seen_at = 0.0

    def now(self, head: Block) -> float:
        """Unix seconds: the head's time and what has passed since, or a steady clock's if later."""
        monotonic = self._clock.monotonic()
        if head.hash != self._head_hash:
            self._head_hash, self._head_seen_at = head.hash, monotonic
        of_chain = head.timestamp + monotonic - self._head_seen_at
        wall = self._clock.now()
        if abs(wall - of_chain) <= AGREES_WITHIN_S:
            self._offset_s = wall - monotonic
        has_jumped = abs(wall - monotonic - self._offset_s) > JUMP_S
        return of_chain if has_jumped else max(of_chain, wall)
