"""The lane of a signer's nonces: what waits, where it gapes, and who else has the key."""

from __future__ import annotations

from relayer.ops.lanes import lane_of
from relayer.store import Store
from relayer.store.chain_state import SignerSnapshot
from relayer.store.statuses import TransactionKind
from tests.ops_scene import SIGNER, mine, sign, take


def snapshot(chain_nonce: int | None) -> SignerSnapshot:
    return SignerSnapshot(SIGNER, 7, 10**18, allowed=True, chain_nonce=chain_nonce)


def states(store: Store, chain_nonce: int | None) -> list[tuple[int, str]]:
    return [(p.nonce, p.state) for p in lane_of(store, SIGNER, snapshot(chain_nonce)).places]


def fill(store: Store, count: int, *, confirmed: int) -> list[int]:
    """Transactions with the nonces from 0 on, of which the first are final."""
    store.signers.ensure(SIGNER, 0)
    made = [take(store, TransactionKind.ADD, b"", float(number)) for number in range(count)]
    for number in made[:confirmed]:
        sign(store, number, 0, 1.0)
        mine(store, number, 0, 2.0)
    return made


def test_a_lane_that_moves_shows_what_waits_and_what_is_next(store: Store) -> None:
    made = fill(store, 5, confirmed=2)
    sign(store, made[2], 0, 3.0)
    lane = lane_of(store, SIGNER, snapshot(2))
    assert states(store, 2) == [
        (0, "confirmed"),
        (1, "confirmed"),
        (2, "sent"),
        (3, "prepared"),
        (4, "prepared"),
        (5, "next"),
    ]
    assert (lane.pending, lane.next_nonce, lane.warning) == (3, 5, None)
    assert lane.places[2].meaning == "add, sent, 1 attempt"


def test_a_nonce_that_belongs_to_nothing_is_a_gap(store: Store) -> None:
    fill(store, 4, confirmed=1)
    with store.transaction() as connection:
        connection.execute("DELETE FROM transactions WHERE nonce = 2")
    lane = lane_of(store, SIGNER, snapshot(1))
    assert lane.gaps == [2]
    assert (2, "gap") in states(store, 1)
    assert lane.warning is not None
    assert "Nonce 2 belongs to nothing" in lane.warning


def test_transactions_of_somebody_else_are_warned_of(store: Store) -> None:
    made = fill(store, 4, confirmed=1)
    sign(store, made[1], 0, 3.0)
    store.receipts.note_failed(made[1], "nonce-taken-elsewhere", 4.0)
    lane = lane_of(store, SIGNER, snapshot(2))
    assert (1, "foreign") in states(store, 2)
    assert lane.foreign == [1]
    assert lane.warning is not None
    assert "somebody else has this key" in lane.warning
    ahead = lane_of(store, SIGNER, snapshot(9))
    assert ahead.warning is not None
    assert "somebody else sends with this key" in ahead.warning


def test_an_account_that_was_used_before_has_no_gap_below_its_first_nonce(store: Store) -> None:
    store.signers.ensure(SIGNER, 40)
    take(store, TransactionKind.ADD, b"", 1.0)
    lane = lane_of(store, SIGNER, snapshot(40))
    assert [(place.nonce, place.state) for place in lane.places] == [(40, "prepared"), (41, "next")]
    assert lane.gaps == []
    assert lane_of(store, "0xnobody", None).places[0].state == "next"


def test_a_long_lane_is_drawn_in_part(store: Store) -> None:
    fill(store, 90, confirmed=30)
    drawn = states(store, 30)
    assert len(drawn) == 48
    assert drawn[0] == (22, "confirmed")
    assert drawn[-1] == (69, "prepared"), "what follows is not drawn"
