"""Where a prediction market stands, read from the chain."""

from __future__ import annotations

from typing import Any

from relayer.chain.contracts import bind
from relayer.chain.node import Node
from relayer.deployment import PredictionMarketEntry, TrainerEntry
from relayer.market.view import MarketView, Phase, read_views


def market_table(node: Node, entry: TrainerEntry) -> dict[str, Any]:
    """Return where a market stands, by names.

    Raises:
        NodeError: the node does not answer.
    """
    contract = bind("PredictionMarket", entry.address)
    head = node.head()
    view = read_views(node, [contract], head)[0]

    def read(function: str) -> str:
        return str(contract.read(node, function, block=head.number))

    return {
        "market": entry.address,
        "name": entry.name,
        "phase": view.phase.word,
        "ends_in_s": _ends_in_s(view, entry, head.timestamp),
        "pieces": view.piece_count,
        "opened_piece": view.opened_piece if view.drawn else None,
        "revealed_pieces": view.next_piece if view.phase is Phase.REVEAL else None,
        "contributions": view.contributions,
        "test_samples": view.test_size,
        "replayed": view.cursor.trained,
        "bounty_wei": read("bountyWei"),
        "open_wei": read("openWei"),
        "claimable_wei": read("totalClaimableWei"),
    }


def _ends_in_s(view: MarketView, entry: TrainerEntry, now: int) -> int | None:
    if view.phase in (Phase.ANNOUNCED, Phase.LAPSED, Phase.CLOSED):
        return None
    mechanism = entry.mechanism
    ends_at = view.ends_at
    # The reveal has no state of its own: it follows the end of participation by the clock.
    if view.phase is Phase.REVEAL and isinstance(mechanism, PredictionMarketEntry):
        ends_at += mechanism.reveal_s
    return max(0, ends_at - now)
