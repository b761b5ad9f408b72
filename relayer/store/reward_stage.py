"""What the reward stage will bring, and what it has brought, by batch."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from relayer.store.batches import Batch
from relayer.store.connection import Connections
from relayer.store.walks import Found, Route, Walk

_DUE: Final = """
SELECT * FROM batches INDEXED BY batches_due
 WHERE status = 'confirmed' AND due_at >= ?1 AND (due_at > ?1 OR id > ?2)
 ORDER BY due_at, id LIMIT ?3
"""
_WITHOUT_DATE: Final = """
SELECT * FROM batches INDEXED BY batches_due
 WHERE status = 'confirmed' AND due_at IS NULL AND id > ? ORDER BY id LIMIT ?
"""
_OPEN_STAKES: Final = """
SELECT batch_id, stake_wei, count(*) AS count
  FROM contributions
 WHERE batch_id IN (SELECT value FROM json_each(?)) AND +status = 'confirmed'
 GROUP BY batch_id, stake_wei
"""
_OUTCOMES: Final = """
SELECT batch_id, refunded_map, forfeited_map FROM settlements
 WHERE batch_id IN (SELECT value FROM json_each(?)) AND refunded_map IS NOT NULL
"""
_DUE_BETWEEN: Final = """
SELECT count(*) AS count FROM (
    SELECT 1 FROM batches INDEXED BY batches_due
     WHERE status = 'confirmed' AND due_at >= ?1 AND due_at < ?2 LIMIT ?3)
"""
_SETTLING: Final = """
SELECT s.batch_id FROM json_each(?) AS wanted
  JOIN settlements AS s ON s.batch_id = wanted.value
  JOIN transactions AS t ON t.id = s.transaction_id
 WHERE t.status IN ('prepared', 'sent', 'mined')
"""
_COSTS: Final = """
SELECT t.id, t.signer, t.status, t.mined_hash, t.mined_at, t.gas_used, t.effective_gas_price_wei
  FROM json_each(?) AS wanted JOIN transactions AS t ON t.id = wanted.value
"""


@dataclass(frozen=True, slots=True)
class OpenStakes:
    """What is still open of one batch."""

    count: int
    stakes_wei: int


@dataclass(frozen=True, slots=True)
class SettlingCall:
    """A call that settled records, or was to; what it brought is known when it is final."""

    id: int
    batch_id: int
    transaction_id: int
    refunded: int | None
    forfeited: int | None
    fees_wei: int | None  #: credited to the relayer
    from_rewards_wei: int | None  #: of that, what players' rewards paid; the tank paid the rest


@dataclass(frozen=True, slots=True)
class Spent:
    """A transaction and what its gas cost."""

    id: int
    signer: str
    status: str
    mined_hash: str | None
    mined_at: float | None
    cost_wei: int | None  #: None: no block holds it


def _settling_call(row: sqlite3.Row) -> SettlingCall:
    return SettlingCall(
        id=row["id"],
        batch_id=row["batch_id"],
        transaction_id=row["transaction_id"],
        refunded=_ones(row["refunded_map"]),
        forfeited=_ones(row["forfeited_map"]),
        fees_wei=_number(row["fees_wei"]),
        from_rewards_wei=_number(row["from_rewards_wei"]),
    )


def _ones(bit_map: str | None) -> int | None:
    return None if bit_map is None else int(bit_map, 16).bit_count()


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


_CALLS: Final = Walk("settlements", "id", _settling_call)


class RewardStageRoom:
    """Reads across tables; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def due(self, after: tuple[int, int], limit: int) -> list[Batch]:
        """Return batches that are not closed by the time at which they are looked at next.

        Args:
            after: time and id of the last batch of the page before; (0, 0) begins with the first.
            limit: most of them.
        """
        rows = self._connection.execute(_DUE, (*after, limit))
        return [Batch.from_row(row) for row in rows]

    def without_date(self, after: int, limit: int) -> list[Batch]:
        """Return batches that wait for the end of a market, by id."""
        return [
            Batch.from_row(row) for row in self._connection.execute(_WITHOUT_DATE, (after, limit))
        ]

    def open_stakes(self, batch_ids: Iterable[int]) -> dict[int, OpenStakes]:
        """Return what is still open of each of these batches."""
        open_stakes: dict[int, OpenStakes] = {}
        for row in self._connection.execute(_OPEN_STAKES, (json.dumps(list(batch_ids)),)):
            known = open_stakes.get(row["batch_id"], OpenStakes(0, 0))
            stakes_wei = row["count"] * int(row["stake_wei"] or 0)
            open_stakes[row["batch_id"]] = OpenStakes(
                known.count + row["count"], known.stakes_wei + stakes_wei
            )
        return open_stakes

    def being_settled(self, batch_ids: Iterable[int]) -> set[int]:
        """Return those of these batches that a transaction under way settles."""
        rows = self._connection.execute(_SETTLING, (json.dumps(list(batch_ids)),))
        return {int(row["batch_id"]) for row in rows}

    def calls(self, batch: int | None, before: int | None, limit: int) -> Found[SettlingCall]:
        """Return settling calls, of one batch or of all, newest first."""
        route = Route()
        if batch is not None:
            route = Route("settlements_by_batch", ("batch_id = :batch",), (), {"batch": batch})
        return _CALLS.page(self._connection, route, before, limit)

    def transactions_of(self, settlement_ids: Iterable[int]) -> list[int]:
        """Return the transactions of settling calls."""
        rows = self._connection.execute(
            "SELECT transaction_id FROM settlements WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(settlement_ids)),),
        )
        return [int(row["transaction_id"]) for row in rows]

    def outcomes(self, batch_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return how many records of these batches our own calls refunded, and forfeited."""
        found: dict[int, tuple[int, int]] = {}
        for row in self._connection.execute(_OUTCOMES, (json.dumps(list(batch_ids)),)):
            refunded, forfeited = found.get(row["batch_id"], (0, 0))
            found[row["batch_id"]] = (
                refunded + (_ones(row["refunded_map"]) or 0),
                forfeited + (_ones(row["forfeited_map"]) or 0),
            )
        return found

    def due_between(self, from_at: int, until_at: int, most: int) -> int:
        """Return how many batches are looked at in a time, counted up to a number."""
        row = self._connection.execute(_DUE_BETWEEN, (from_at, until_at, most)).fetchone()
        return int(row["count"])

    def spent(self, transaction_ids: Iterable[int]) -> dict[int, Spent]:
        """Return what the gas of these transactions cost, by id."""
        rows = self._connection.execute(_COSTS, (json.dumps(list(transaction_ids)),))
        return {row["id"]: _spent(row) for row in rows}


def _spent(row: sqlite3.Row) -> Spent:
    price = row["effective_gas_price_wei"]
    cost_wei = None if row["gas_used"] is None or price is None else row["gas_used"] * int(price)
    return Spent(
        row["id"], row["signer"], row["status"], row["mined_hash"], row["mined_at"], cost_wei
    )
