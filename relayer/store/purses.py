"""What the transactions under way may still cost their signers."""

from __future__ import annotations

import sqlite3

from relayer.store.connection import Connections

#: Transactions that tell how much gas the next one may ask for.
_LATEST = 50


class PurseRoom:
    """Looks at transactions as claims on their signers' balances; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def committed_wei(self, signer: str, price_wei: int) -> int:
        """Return what the transactions that no block holds yet may cost at most.

        Args:
            signer: the account that pays.
            price_wei: counts for what is not signed yet.
        """
        rows = self._connection.execute(
            "SELECT gas_limit, value_wei, (SELECT max_fee_per_gas_wei FROM attempts "
            "WHERE transaction_id = t.id ORDER BY id DESC LIMIT 1) AS signed_price_wei "
            "FROM transactions AS t WHERE signer = ? "
            "AND status IN ('prepared', 'sent', 'mined') AND status <> 'mined'",
            (signer,),
        )
        return sum(
            int(row["value_wei"]) + row["gas_limit"] * int(row["signed_price_wei"] or price_wei)
            for row in rows
        )

    def dearest_gas(self) -> int:
        """Return the highest gas limit among the latest transactions; 0 when there were none."""
        row = self._connection.execute(
            "SELECT max(gas_limit) AS gas FROM "
            "(SELECT gas_limit FROM transactions ORDER BY id DESC LIMIT ?)",
            (_LATEST,),
        ).fetchone()
        return int(row["gas"] or 0)

    def is_refilled(self, signer: str) -> bool:
        """Return whether a refill of this account is under way and not final yet."""
        row = self._connection.execute(
            "SELECT 1 FROM transactions WHERE kind = 'refill' AND to_address = ? "
            "AND status IN ('prepared', 'sent', 'mined')",
            (signer,),
        ).fetchone()
        return row is not None
