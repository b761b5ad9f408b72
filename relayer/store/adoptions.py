"""Takes in what the chain holds and the file does not know, because it is an older copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from relayer.store.connection import Connections
from relayer.store.transactions import NewTransaction

_BATCHES = "(SELECT id FROM batches WHERE transaction_id = ?1)"
_CALLS = "(SELECT id FROM settlements WHERE transaction_id = ?1)"
#: Everything that hangs on a transaction which came to nothing, in an order that leaves no
#: reference behind. Former members are forgotten last: leaving a batch writes them.
_DETACH = (
    f"UPDATE contributions SET batch_id = NULL, item_index = NULL WHERE batch_id IN {_BATCHES}",  # noqa: S608 - literals
    f"DELETE FROM former_members WHERE batch_id IN {_BATCHES}",  # noqa: S608 - literals
    "DELETE FROM batches WHERE transaction_id = ?1",
    "UPDATE validations SET settlement_id = NULL, item_index = NULL "  # noqa: S608 - literals
    f"WHERE settlement_id IN {_CALLS}",
    f"DELETE FROM former_items WHERE settlement_id IN {_CALLS}",  # noqa: S608 - literals
    "DELETE FROM settlements WHERE transaction_id = ?1",
    "UPDATE withdrawals SET transaction_id = NULL WHERE transaction_id = ?1",
    "DELETE FROM market_steps WHERE transaction_id = ?1",
    "DELETE FROM cancellations WHERE transaction_id = ?1",
    "DELETE FROM attempts WHERE transaction_id = ?1",
)
_NONCE_USED = "Its nonce was used by another request first."


@dataclass(frozen=True, slots=True)
class AdoptedMember:
    """A contribution as the calldata of its batch tells it."""

    id: str  #: EIP-712 digest, 0x-hex
    trainer: str
    player: str
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    label: int
    sample: bytes
    signature: bytes
    item_index: int


class AdoptionRoom:
    """Writes adopted transactions and members; call everything in one transaction."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def knows(self, transaction_hash: str) -> bool:
        """Return whether this is an attempt of ours."""
        row = self._connection.execute(
            "SELECT 1 FROM attempts WHERE hash = ?", (transaction_hash,)
        ).fetchone()
        return row is not None

    def replace(self, transaction_id: int, new: NewTransaction) -> None:
        """Give the nonce of a transaction that came to nothing to the one that a block holds.

        What the former owner carried must have been let go of before.
        """
        for statement in _DETACH:
            self._connection.execute(statement, (transaction_id,))
        self._connection.execute(
            "UPDATE transactions SET status = 'sent', reason = NULL, confirmed_at = NULL, "
            "kind = ?, to_address = ?, data = ?, gas_limit = ?, value_wei = ?, created_at = ? "
            "WHERE id = ?",
            (
                new.kind,
                new.to_address,
                new.data,
                new.gas_limit,
                str(new.value_wei),
                new.created_at,
                transaction_id,
            ),
        )

    def take_in(
        self, batch_id: int, members: Sequence[AdoptedMember], accepted_at: float, now: float
    ) -> None:
        """Make these the mined members of a batch, whether they were known before or not.

        Args:
            batch_id: a batch that is mined.
            members: those that took effect.
            accepted_at: for those that are new.
            now: the time.
        """
        for member in members:
            self._free_nonce(member, now)
            self._insert(member, batch_id, accepted_at, now)
            self._move(member, batch_id, now)

    def _free_nonce(self, member: AdoptedMember, now: float) -> None:
        """End whatever else waits for the nonce: it is used."""
        self._connection.execute(
            "UPDATE contributions SET status = 'failed', reason = 'nonce-used', detail = ?, "
            "updated_at = ? WHERE player = ? AND nonce = ? AND id <> ? "
            "AND status IN ('queued', 'sent', 'mined')",
            (_NONCE_USED, now, member.player, member.nonce, member.id),
        )

    def _insert(self, member: AdoptedMember, batch_id: int, accepted_at: float, now: float) -> None:
        self._connection.execute(
            "INSERT INTO contributions (id, trainer, player, nonce, deadline_at, max_fee_gwei, "
            "label, sample, signature, item_index, status, reserved_gwei, batch_id, accepted_at, "
            "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'mined', 0, ?, ?, ?) "
            "ON CONFLICT (id) DO NOTHING",
            (*astuple(member), batch_id, accepted_at, now),
        )

    def _move(self, member: AdoptedMember, batch_id: int, now: float) -> None:
        """From wherever the copy believed it: in the queue, in another batch, or ended."""
        self._connection.execute(
            "UPDATE contributions SET status = 'sent', reason = NULL, detail = NULL, "
            "updated_at = ? WHERE id = ? "
            "AND status IN ('queued', 'failed', 'expired', 'cancelled')",
            (now, member.id),
        )
        self._connection.execute(
            "UPDATE contributions SET status = 'mined', batch_id = ?, item_index = ?, "
            "updated_at = ? WHERE id = ? AND status IN ('sent', 'mined')",
            (batch_id, member.item_index, now, member.id),
        )
