"""What a closed market pays each record of a batch above its stake.

The Forwarder's events name the player of a reward and not its record, which is enough where every
settled record of a player is credited. In a market one contribution of a player may gain and
another one not; so the market itself is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from relayer.chain.contracts import Contract
from relayer.chain.node import Node
from relayer.store.batches import Batch
from relayer.watch.added import from_json


def market_rewards(
    node: Node, market: Contract, batch: Batch, accepted: Sequence[int], settled: Sequence[int]
) -> dict[int, int]:
    """Rewards in wei by record index.

    Args:
        node: is asked; what a closed market pays never changes.
        market: the market, closed.
        batch: a batch of ours in it.
        accepted: indexes of the batch's records that took effect, in order.
        settled: indexes of those that are asked for.

    Raises:
        NodeError: the node does not answer.
    """
    stake_wei = from_json(batch.header or "")["stakeWei"]
    first = market.read(node, "firstNumber", batch.chain_batch_id)
    numbers = {index: first + place for place, index in enumerate(accepted)}
    calls = [
        (market.address, market.interface.encode("payoutWei", numbers[index])) for index in settled
    ]
    payouts = [market.interface.decode("payoutWei", answer)[0] for answer in node.call_many(calls)]
    return {
        index: max(0, payout_wei - stake_wei)
        for index, payout_wei in zip(settled, payouts, strict=True)
    }
