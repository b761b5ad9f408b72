"""Which nonces of a player are taken, over all kinds of signed requests.

The Forwarder keeps one window of 128 nonces per player (as in RFC 6479). A nonce is usable if it
is above the highest one used, or less than 128 below it and not marked as seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from relayer.chain.wire import NonceWindow
from relayer.store.connection import Connections
from relayer.store.json_text import json_text

_OWNERS = """
SELECT rows.id, rows.player, rows.nonce, rows.status
  FROM json_each(?1) AS wanted
  JOIN contributions AS rows
    ON rows.player = wanted.value ->> 0 AND rows.nonce = wanted.value ->> 1
   AND rows.status NOT IN ('failed', 'expired', 'cancelled')
 UNION ALL
SELECT rows.id, rows.player, rows.nonce, rows.status
  FROM json_each(?1) AS wanted
  JOIN withdrawals AS rows
    ON rows.player = wanted.value ->> 0 AND rows.nonce = wanted.value ->> 1
   AND rows.status NOT IN ('failed', 'expired')
 UNION ALL
SELECT rows.id, rows.validator, rows.nonce, rows.status
  FROM json_each(?1) AS wanted
  JOIN validations AS rows
    ON rows.validator = wanted.value ->> 0 AND rows.nonce = wanted.value ->> 1
   AND rows.status NOT IN ('failed', 'expired', 'cancelled')
"""

_HIGHEST = """
SELECT max(nonce) AS highest FROM (
    SELECT max(nonce) AS nonce FROM contributions
     WHERE player = ?1 AND status NOT IN ('failed', 'expired', 'cancelled')
     UNION ALL
    SELECT max(nonce) FROM withdrawals
     WHERE player = ?1 AND status NOT IN ('failed', 'expired')
     UNION ALL
    SELECT max(nonce) FROM validations
     WHERE validator = ?1 AND status NOT IN ('failed', 'expired', 'cancelled')
     UNION ALL
    SELECT iif(highest_nonce = 0 AND ltrim(seen, '0x') = '', NULL, highest_nonce)
      FROM players WHERE address = ?1
)
"""


class NonceOwner(NamedTuple):
    """The living request that holds a nonce."""

    id: str
    status: str


class NonceRoom:
    """Looks up nonces; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def owners(self, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], NonceOwner]:
        """Return the living owners of the given (player, nonce) pairs."""
        rows = self._connection.execute(_OWNERS, (json_text(list(wanted)),))
        return {(row["player"], row["nonce"]): NonceOwner(row["id"], row["status"]) for row in rows}

    def windows(self, players: Collection[str]) -> dict[str, NonceWindow]:
        """Return the windows of those players that the worker has read from the chain."""
        rows = self._connection.execute(
            "SELECT address, highest_nonce, seen FROM players "
            "WHERE address IN (SELECT value FROM json_each(?))",
            (json_text(list(players)),),
        )
        return {
            row["address"]: NonceWindow(row["highest_nonce"], int(row["seen"], 16)) for row in rows
        }

    def next_nonce(self, player: str) -> int:
        """Return the lowest nonce above everything that the player has used or queued."""
        row = self._connection.execute(_HIGHEST, (player,)).fetchone()
        return 0 if row["highest"] is None else int(row["highest"]) + 1
