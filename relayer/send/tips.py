"""What tips the latest blocks took, so that a first attempt offers no more than is usual."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from statistics import median_low
from typing import Any

from relayer.chain.answers import Block
from relayer.chain.errors import NodeError
from relayer.chain.node import Node

log = logging.getLogger(__name__)

#: Blocks that are looked back on.
BLOCKS = 10
#: Fewer blocks with transactions say nothing.
LEAST_BLOCKS = 3
#: Nodes may ignore transactions that tip less.
LEAST_TIP_WEI = 1_000_000


def usual_tip_wei(history: Any) -> int | None:
    """The median over the blocks that held something of the tips asked for; None: too few of them.

    Args:
        history: the answer to `eth_feeHistory` with one percentile.

    Raises:
        ValueError: the answer has another form.
    """
    try:
        rewards: Sequence[Sequence[str]] = history.get("reward") or []
        ratios: Sequence[float] = history["gasUsedRatio"]
        tips_wei = [int(r[0], 16) for r, used in zip(rewards, ratios, strict=False) if used > 0]
    except (AttributeError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"the node's fee history cannot be read: {error!r}") from error
    if len(tips_wei) < LEAST_BLOCKS:
        return None
    return max(LEAST_TIP_WEI, median_low(tips_wei))


class TipGauge:
    """Looks at each new block once.

    Args:
        node: is asked for its fee history.
        percentile: which of a block's tips counts, by gas, from the cheapest; 0: look at none.
    """

    def __init__(self, node: Node, percentile: int) -> None:
        self._node = node
        self._percentile = percentile
        self._seen_head_hash = ""
        #: The usual tip per gas; None: nothing is known.
        self.tip_wei: int | None = None

    def step(self, head: Block) -> int | None:
        """The usual tip at a block. A node without a fee history leaves it unknown."""
        if not self._percentile or head.hash == self._seen_head_hash:
            return self.tip_wei
        self._seen_head_hash = head.hash
        try:
            history = self._node.request(
                "eth_feeHistory", [hex(BLOCKS), hex(head.number), [self._percentile]]
            )
            self.tip_wei = usual_tip_wei(history)
        except (NodeError, ValueError) as error:
            log.info("no usual tip: %s", error, extra={"action": "tips"})
            self.tip_wei = None
        return self.tip_wei
