"""The reward stage: which batches are due, what was asked for, what the chain settled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.batches import Batch
from relayer.store.connection import Connections

_CURSOR_KEY = "settlements_scanned"


@dataclass(frozen=True, slots=True)
class SettledRecord:
    """What became of one contribution in the reward stage; amounts in wei."""

    record_index: int
    outcome: str  #: ``refunded`` or ``forfeited``
    reward_wei: int
    fee_wei: int
    fee_from_rewards_wei: int


@dataclass(frozen=True, slots=True)
class Settled:
    """One `BatchSettled` event, whoever caused it."""

    transaction_hash: str
    refunded_map: int
    forfeited_map: int
    fees_wei: int
    from_rewards_wei: int
    block_number: int


class SettlementRoom:
    """Reads and changes batches in the reward stage, and their settlements."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def due(self, chain_now: int, limit: int) -> list[Batch]:
        """Return confirmed batches that are due and have no settlement under way."""
        rows = self._connection.execute(
            "SELECT * FROM batches INDEXED BY batches_due "
            "WHERE status = 'confirmed' AND due_at <= ?1 AND NOT EXISTS "
            "(SELECT 1 FROM settlements AS s JOIN transactions AS t "
            "ON t.id = s.transaction_id WHERE s.batch_id = batches.id "
            "AND t.status IN ('prepared', 'sent', 'mined')) ORDER BY due_at LIMIT ?2",
            (chain_now, limit),
        )
        return [Batch.from_row(row) for row in rows]

    def is_under_way(self, batch_id: int) -> bool:
        """Return whether a settlement of a batch is not final yet."""
        row = self._connection.execute(
            "SELECT 1 FROM settlements AS s JOIN transactions AS t ON t.id = s.transaction_id "
            "WHERE s.batch_id = ? AND t.status IN ('prepared', 'sent', 'mined')",
            (batch_id,),
        ).fetchone()
        return row is not None

    def transactions_of(self, batch_id: int) -> list[int]:
        """Return the ids of the transactions that were to settle records of a batch."""
        rows = self._connection.execute(
            "SELECT transaction_id FROM settlements WHERE batch_id = ?", (batch_id,)
        )
        return [int(row["transaction_id"]) for row in rows]

    def counts_of(self, transaction_ids: Sequence[int]) -> tuple[int, int]:
        """Return how many records these transactions have refunded, and how many forfeited."""
        rows = self._connection.execute(
            "SELECT refunded_map, forfeited_map FROM settlements WHERE transaction_id IN "
            "(SELECT value FROM json_each(?))",
            (json.dumps(list(transaction_ids)),),
        ).fetchall()
        refunded, forfeited = (
            sum(int(row[name] or "0x0", 16).bit_count() for row in rows)
            for name in ("refunded_map", "forfeited_map")
        )
        return refunded, forfeited

    def postpone(self, batch_id: int, due_at: int) -> None:
        """Look at a batch again only from a chain time on."""
        self._connection.execute("UPDATE batches SET due_at = ? WHERE id = ?", (due_at, batch_id))

    def insert(self, batch_id: int, transaction_id: int, mask: int) -> int:
        """Note that a transaction asks to settle these records of a batch; return the id."""
        cursor = self._connection.execute(
            "INSERT INTO settlements (batch_id, transaction_id, mask) VALUES (?, ?, ?)",
            (batch_id, transaction_id, hex(mask)),
        )
        return int(cursor.lastrowid or 0)

    def find_batch(self, trainer: str, chain_batch_id: int) -> Batch | None:
        """Return our batch with this id in the trainer's data handler, if it is ours."""
        row = self._connection.execute(
            "SELECT * FROM batches WHERE trainer = ? AND chain_batch_id = ?",
            (trainer, chain_batch_id),
        ).fetchone()
        return None if row is None else Batch.from_row(row)

    def record(
        self, batch: Batch, settled: Settled, records: Sequence[SettledRecord], now: float
    ) -> None:
        """Write down what a confirmed event settled: maps, amounts, members, what is still open."""
        with self._connections.transaction() as connection:
            settlement_id = self._complete(connection, batch.id, settled)
            connection.executemany(
                "UPDATE contributions SET status = 'settled', outcome = ?, reward_wei = ?, "
                "fee_wei = ?, fee_from_rewards_wei = ?, settlement_id = ?, settled_at = ?, "
                "updated_at = ? WHERE batch_id = ? AND record_index = ? AND status = 'confirmed'",
                [
                    (
                        record.outcome,
                        str(record.reward_wei),
                        str(record.fee_wei),
                        str(record.fee_from_rewards_wei),
                        settlement_id,
                        now,
                        now,
                        batch.id,
                        record.record_index,
                    )
                    for record in records
                ],
            )
            connection.execute(
                "INSERT INTO settled_events (batch_id, block_number, settled_map) VALUES (?, ?, ?)",
                (batch.id, settled.block_number, hex(settled.refunded_map | settled.forfeited_map)),
            )
            open_map = int(batch.open_map or "0x0", 16)
            left = open_map & ~(settled.refunded_map | settled.forfeited_map)
            connection.execute(
                "UPDATE batches SET open_map = ?, status = iif(?2 = 0, 'closed', status), "
                "closed_at = iif(?2 = 0, ?3, closed_at) WHERE id = ?4",
                (hex(left), left.bit_length(), now, batch.id),
            )

    def scanned_until(self) -> int | None:
        """Return the last block whose settlements are all written down."""
        row = self._connection.execute(
            "SELECT value FROM chain_state WHERE key = ?", (_CURSOR_KEY,)
        ).fetchone()
        return None if row is None else int(json.loads(row["value"])["block_number"])

    def note_scanned(self, block_number: int, now: float) -> None:
        """Remember how far settlements are written down."""
        self._connection.execute(
            "INSERT INTO chain_state (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) "
            "DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
            (_CURSOR_KEY, json.dumps({"block_number": block_number}), now),
        )

    @staticmethod
    def _complete(connection: sqlite3.Connection, batch_id: int, settled: Settled) -> int | None:
        """Fill in our own settlement; somebody else's has no row, since no nonce of ours paid."""
        row = connection.execute(
            "UPDATE settlements SET refunded_map = ?, forfeited_map = ?, fees_wei = ?, "
            "from_rewards_wei = ? WHERE batch_id = ? AND transaction_id = "
            "(SELECT transaction_id FROM attempts WHERE hash = ?) RETURNING id",
            (
                hex(settled.refunded_map),
                hex(settled.forfeited_map),
                str(settled.fees_wei),
                str(settled.from_rewards_wei),
                batch_id,
                settled.transaction_hash,
            ),
        ).fetchone()
        return None if row is None else int(row["id"])
