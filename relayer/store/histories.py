"""What became of contributions on the chain, for showing: attempts, blocks, settlements.

Everything is asked for in sets, so that a page of a hundred contributions costs a few queries.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from relayer.store.connection import Connections

_ATTEMPTS = """
SELECT transactions.id AS transaction_id, transactions.nonce, transactions.block_number,
       attempts.hash, attempts.max_fee_per_gas_wei, attempts.broadcast_at,
       attempts.hash IS transactions.mined_hash AS mined
  FROM json_each(?) AS wanted
  JOIN transactions ON transactions.id = wanted.value
  JOIN attempts ON attempts.transaction_id = transactions.id
 ORDER BY attempts.id
"""

_BATCH_TRANSACTIONS = """
SELECT id, transaction_id FROM batches WHERE id IN (SELECT value FROM json_each(?))
"""

_SETTLING_TRANSACTIONS = """
SELECT id, transaction_id FROM settlements WHERE id IN (SELECT value FROM json_each(?))
"""

_SETTLEMENT_HASHES = """
SELECT settlements.id, transactions.mined_hash
  FROM json_each(?) AS wanted
  JOIN settlements ON settlements.id = wanted.value
  JOIN transactions ON transactions.id = settlements.transaction_id
"""

_SETTLEMENTS_OF_BATCH = """
SELECT settlements.refunded_map, settlements.forfeited_map, settlements.fees_wei,
       settlements.from_rewards_wei, transactions.status, transactions.mined_hash
  FROM settlements
  JOIN transactions ON transactions.id = settlements.transaction_id
 WHERE settlements.batch_id = ?
 ORDER BY settlements.id
"""


@dataclass(frozen=True, slots=True)
class ShownAttempt:
    """One broadcast version of a transaction."""

    hash: str
    nonce: int  #: the signer's
    max_fee_per_gas_wei: int
    broadcast_at: float | None
    mined: bool


@dataclass(frozen=True, slots=True)
class TransactionHistory:
    """All attempts of one transaction and the block that holds one of them."""

    attempts: tuple[ShownAttempt, ...] = ()
    block_number: int | None = None


@dataclass(frozen=True, slots=True)
class ShownSettlement:
    """One settling call of a batch."""

    status: str  #: of its transaction
    transaction_hash: str | None
    refunded_map: str | None
    forfeited_map: str | None
    fees_wei: str | None
    from_rewards_wei: str | None


class HistoryRoom:
    """Reads across tables; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def of_transactions(self, transaction_ids: Iterable[int]) -> dict[int, TransactionHistory]:
        """Return the histories of those transactions that have attempts."""
        attempts: defaultdict[int, list[ShownAttempt]] = defaultdict(list)
        blocks: dict[int, int | None] = {}
        for row in self._connection.execute(_ATTEMPTS, (json.dumps(list(transaction_ids)),)):
            blocks[row["transaction_id"]] = row["block_number"]
            attempts[row["transaction_id"]].append(
                ShownAttempt(
                    hash=row["hash"],
                    nonce=row["nonce"],
                    max_fee_per_gas_wei=int(row["max_fee_per_gas_wei"]),
                    broadcast_at=row["broadcast_at"],
                    mined=bool(row["mined"]),
                )
            )
        return {key: TransactionHistory(tuple(made), blocks[key]) for key, made in attempts.items()}

    def of_batches(self, batch_ids: Iterable[int]) -> dict[int, TransactionHistory]:
        """Return the histories of the batches' adding transactions, by batch."""
        rows = self._connection.execute(_BATCH_TRANSACTIONS, (json.dumps(list(batch_ids)),))
        transactions = {row["id"]: row["transaction_id"] for row in rows}
        histories = self.of_transactions(transactions.values())
        return {
            batch_id: histories.get(transaction_id, TransactionHistory())
            for batch_id, transaction_id in transactions.items()
        }

    def of_settlements(self, settlement_ids: Iterable[int]) -> dict[int, TransactionHistory]:
        """Return the histories of settling transactions, by settlement."""
        rows = self._connection.execute(_SETTLING_TRANSACTIONS, (json.dumps([*settlement_ids]),))
        transactions = {row["id"]: row["transaction_id"] for row in rows}
        histories = self.of_transactions(transactions.values())
        return {
            settlement_id: histories.get(transaction_id, TransactionHistory())
            for settlement_id, transaction_id in transactions.items()
        }

    def settlement_hashes(self, settlement_ids: Iterable[int]) -> dict[int, str | None]:
        """Return the hash of each settlement's mined transaction."""
        rows = self._connection.execute(_SETTLEMENT_HASHES, (json.dumps(list(settlement_ids)),))
        return {row["id"]: row["mined_hash"] for row in rows}

    def settlements_of(self, batch_id: int) -> list[ShownSettlement]:
        """Return all settling calls of a batch, oldest first."""
        return [
            ShownSettlement(
                status=row["status"],
                transaction_hash=row["mined_hash"],
                refunded_map=row["refunded_map"],
                forfeited_map=row["forfeited_map"],
                fees_wei=row["fees_wei"],
                from_rewards_wei=row["from_rewards_wei"],
            )
            for row in self._connection.execute(_SETTLEMENTS_OF_BATCH, (batch_id,))
        ]
