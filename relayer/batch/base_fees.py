"""Whether blocks are dear just now, compared with the ones before."""

from __future__ import annotations

from relayer.chain.answers import Block

#: Weight of a new block in the moving average: after thirty blocks an old one counts a tenth.
WEIGHT = 1 / 13
#: Blocks that must have been seen before anything counts as dear.
LEAST_BLOCKS = 5


class BaseFees:
    """A moving average of the base fee over the blocks that were seen.

    Args:
        dear_percent: base fees above this share of the average are dear.
    """

    def __init__(self, dear_percent: int) -> None:
        self._dear_percent = dear_percent
        self._average_wei = 0.0
        self._blocks = 0
        self._seen_hash = ""

    def is_dear(self, head: Block) -> bool:
        """Whether a block's base fee is far above the average of those before it."""
        dear = (
            self._blocks >= LEAST_BLOCKS
            and head.base_fee_wei * 100 > self._average_wei * self._dear_percent
        )
        if head.hash != self._seen_hash:
            self._note(head)
        return dear

    def _note(self, head: Block) -> None:
        weight = WEIGHT if self._blocks else 1.0
        self._average_wei += weight * (head.base_fee_wei - self._average_wei)
        self._blocks += 1
        self._seen_hash = head.hash
