"""What is sent next is decided by what the chain says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import decode

from relayer.chain.contracts import bind
from relayer.market.pieces import HiddenTestSet, Piece
from relayer.market.public_data import PublicData, SuppliedBatch
from relayer.market.steps import (
    MOST_BATCH_BYTES,
    MOST_PIECE_BYTES,
    needs_test_set,
    provider_step,
    public_step,
    replay_step,
)
from relayer.market.view import REMEMBERED_BLOCKS, Cursor, MarketView, Phase
from tests.house import TRAINER

MARKET = bind("PredictionMarket", TRAINER)
HEADER = (1, 1, 0, 0, 1, 0, TRAINER, bytes(32), bytes(32))


def make_view(**overrides: Any) -> MarketView:
    view = MarketView(
        contract=MARKET,
        block_number=100,
        phase=Phase.REPLAY,
        drawn=True,
        voided=False,
        piece_count=4,
        opened_piece=1,
        next_piece=4,
        batches=3,
        contributions=6,
        test_size=30,
        ends_at=2_000,
        draw_block=90,
        rounds_left_wei=0,
        cursor=make_cursor(),
    )
    return replace(view, **overrides)


def make_cursor(**overrides: Any) -> Cursor:
    cursor = Cursor(trained=0, scored=0, right=0, accounts=0, piece=0, batch=0, record=0)
    return replace(cursor, **overrides)


def make_data(piece_bytes: int = 100, batch_bytes: int = 100) -> PublicData:
    pieces = {number: Piece(bytes([number]) * 32, bytes(piece_bytes)) for number in range(4)}
    batches = [SuppliedBatch(HEADER, bytes([n]) * batch_bytes) for n in range(3)]
    return PublicData(
        leaves=[piece.leaf for piece in pieces.values()], pieces=pieces, batches=batches
    )


_PIECES = "(bytes32,bytes)[]"
_HEADER = "(uint64,uint32,uint40,uint96,uint16,uint32,address,bytes32,bytes32)"
ARGUMENTS = {
    "replay": ["bytes32[]", "uint256", _PIECES, f"({_HEADER},bytes)[]", "uint256"],
    "reveal": ["bytes32[]", "uint256", _PIECES],
}


def sent(data: bytes, function: str) -> tuple[Any, ...]:
    """The arguments of a call, as the contract decodes them."""
    return decode(ARGUMENTS[function], data[4:])


@pytest.mark.parametrize(
    ("block_number", "due"),
    [(88, False), (89, False), (90, True), (90 + REMEMBERED_BLOCKS - 1, True), (90 + 256, False)],
)
def test_a_piece_is_drawn_while_the_chain_remembers_the_block(block_number: int, due: bool) -> None:
    view = make_view(phase=Phase.DRAWING, drawn=False, block_number=block_number)
    step = public_step(view)
    assert (step is not None and step.name == "draw") == due


@pytest.mark.parametrize(
    "phase", [Phase.ANNOUNCED, Phase.PARTICIPATION, Phase.REVEAL, Phase.REPLAY, Phase.CLOSED]
)
def test_nothing_public_is_due_in_other_phases(phase: Phase) -> None:
    assert public_step(make_view(phase=phase)) is None


def test_the_provider_is_needed_for_opening_and_revealing_only() -> None:
    needed = {
        (phase, drawn)
        for phase in Phase
        for drawn in (False, True)
        if needs_test_set(make_view(phase=phase, drawn=drawn))
    }
    assert needed == {(Phase.DRAWING, True), (Phase.REVEAL, False), (Phase.REVEAL, True)}


def test_a_reveal_goes_on_behind_the_opened_piece() -> None:
    pieces = tuple(Piece(bytes([n]) * 32, bytes(100)) for n in range(4))
    test_set = HiddenTestSet(31337, TRAINER, pieces)
    step = provider_step(make_view(phase=Phase.REVEAL, next_piece=1), test_set)
    _, first, supplied = sent(step.encode(1), "reveal")
    assert (first, step.most) == (2, 2)
    assert supplied == ((bytes([2]) * 32, bytes(100)),)


def test_a_replay_supplies_all_pieces_and_the_batches_that_are_left() -> None:
    view = make_view(cursor=make_cursor(trained=2, scored=3, batch=2))
    step = replay_step(view, make_data())
    _, first, pieces, batches, limit = sent(step.encode(7), "replay")
    assert (first, len(pieces), limit) == (0, 4, 7)
    assert [records for _, records in batches] == [bytes([1]) * 100, bytes([2]) * 100]
    assert step.most == (6 + 1 - 3) * 3


def test_a_test_set_too_large_for_a_call_is_supplied_in_windows() -> None:
    data = make_data(piece_bytes=MOST_PIECE_BYTES // 2 - 10)
    examined = make_view(cursor=make_cursor(trained=2, scored=2, piece=2, batch=1))
    _, first, pieces, *_ = sent(replay_step(examined, data).encode(1), "replay")
    assert (first, len(pieces)) == (2, 2)
    learns_next = make_view(cursor=make_cursor(trained=2, scored=3, piece=0, batch=1))
    _, first, pieces, *_ = sent(replay_step(learns_next, data).encode(1), "replay")
    assert (first, len(pieces)) == (0, 2)


def test_large_batches_are_supplied_one_after_the_other() -> None:
    data = make_data(batch_bytes=MOST_BATCH_BYTES)
    *_, batches, _ = sent(replay_step(make_view(), data).encode(1), "replay")
    assert len(batches) == 1


def test_nothing_is_supplied_to_learn_when_only_examining_is_left() -> None:
    view = make_view(cursor=make_cursor(trained=6, scored=6, batch=4))
    *_, batches, _ = sent(replay_step(view, make_data()).encode(1), "replay")
    assert batches == ()


def test_positions_tell_steps_of_one_kind_apart() -> None:
    cursors = [make_cursor(), make_cursor(scored=1), make_cursor(trained=1, scored=1)]
    cursors.append(make_cursor(trained=1, scored=1, piece=2))
    positions = {replay_step(make_view(cursor=c), make_data()).position for c in cursors}
    assert len(positions) == len(cursors)
