"""What an id, a hash, an address or a number belongs to, each asked for by an index."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found."""

    kind: str  #: ``contribution``, ``transaction``, ``batch``, ``player``, ``signer``, …
    reference: str  #: by which its page is opened


_OF_HASH: Final = """
SELECT 'contribution' AS kind, id AS reference FROM contributions WHERE id = ?1
 UNION ALL
SELECT 'transaction', transaction_id FROM attempts WHERE hash = ?1
 UNION ALL
SELECT 'contribution', contribution_id FROM validations WHERE id = ?1
 UNION ALL
SELECT 'player', player FROM withdrawals WHERE id = ?1
"""
_OF_ADDRESS: Final = """
SELECT 'signer' AS kind, address AS reference FROM signers WHERE address = ?1
 UNION ALL
SELECT 'player', ?1 WHERE EXISTS (SELECT 1 FROM ledgers WHERE subject = 'player:' || ?1)
    OR EXISTS (SELECT 1 FROM players WHERE address = ?1)
    OR EXISTS (SELECT 1 FROM withdrawals WHERE player = ?1)
    OR EXISTS (SELECT 1 FROM bans WHERE subject = ?1)
"""
_OF_NUMBER: Final = """
SELECT 'batch' AS kind, id AS reference FROM batches WHERE id = ?1
 UNION ALL
SELECT 'transaction', t.id FROM signers AS s
 CROSS JOIN transactions AS t ON t.signer = s.address AND t.nonce = ?1
"""
_OF_NAME: Final = """
SELECT 'webhook' AS kind, id AS reference FROM webhooks WHERE id = ?1
 UNION ALL
SELECT 'webhook', webhook FROM webhook_messages WHERE id = ?1
 UNION ALL
SELECT 'game', id FROM game_keys WHERE id = ?1
 UNION ALL
SELECT 'order', id FROM orders WHERE id = ?1
"""


class FindingRoom:
    """Looks up what exists; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def by_hash(self, word: str) -> list[Hit]:
        """Return what has this id or hash of 32 bytes, in lower case."""
        return self._hits(_OF_HASH, word)

    def by_address(self, address: str) -> list[Hit]:
        """Return who has this address, with its checksum."""
        return self._hits(_OF_ADDRESS, address)

    def by_number(self, number: int) -> list[Hit]:
        """Return the batch with this number, and the signers' transactions with this nonce."""
        return self._hits(_OF_NUMBER, number)

    def by_name(self, name: str) -> list[Hit]:
        """Return the receiver of webhooks, its message, the game or the order with this id."""
        return self._hits(_OF_NAME, name)

    def _hits(self, query: str, value: str | int) -> list[Hit]:
        rows = self._connection.execute(query, (value,))
        return list(dict.fromkeys(Hit(row["kind"], str(row["reference"])) for row in rows))
