"""The ledgers in the store: what is charged and open is always the sum over contributions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relayer.store import Store
from relayer.store.allowances import HOUSE, LedgerRow
from relayer.store.contributions import Contribution
from tests.databases import lay_database
from tests.house import make_row

DAY_S = 86_400
OPEN = ("queued", "sent", "mined", "confirmed")
WEI = st.integers(0, 10**22)
#: Ways that a contribution may go, status by status.
WAYS = (
    ("cancelled",),
    ("expired",),
    ("failed",),
    ("sent", "failed"),
    ("sent", "queued", "sent", "mined", "failed"),
    ("sent", "mined", "sent", "mined", "confirmed"),
    ("sent", "mined", "queued"),
    ("sent", "mined", "confirmed", "refunded"),
    ("sent", "mined", "confirmed", "forfeited"),
    ("sent", "mined", "expired"),
    ("failed", "sent", "mined", "confirmed"),
    ("sent", "mined", "expired", "sent", "failed"),
    (),
)


@contextmanager
def empty_store(folder: Path) -> Iterator[Store]:
    store = Store(lay_database(folder / "relayer.db"))
    yield store
    store.close()


def up(wei: int) -> int:
    return -(-wei // 10**9)


def make_batch(store: Store, items: int, gas: int, price_wei: int) -> int:
    """A batch whose transaction a block holds; returns its id."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO transactions (kind, signer, nonce, to_address, data, gas_limit, "
            "created_at, gas_used, effective_gas_price_wei) "
            "VALUES ('add', '0x', (SELECT count(*) FROM transactions), '0x', x'', 1, 0, ?, ?)",
            (gas, str(price_wei)),
        )
        row = connection.execute("SELECT max(id) FROM transactions").fetchone()
        return store.batches.insert(int(row[0]), "0x", items)


def go(store: Store, identity: str, status: str, batch_id: int, stake_wei: int, fee: int) -> None:
    """Take a contribution one status further, as the rooms of the store do."""
    outcome = status if status in ("refunded", "forfeited") else None
    with store.transaction() as connection:
        connection.execute(
            "UPDATE contributions SET status = ?1, reason = iif(?1 = 'failed', 'x', NULL), "
            "outcome = ?2, batch_id = CASE ?1 WHEN 'sent' THEN ?3 WHEN 'queued' THEN NULL "
            "ELSE batch_id END, item_index = coalesce(item_index, 0), "
            "stake_wei = iif(?1 = 'confirmed', ?4, stake_wei), "
            "fee_wei = iif(?1 = 'settled', ?5, NULL), "
            "fee_from_rewards_wei = iif(?1 = 'settled', ?6, NULL) WHERE id = ?7",
            (
                "settled" if outcome else status,
                outcome,
                batch_id,
                str(stake_wei),
                str(fee),
                str(fee // 3),
                identity,
            ),
        )


def expected_charge(row: Contribution, share: int, stake_wei: int, fee: int) -> int:
    if row.status in ("queued", "sent", "mined"):
        return row.reserved_gwei
    if row.status == "settled":
        paid = max(0, up(fee) - fee // 3 // 10**9)
        return paid + (up(stake_wei) if row.outcome == "forfeited" else 0)
    reached_a_block = row.batch_id is not None
    stake = up(stake_wei) if row.status == "confirmed" else 0
    return stake + (share if reached_a_block else 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(WAYS), st.integers(0, 2), st.integers(0, 1), st.integers(0, 10**15)
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(21_000, 30_000_000),
    st.integers(0, 10**13),
    WEI,
    WEI,
)
def test_what_is_reserved_is_settled_or_given_back(
    tmp_path_factory: pytest.TempPathFactory,
    lives: list[tuple[tuple[str, ...], int, int, int]],
    gas: int,
    price_wei: int,
    stake_wei: int,
    fee: int,
) -> None:
    with empty_store(tmp_path_factory.mktemp("ledgers")) as store:
        batch_id = make_batch(store, 7, gas, price_wei)
        share = gas * price_wei // 10**9 // 7 + 1
        ids = []
        for number, (_, player, game, reserved) in enumerate(lives):
            row = make_row(
                number,
                player=f"0x{player:040x}",
                game=f"{game:012x}" if game else None,
                reserved_gwei=reserved,
                accepted_at=float(DAY_S + number),
            )
            with store.transaction():
                store.contributions.insert([row])
            ids.append(row.id)
        longest = max(len(way) for way, *_ in lives)
        for step in range(longest):
            for identity, (way, *_) in zip(ids, lives, strict=True):
                if step < len(way):
                    go(store, identity, way[step], batch_id, stake_wei, fee)
            check_books(store, share, stake_wei, fee)
            check_counts(store)


def check_counts(store: Store) -> None:
    """What monitoring is told by sums is what counting the rows gives."""
    with store.transaction() as connection:
        rows = connection.execute("SELECT status, count(*) FROM contributions GROUP BY status")
        assert store.tallies.contributions() == dict(map(tuple, rows))


def check_books(store: Store, share: int, stake_wei: int, fee: int) -> None:
    with store.transaction() as connection:
        rows = [
            Contribution.from_row(row) for row in connection.execute("SELECT * FROM contributions")
        ]
    of: dict[str, list[Contribution]] = {HOUSE: rows}
    for row in rows:
        of.setdefault(f"player:{row.player}", []).append(row)
        if row.game:
            of.setdefault(f"key:{row.game}", []).append(row)
    ledgers = store.allowances.ledgers(of.keys())
    for subject, own in of.items():
        assert ledgers[subject] == LedgerRow(
            day=1,
            charged_gwei=sum(expected_charge(row, share, stake_wei, fee) for row in own),
            open_count=sum(row.status in OPEN for row in own),
            refunded=sum(row.outcome == "refunded" for row in own),
            forfeited=sum(row.outcome == "forfeited" for row in own),
        ), subject


def test_a_new_day_begins_with_empty_books(store: Store) -> None:
    with store.transaction():
        store.contributions.insert([make_row(1, accepted_at=10.0, reserved_gwei=5)])
        store.contributions.insert([make_row(2, accepted_at=DAY_S + 1.0, reserved_gwei=7)])
    house = store.allowances.ledgers([HOUSE])[HOUSE]
    assert (house.day, house.charged_gwei, house.open_count) == (1, 7, 2)


def test_what_is_given_back_of_yesterday_does_not_fill_todays_books(store: Store) -> None:
    with store.transaction():
        store.contributions.insert([make_row(1, accepted_at=10.0, reserved_gwei=5)])
        store.contributions.insert([make_row(2, accepted_at=DAY_S + 1.0, reserved_gwei=7)])
    store.contributions.cancel(make_row(1).id, DAY_S + 2.0)
    house = store.allowances.ledgers([HOUSE])[HOUSE]
    assert (house.charged_gwei, house.open_count) == (7, 1)


def test_a_clock_that_goes_back_a_day_does_not_empty_the_books(store: Store) -> None:
    with store.transaction():
        store.contributions.insert([make_row(1, accepted_at=DAY_S + 1.0, reserved_gwei=5)])
        store.contributions.insert([make_row(2, accepted_at=10.0, reserved_gwei=7)])
    house = store.allowances.ledgers([HOUSE])[HOUSE]
    assert house.charged_on(0) == 12
    store.contributions.cancel(make_row(2).id, 11.0)
    assert store.allowances.ledgers([HOUSE])[HOUSE].charged_on(0) == 12


def test_a_clock_that_was_wrong_by_weeks_does_not_keep_the_books_full(store: Store) -> None:
    store.contributions.insert([make_row(1, accepted_at=30 * DAY_S + 1, reserved_gwei=9)])
    assert store.allowances.ledgers([HOUSE])[HOUSE].charged_on(2) == 0
    for number, day in ((2, 2), (3, 3)):
        row = make_row(number, accepted_at=day * DAY_S + 1, reserved_gwei=7)
        store.contributions.insert([row])
        house = store.allowances.ledgers([HOUSE])[HOUSE]
        assert (house.day, house.charged_on(day), house.open_count) == (day, 7, number)
    store.contributions.insert([make_row(4, accepted_at=30 * DAY_S + 5, reserved_gwei=1)])
    store.contributions.cancel(make_row(1).id, 30 * DAY_S + 6)
    house = store.allowances.ledgers([HOUSE])[HOUSE]
    assert (house.day, house.charged_gwei) == (30, 0), "what it gives back is forgotten already"
