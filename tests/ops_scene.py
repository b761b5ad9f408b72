"""A store in which everything has happened that the dashboard's pages tell of."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from relayer.chain.contracts import load_artifact
from relayer.chain.wire import Item, Record, pack_items
from relayer.store import Store
from relayer.store.contributions import NewContribution
from relayer.store.orders import NewOrder, OrderKind, OrderState
from relayer.store.receipts import Mined
from relayer.store.settlements import Settled, SettledRecord
from relayer.store.statuses import TransactionKind, TransactionStatus
from relayer.store.transactions import NewTransaction
from tests.house import FORWARDER, GWEI, TRAINER, House, make_row

SIGNER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
PLAYER = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
GAME = "0123456789ab"
#: What would do harm if a page, or a spreadsheet, took it for its own words.
HOSTILE = '=HYPERLINK("https://evil.example")<script>alert(1)</script>'


@dataclass(frozen=True)
class Scene:
    """What is in the store."""

    settled: list[str]  #: ids of contributions that were refunded, but for the last: forfeited
    failed: str
    queued: str
    batch: int
    adding: int  #: the batch's transaction, which was replaced once
    settling: int
    hook: str
    order: str  #: for which the settling transaction was sent

    @property
    def hashes(self) -> list[str]:
        """Of the attempts of the adding transaction."""
        return [attempt_hash(self.adding, place) for place in (0, 1)]


def attempt_hash(transaction_id: int, place: int) -> str:
    """A hash that belongs to one attempt."""
    return f"0x{sha256(f'{transaction_id} {place}'.encode()).hexdigest()}"


def set_the_scene(
    house: House, items: int = 4, words: str = HOSTILE, receiver: str = HOSTILE
) -> Scene:
    """Fill the store of a house; its clock stands at the time of everything.

    Args:
        house: with an empty store.
        items: of the batch.
        words: where others have a say.
        receiver: what the address of a receiver of webhooks ends with.
    """
    store, now = house.store, house.clock.now()
    with store.transaction():
        game, _ = _game(store, now)
        hook = store.webhooks.add(game, f"https://game.example/{receiver}", EVENTS, bytes(32), now)
        rows = [_row(number, game, now) for number in range(items + 2)]
        store.contributions.insert(rows)
        store.signers.ensure(SIGNER, 0)
        batch_id, adding = add_batch(store, rows[:items], now)
        store.contributions.fail_queued(rows[items].id, "unfit", words, now + 1)
        settling = settle(store, batch_id, items, now + 60)
        order = _order(store, settling, words, now + 60)
    return Scene(
        settled=[row.id for row in rows[:items]],
        failed=rows[items].id,
        queued=rows[items + 1].id,
        batch=batch_id,
        adding=adding,
        settling=settling,
        hook=hook.id,
        order=order,
    )


EVENTS = ("contribution.failed", "contribution.confirmed", "contribution.settled")


def _game(store: Store, now: float) -> tuple[str, object]:
    key_id = GAME
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO game_keys (id, name, scopes, created_at) VALUES (?, ?, 'submit', ?)",
            (key_id, HOSTILE, now),
        )
    return key_id, None


def _row(number: int, game: str, now: float) -> NewContribution:
    return make_row(
        number,
        id=f"0x{sha256(f'contribution {number}'.encode()).hexdigest()}",
        player=PLAYER,
        nonce=number,
        game=game,
        request_id="round-7",
        accepted_at=now,
        deadline_at=int(now) + 3_600,
    )


def add_batch(
    store: Store, rows: list[NewContribution], now: float, wait_s: int = 60
) -> tuple[int, int]:
    """A batch whose transaction was replaced once, mined and made final."""
    batch_id, adding = send_batch(store, rows, now)
    mine(store, adding, 1, now + 5)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE contributions SET status = 'confirmed', record_index = item_index, "
            "stake_wei = '1000000000000', updated_at = ? WHERE batch_id = ?",
            (now + 9, batch_id),
        )
        connection.execute(
            "UPDATE batches SET status = 'confirmed', chain_batch_id = 3, added_at = ?1, "
            "due_at = ?2, open_map = ?3, header = '{\"stakeWei\": 1000000000000}' WHERE id = ?4",
            (int(now), int(now) + wait_s, hex(2 ** len(rows) - 1), batch_id),
        )
    return batch_id, adding


def send_batch(store: Store, rows: list[NewContribution], now: float) -> tuple[int, int]:
    """A batch whose transaction was replaced once and waits for its block."""
    items = [
        Item(
            Record(row.player, row.label, row.sample),
            row.nonce,
            row.deadline_at,
            row.max_fee_gwei,
            row.signature,
        )
        for row in rows
    ]
    forwarder = load_artifact("Forwarder").interface
    data = forwarder.encode("addBatch", FORWARDER, TRAINER, pack_items(items))
    adding = take(store, TransactionKind.ADD, data, now + 1)
    batch_id = store.batches.insert(adding, TRAINER, len(rows))
    store.contributions.claim(batch_id, [row.id for row in rows], now + 1)
    for place in (0, 1):
        sign(store, adding, place, now + 2 + place)
    return batch_id, adding


def settle(store: Store, batch_id: int, items: int, now: float, lost: int = 1) -> int:
    """A call that refunds all but the last records, which it forfeits."""
    settling = take(store, TransactionKind.SETTLE, b"\x00\x01\x02\x03", now)
    sign(store, settling, 0, now)
    mask = 2**items - 1
    store.settlements.insert(batch_id, settling, mask)
    mine(store, settling, 0, now + 2)
    kept = items - lost
    records = [
        SettledRecord(place, "refunded" if place < kept else "forfeited", 50, 30 * GWEI, 10 * GWEI)
        for place in range(items)
    ]
    refunded_map = 2**kept - 1
    batch = store.batches.get(batch_id)
    assert batch is not None
    settled = Settled(
        attempt_hash(settling, 0), refunded_map, mask ^ refunded_map, 90 * GWEI, 40 * GWEI, 12
    )
    store.settlements.record(batch, settled, records, now + 4)
    return settling


def _order(store: Store, settling: int, words: str, now: float) -> str:
    """An order that was carried out by a transaction."""
    new = NewOrder("ord_0123456789abcdef01234567", OrderKind.SETTLE, {}, "olga", words)
    store.orders.ask(new, now)
    store.orders.begin(new.id, {}, now + 1)
    store.orders.own(new.id, settling)
    store.orders.finish(new.id, OrderState.DONE, "4 contributions were settled", now + 4)
    return new.id


def take(store: Store, kind: TransactionKind, data: bytes, now: float) -> int:
    """A transaction with the signer's next nonce."""
    nonce = store.signers.take_nonce(SIGNER)
    new = NewTransaction(kind, SIGNER, nonce, FORWARDER, data, 900_000, now)
    return store.transactions.insert(new)


def sign(store: Store, transaction_id: int, place: int, now: float) -> None:
    """An attempt that was signed and broadcast."""
    attempt_id = store.transactions.add_attempt(
        transaction_id,
        transaction_hash=attempt_hash(transaction_id, place),
        raw=b"",
        max_fee_per_gas_wei=(20 + place) * GWEI,
        max_priority_fee_per_gas_wei=GWEI,
        signed_at=now,
    )
    store.transactions.note_broadcast(attempt_id, "accepted", now + 0.5)
    store.receipts.note_sent(transaction_id)


def mine(store: Store, transaction_id: int, place: int, now: float) -> None:
    """A final block that holds an attempt."""
    mined = Mined(11, "0x" + "cd" * 32, attempt_hash(transaction_id, place), 400_000, GWEI, True)
    store.receipts.note_mined(transaction_id, mined, now)
    store.transactions.set_status(transaction_id, TransactionStatus.CONFIRMED)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE transactions SET confirmed_at = ? WHERE id = ?", (now + 4, transaction_id)
        )
