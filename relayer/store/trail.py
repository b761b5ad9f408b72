"""Which blocks were believed, and reorganisations that went deeper than what counted as final."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from relayer.store.connection import Connections

#: Blocks of the trail that are kept one by one. A reorganisation below all of them is repaired as
#: well: then everything is looked at again.
KEPT_BLOCKS = 4_096


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """One that dropped blocks which had counted as final."""

    noticed_at: float
    ancestor_number: int  #: the last block that is still of the chain; -1: none that is known
    final_number: int  #: the last one that had counted as final
    reopened: int  #: transactions whose end was taken back


class TrailRoom:
    """Reads and writes the trail."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def hashes(self, from_number: int = 0) -> dict[int, str]:
        """Return the blocks from a number on, with their hashes, in order."""
        rows = self._connection.execute(
            "SELECT number, hash FROM block_trail WHERE number >= ? ORDER BY number", (from_number,)
        )
        return {row["number"]: row["hash"] for row in rows}

    def replace(self, ancestor_number: int, hashes: Mapping[int, str]) -> None:
        """Forget what was above a block and add what the chain has there now."""
        with self._connections.transaction() as connection:
            connection.execute("DELETE FROM block_trail WHERE number > ?", (ancestor_number,))
            connection.executemany(
                "INSERT OR REPLACE INTO block_trail (number, hash) VALUES (?, ?)",
                list(hashes.items()),
            )
            if hashes:
                connection.execute(
                    "DELETE FROM block_trail WHERE number < ?", (max(hashes) - KEPT_BLOCKS,)
                )

    def decided_until(self) -> int:
        """Return the highest block from which something final was written down; -1: none."""
        row = self._connection.execute(
            "SELECT max(coalesce((SELECT max(json_extract(value, '$.block_number')) "
            "FROM chain_state WHERE key = 'settlements_scanned' "
            "OR key LIKE 'oracle_requests_scanned:%'), -1), coalesce((SELECT max(block_number) "
            "FROM transactions WHERE status IN ('confirmed', 'failed')), -1)) AS number"
        ).fetchone()
        return int(row["number"])

    def note_reorganisation(self, reorganisation: Reorganisation) -> None:
        """Write one down for the operator."""
        self._connection.execute(
            "INSERT INTO reorganisations (noticed_at, ancestor_number, final_number, reopened) "
            "VALUES (?, ?, ?, ?)",
            (
                reorganisation.noticed_at,
                reorganisation.ancestor_number,
                reorganisation.final_number,
                reorganisation.reopened,
            ),
        )

    def latest_reorganisation(self) -> Reorganisation | None:
        """Return the latest one, or None when there was none."""
        row = self._connection.execute(
            "SELECT noticed_at, ancestor_number, final_number, reopened FROM reorganisations "
            "ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return None if row is None else Reorganisation(**dict(row))
