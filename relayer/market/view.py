"""Where a market stands at one block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relayer.chain.answers import Block
from relayer.chain.contracts import Contract
from relayer.chain.node import Node
from relayer.chain.phases import Phase

__all__ = ["Cursor", "MarketView", "Phase", "read_views"]

#: Blocks whose hashes the chain remembers.
REMEMBERED_BLOCKS = 256


@dataclass(frozen=True)
class Cursor:
    """How far the replay has come; the names are those of `ReplayCursor`."""

    trained: int
    scored: int
    right: int
    accounts: int
    piece: int
    batch: int
    record: int


@dataclass(frozen=True)
class MarketView:
    """A market as of a block; the names are those of `MarketState`."""

    contract: Contract
    block_number: int
    phase: Phase
    drawn: bool
    voided: bool
    piece_count: int
    opened_piece: int
    next_piece: int
    batches: int
    contributions: int
    test_size: int
    ends_at: int
    draw_block: int
    rounds_left_wei: int
    cursor: Cursor

    @property
    def address(self) -> str:
        """The market's address."""
        return self.contract.address

    @property
    def can_be_drawn(self) -> bool:
        """Whether the drawing block is past and its hash still known in the next block."""
        age = self.block_number + 1 - self.draw_block
        return self.phase is Phase.DRAWING and not self.drawn and 0 < age <= REMEMBERED_BLOCKS

    @property
    def first_hidden_piece(self) -> int:
        """The piece that is to be revealed next."""
        return self.next_piece + (self.next_piece == self.opened_piece)

    @property
    def evaluations_left(self) -> int:
        """Evaluations of a piece that the replay still needs, at most."""
        return (self.contributions + 1 - self.cursor.scored) * (self.piece_count - 1)


_QUESTIONS = ("phase", "state", "roundsLeftWei", "replayCursor")


def read_views(node: Node, markets: Sequence[Contract], head: Block) -> list[MarketView]:
    """Reads markets as of a block, all in one request.

    Raises:
        NodeError: the node does not answer, or has dropped the block meanwhile.
    """
    calls = [
        (market.address, market.interface.encode(question))
        for market in markets
        for question in _QUESTIONS
    ]
    answers = iter(node.call_many(calls, head.number))
    return [_view(market, head, _decoded(market, answers)) for market in markets]


def _decoded(market: Contract, answers: Any) -> dict[str, Any]:
    return {
        question: market.interface.decode(question, next(answers))[0] for question in _QUESTIONS
    }


def _view(market: Contract, head: Block, answers: dict[str, Any]) -> MarketView:
    state, cursor = answers["state"], answers["replayCursor"]
    return MarketView(
        contract=market,
        block_number=head.number,
        phase=Phase(answers["phase"]),
        drawn=state["drawn"],
        voided=state["voided"],
        piece_count=state["pieceCount"],
        opened_piece=state["openedPiece"],
        next_piece=state["nextPiece"],
        batches=state["batches"],
        contributions=state["contributions"],
        test_size=state["testSize"],
        ends_at=state["endsAt"],
        draw_block=state["drawBlock"],
        rounds_left_wei=answers["roundsLeftWei"],
        cursor=Cursor(
            **{name: cursor[name] for name in Cursor.__dataclass_fields__},
        ),
    )
