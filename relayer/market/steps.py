"""The next step of a market, decided from what the chain says about it and from nothing else.

| phase | step | who can take it |
|---|---|---|
| Drawing | draw, then open | anybody; open: whoever has the test set |
| Reveal | reveal | whoever has the test set |
| Replay | replay | anybody |
| Passes | passes | anybody |
| Lapsed | lapse | anybody |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relayer.chain.contracts import Contract
from relayer.market.pieces import HiddenTestSet, Piece, fitting_count
from relayer.market.public_data import PublicData, SuppliedBatch
from relayer.market.view import Cursor, MarketView, Phase

#: Most bytes of records that one call supplies: a bound of its calldata, whatever gas it may use.
MOST_PIECE_BYTES = 24_000
MOST_BATCH_BYTES = 16_000


@dataclass(frozen=True)
class Step:
    """One transaction to a market.

    Attributes:
        name: draw, open, reveal, replay, passes or lapse.
        position: where the market stands before it; a step that failed is told from a new one.
        most: the largest size that is of use.
        encode: the calldata of the step with a size from 1 to `most`.
    """

    name: str
    position: str
    most: int
    encode: Callable[[int], bytes]


def public_step(view: MarketView) -> Step | None:
    """The step that needs nothing but the market itself, if one is due."""
    if view.can_be_drawn:
        return draw_step(view)
    if view.phase is Phase.LAPSED:
        return _plain(view.contract, "lapse", "lapsed", "lapse")
    if view.phase is Phase.PASSES:
        return Step(
            "passes",
            f"rounds left {view.rounds_left_wei}",
            max(1, view.cursor.accounts),
            lambda limit: view.contract.interface.encode("playPasses", limit),
        )
    return None


def draw_step(view: MarketView) -> Step:
    """Draws the piece that is opened first."""
    return _plain(view.contract, "draw", "drawing", "draw")


def needs_test_set(view: MarketView) -> bool:
    """Whether the next step is one of the provider's side."""
    return view.phase is Phase.REVEAL or (view.phase is Phase.DRAWING and view.drawn)


def provider_step(view: MarketView, test_set: HiddenTestSet) -> Step:
    """The step that only the test set allows: see `needs_test_set`."""
    if view.phase is Phase.REVEAL:
        return _reveal(view, test_set)
    drawn = _tuple(test_set.pieces[view.opened_piece])
    return _plain(view.contract, "open", "drawn", "open", test_set.leaves, drawn)


def replay_step(view: MarketView, data: PublicData) -> Step:
    """Takes the replay on from where it stands, supplied from public data."""
    cursor = view.cursor
    first_piece, pieces = _pieces_for(cursor, data)
    batches = _batches_for(view, data)

    def encode(limit: int) -> bytes:
        supplied = [(batch.header, batch.records) for batch in batches]
        return view.contract.interface.encode(
            "replay", data.leaves, first_piece, [_tuple(piece) for piece in pieces], supplied, limit
        )

    position = f"trained {cursor.trained}, scored {cursor.scored}, piece {cursor.piece}"
    return Step("replay", position, max(1, view.evaluations_left), encode)


def _plain(contract: Contract, name: str, position: str, function: str, *arguments: object) -> Step:
    data = contract.interface.encode(function, *arguments)
    return Step(name, position, 1, lambda size: data)


def _reveal(view: MarketView, test_set: HiddenTestSet) -> Step:
    first = view.first_hidden_piece
    pieces = test_set.pieces[first:]

    def encode(size: int) -> bytes:
        supplied = [_tuple(piece) for piece in pieces[:size]]
        return view.contract.interface.encode("reveal", test_set.leaves, first, supplied)

    return Step("reveal", f"piece {first}", fitting_count(pieces, MOST_PIECE_BYTES), encode)


def _pieces_for(cursor: Cursor, data: PublicData) -> tuple[int, Sequence[Piece]]:
    """All pieces when they fit into a call, otherwise a window from the next one on."""
    pieces = [data.pieces[number] for number in range(len(data.pieces))]
    if fitting_count(pieces, MOST_PIECE_BYTES) == len(pieces):
        return 0, pieces
    # A state that is scored is examined no more; the next one begins with the first piece.
    first = 0 if cursor.scored > cursor.trained else cursor.piece
    rest = pieces[first:]
    return first, rest[: fitting_count(rest, MOST_PIECE_BYTES)]


def _batches_for(view: MarketView, data: PublicData) -> list[SuppliedBatch]:
    """The batches that come next, at least one while anything is left to learn."""
    if view.cursor.trained == view.contributions:
        return []
    supplied: list[SuppliedBatch] = []
    room = MOST_BATCH_BYTES
    for batch in data.batches[max(1, view.cursor.batch) - 1 :]:
        room -= len(batch.records)
        if supplied and room < 0:
            break
        supplied.append(batch)
    return supplied


def _tuple(piece: Piece) -> tuple[bytes, bytes]:
    return piece.salt, piece.records
