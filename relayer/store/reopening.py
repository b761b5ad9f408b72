"""Takes back the ends of transactions whose blocks were dropped, with all that rode on them.

A reopened transaction is sent again: its stored bytes go out, and blocks tell anew what became of
it. Riders that had left it for the queue come back; those that went on elsewhere stay there, and
are adopted if this transaction takes effect with them first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from relayer.store.connection import Connections

_UNSETTLED = (
    "outcome = NULL, reward_wei = NULL, fee_wei = NULL, fee_from_rewards_wei = NULL, "
    "settlement_id = NULL, settled_at = NULL"
)
_OF_BATCHES = "(SELECT id FROM batches WHERE transaction_id IN (SELECT value FROM json_each(?1)))"
_OF_CALLS = "(SELECT id FROM settlements WHERE transaction_id IN (SELECT value FROM json_each(?1)))"


class ReopeningRoom:
    """Moves final rows back; call everything in one transaction."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def signers(self) -> list[str]:
        """Return all accounts that ever sent something."""
        rows = self._connection.execute("SELECT DISTINCT signer FROM transactions ORDER BY signer")
        return [str(row["signer"]) for row in rows]

    def lowest_nonces(self, above_block: int) -> dict[str, int]:
        """Return for each account the lowest nonce that a block above this one had taken."""
        rows = self._connection.execute(
            "SELECT signer, min(nonce) AS nonce FROM transactions WHERE block_number > ? "
            "AND status IN ('confirmed', 'failed') GROUP BY signer",
            (above_block,),
        )
        return {row["signer"]: row["nonce"] for row in rows}

    def reopen(self, from_nonces: Mapping[str, int], now: float) -> list[int]:
        """Take back the ends of all transactions from these nonces on; return their ids."""
        ids: list[int] = []
        for signer, nonce in from_nonces.items():
            rows = self._connection.execute(
                "UPDATE transactions SET status = 'sent', reopened = 1, reason = NULL, "
                "mined_at = NULL, confirmed_at = NULL, block_number = NULL, block_hash = NULL, "
                "mined_hash = NULL, gas_used = NULL, effective_gas_price_wei = NULL, "
                "succeeded = NULL WHERE signer = ? AND nonce >= ? "
                "AND status IN ('confirmed', 'failed') RETURNING id",
                (signer, nonce),
            )
            ids += [int(row["id"]) for row in rows.fetchall()]
        self._reopen_riders(json.dumps(ids), now)
        return ids

    def unsettle(self, above_block: int, now: float) -> None:
        """Open again what events above a block had settled in batches that are still confirmed.

        Withdrawals that others had paid above it wait again as well.
        """
        events = self._connection.execute(
            "SELECT e.batch_id, e.settled_map, b.open_map FROM settled_events AS e "
            "JOIN batches AS b ON b.id = e.batch_id "
            "WHERE e.block_number > ? AND b.status IN ('confirmed', 'closed')",
            (above_block,),
        ).fetchall()
        for event in events:
            self._unsettle(event["batch_id"], int(event["settled_map"], 16), now)
        self._connection.execute(
            "DELETE FROM settled_events WHERE block_number > ?", (above_block,)
        )
        self._connection.execute(
            "UPDATE withdrawals SET status = 'queued', paid_hash = NULL, paid_block = NULL, "
            "updated_at = ? WHERE paid_block > ? AND status = 'confirmed'",
            (now, above_block),
        )
        self._connection.execute(
            "UPDATE chain_state SET value = json_object('block_number', ?1), updated_at = ?2 "
            "WHERE key = 'settlements_scanned' AND json_extract(value, '$.block_number') > ?1",
            (above_block, now),
        )

    def players(self, transaction_ids: Sequence[int]) -> set[str]:
        """Return whose requests ride on these transactions."""
        ids = json.dumps(list(transaction_ids))
        rows = self._connection.execute(
            f"SELECT player FROM contributions WHERE batch_id IN {_OF_BATCHES} "  # noqa: S608 - literals
            f"UNION SELECT validator FROM validations WHERE settlement_id IN {_OF_CALLS} "
            "UNION SELECT player FROM withdrawals "
            "WHERE transaction_id IN (SELECT value FROM json_each(?1))",
            (ids,),
        )
        return {str(row["player"]) for row in rows}

    def adopt_members(self, batch_id: int, item_indexes: Sequence[int], now: float) -> None:
        """Take in who had left a batch that took effect with them after all."""
        former = (
            "SELECT f.sequence, f.item_index FROM former_members AS f "
            "WHERE f.batch_id = ?1 AND f.item_index IN (SELECT value FROM json_each(?3))"
        )
        parameters = (batch_id, now, json.dumps(list(item_indexes)))
        for before, after in (("queued", "sent"), ("sent", "mined"), ("mined", "mined")):
            self._connection.execute(
                f"UPDATE contributions SET status = '{after}', batch_id = ?1, updated_at = ?2, "  # noqa: S608 - literals
                f"item_index = former.item_index FROM ({former}) AS former "
                f"WHERE contributions.sequence = former.sequence AND status = '{before}'",
                parameters,
            )

    def adopt_items(self, settlement_id: int, now: float) -> None:
        """Take in the validations that had left a call and wait in the queue."""
        self._connection.execute(
            "UPDATE OR IGNORE validations SET status = 'sent', settlement_id = ?1, "
            "updated_at = ?2, item_index = former.item_index FROM (SELECT sequence, item_index "
            "FROM former_items WHERE settlement_id = ?1) AS former "
            "WHERE validations.sequence = former.sequence AND status = 'queued'",
            (settlement_id, now),
        )

    def item_count(self, transaction_id: int) -> int:
        """Return how many items the call of a transaction has, with those that left it."""
        row = self._connection.execute(
            "SELECT coalesce(max(item_index) + 1, 0) AS count FROM ("
            "SELECT item_index FROM validations WHERE settlement_id = "
            "(SELECT id FROM settlements WHERE transaction_id = ?1) "
            "UNION ALL SELECT item_index FROM former_items WHERE settlement_id = "
            "(SELECT id FROM settlements WHERE transaction_id = ?1))",
            (transaction_id,),
        ).fetchone()
        return int(row["count"])

    def _reopen_riders(self, ids: str, now: float) -> None:
        run = self._connection.execute
        run(
            "UPDATE batches SET status = 'sent', chain_batch_id = NULL, header = NULL, "  # noqa: S608 - literals
            "terms = NULL, records = NULL, open_map = NULL, added_at = NULL, due_at = NULL, "
            f"closed_at = NULL WHERE id IN {_OF_BATCHES}",
            (ids,),
        )
        # OR IGNORE: a nonce whose owner had failed may have a new owner, who lives.
        run(
            "UPDATE OR IGNORE contributions SET status = 'sent', reason = NULL, detail = NULL, "  # noqa: S608 - literals
            f"record_index = NULL, stake_wei = NULL, updated_at = ?2, {_UNSETTLED} "
            f"WHERE batch_id IN {_OF_BATCHES} AND status <> 'sent'",
            (ids, now),
        )
        run(
            "UPDATE contributions SET batch_id = NULL, item_index = NULL "  # noqa: S608 - literals
            f"WHERE batch_id IN {_OF_BATCHES} AND status <> 'sent'",
            (ids,),
        )
        run(
            "UPDATE contributions SET status = 'sent', updated_at = ?2, batch_id = f.batch_id, "  # noqa: S608 - literals
            "item_index = f.item_index FROM former_members AS f "
            f"WHERE f.batch_id IN {_OF_BATCHES} AND contributions.sequence = f.sequence "
            "AND contributions.status = 'queued'",
            (ids, now),
        )
        run(
            "UPDATE OR IGNORE withdrawals SET status = 'sent', reason = NULL, updated_at = ?2, "
            "paid_hash = NULL, paid_block = NULL "
            "WHERE transaction_id IN (SELECT value FROM json_each(?1)) "
            "AND status IN ('confirmed', 'failed')",
            (ids, now),
        )
        run(
            "UPDATE settlements SET refunded_map = NULL, forfeited_map = NULL, fees_wei = NULL, "  # noqa: S608 - literals
            f"from_rewards_wei = NULL WHERE id IN {_OF_CALLS}",
            (ids,),
        )
        run(
            "UPDATE OR IGNORE validations SET status = 'sent', reason = NULL, detail = NULL, "  # noqa: S608 - literals
            f"updated_at = ?2 WHERE settlement_id IN {_OF_CALLS} "
            "AND status IN ('confirmed', 'failed', 'expired')",
            (ids, now),
        )
        run(
            "UPDATE validations SET settlement_id = NULL, item_index = NULL "  # noqa: S608 - literals
            f"WHERE settlement_id IN {_OF_CALLS} AND status <> 'sent'",
            (ids,),
        )
        for row in run(f"SELECT id FROM settlements WHERE id IN {_OF_CALLS}", (ids,)).fetchall():  # noqa: S608 - literals
            self.adopt_items(row["id"], now)

    def _unsettle(self, batch_id: int, settled_map: int, now: float) -> None:
        indexes = [bit for bit in range(settled_map.bit_length()) if settled_map >> bit & 1]
        self._connection.execute(
            f"UPDATE contributions SET status = 'confirmed', updated_at = ?1, {_UNSETTLED} "  # noqa: S608 - literals
            "WHERE batch_id = ?2 AND status = 'settled' "
            "AND record_index IN (SELECT value FROM json_each(?3))",
            (now, batch_id, json.dumps(indexes)),
        )
        row = self._connection.execute(
            "SELECT open_map FROM batches WHERE id = ?", (batch_id,)
        ).fetchone()
        open_map = int(row["open_map"] or "0x0", 16) | settled_map
        self._connection.execute(
            "UPDATE batches SET status = 'confirmed', open_map = ?, closed_at = NULL, due_at = 0 "
            "WHERE id = ?",
            (hex(open_map), batch_id),
        )
