"""Accounts that sign transactions, and the next nonce of each."""

from __future__ import annotations

from relayer.store.connection import Connections


class SignerRoom:
    """Hands out nonces. A nonce that was handed out belongs to its transaction for life."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def ensure(self, address: str, next_nonce: int) -> int:
        """Register a signer that is not known yet; return its next nonce as stored.

        Args:
            address: the account.
            next_nonce: the account's nonce on the chain, used only for a new row: the stored
                value, not the node's answer, is the truth afterwards.
        """
        self._connections.database.conn.execute(
            "INSERT INTO signers (address, next_nonce) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (address, next_nonce),
        )
        row = self._connections.database.conn.execute(
            "SELECT next_nonce FROM signers WHERE address = ?", (address,)
        ).fetchone()
        return int(row["next_nonce"])

    def addresses(self) -> list[str]:
        """Return all accounts that were ever registered."""
        rows = self._connections.database.conn.execute("SELECT address FROM signers")
        return [str(row["address"]) for row in rows]

    def with_unfinished(self) -> list[str]:
        """Return the signers that have transactions which are neither confirmed nor failed."""
        rows = self._connections.database.conn.execute(
            "SELECT DISTINCT signer FROM transactions "
            "WHERE status IN ('prepared', 'sent', 'mined') ORDER BY signer"
        )
        return [str(row["signer"]) for row in rows]

    def take_nonce(self, address: str) -> int:
        """Take the next nonce. Call it in the transaction that inserts the row which uses it.

        Raises:
            LookupError: the signer was never registered with `ensure`.
        """
        row = self._connections.database.conn.execute(
            "UPDATE signers SET next_nonce = next_nonce + 1 WHERE address = ? "
            "RETURNING next_nonce - 1 AS nonce",
            (address,),
        ).fetchone()
        if row is None:
            raise LookupError(f"the signer {address} is not registered; call ensure() first")
        return int(row["nonce"])
