"""What is to be counted for the series, what was counted of it already, and what it consists of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from relayer.series.names import Series
from relayer.store.batches import Batch
from relayer.store.connection import Connections
from relayer.store.series import Part

_FINAL = "SELECT * FROM transactions WHERE id = ? AND status IN ('confirmed', 'failed')"
_ACCEPTED = (
    "SELECT accepted_at FROM contributions WHERE batch_id IN "
    "(SELECT id FROM batches WHERE transaction_id = ?) AND record_index IS NOT NULL"
)
_SETTLED = """
SELECT c.outcome, c.stake_wei, c.fee_wei, c.fee_from_rewards_wei, c.settled_at, c.record_index,
       length(c.sample) AS sample_bytes, c.settlement_id, t.confirmed_at
  FROM contributions AS c JOIN batches AS b ON b.id = c.batch_id
  JOIN transactions AS t ON t.id = b.transaction_id
 WHERE c.batch_id = ? AND c.status = 'settled'
"""


class Subject(StrEnum):
    """What is counted as one."""

    TRANSACTION = "transaction"  #: a nonce that came to its end
    SETTLED = "settled"  #: an event that settled contributions
    BATCH = "batch"  #: what of it is open


@dataclass(frozen=True, slots=True)
class Claim:
    """What is still to come back of a batch."""

    trainer: str
    count: int
    stake_wei: int
    reserve_wei: int


@dataclass(frozen=True, slots=True)
class FinalTransaction:
    """A transaction that came to its end in a block, and what it carried."""

    kind: str
    data: bytes
    at: float  #: when it was known to be final
    gas: int
    price_wei: int
    succeeded: bool
    broadcast_at: float | None
    mined_at: float
    accepted_at: tuple[float, ...]  #: of the contributions that took effect
    withdrawal_max_fee_gwei: int | None


@dataclass(frozen=True, slots=True)
class SettledMember:
    """A contribution that an event settled."""

    outcome: str
    stake_wei: int
    fee_from_rewards_wei: int
    sample_bytes: int
    settled_at: float
    confirmed_at: float


@dataclass(frozen=True, slots=True)
class SettledGroup:
    """What one event settled, and what it credited if a transaction of ours caused it."""

    batch: Batch
    fees_wei: int | None
    members: tuple[SettledMember, ...]


class CountingRoom:
    """Reads what is to be counted, and writes down what was."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def changed(self, most: int) -> list[tuple[Subject, int]]:
        """Return what is to be counted, again or for the first time."""
        rows = self._connection.execute("SELECT subject, id FROM series_changed LIMIT ?", (most,))
        return [(Subject(row["subject"]), row["id"]) for row in rows]

    def waiting(self) -> bool:
        """Return whether anything is to be counted."""
        return bool(self.changed(1))

    def counted(self, subject: Subject, number: int) -> list[Part]:
        """Return the parts that were counted of something."""
        row = self._connection.execute(
            "SELECT counted FROM series_counted WHERE subject = ? AND id = ?", (subject, number)
        ).fetchone()
        parts = [] if row is None else json.loads(row["counted"])
        return [Part(Series(name), label, at, value) for name, label, at, value in parts]

    def settle(self, subject: Subject, number: int, parts: Sequence[Part]) -> None:
        """Note what was counted of something: it is to be counted no more; in a transaction."""
        key = (subject, number)
        run = self._connection.execute
        run("DELETE FROM series_changed WHERE subject = ? AND id = ?", key)
        if not parts:
            run("DELETE FROM series_counted WHERE subject = ? AND id = ?", key)
            return
        told = json.dumps([(part.name, part.label, part.at, part.value) for part in parts])
        run(
            "INSERT INTO series_counted (subject, id, counted) VALUES (?, ?, ?) "
            "ON CONFLICT (subject, id) DO UPDATE SET counted = excluded.counted",
            (*key, told),
        )

    def claim(self, batch_id: int, claim: Claim | None) -> None:
        """Note what is still to come back of a batch; None: nothing."""
        self._connection.execute("DELETE FROM open_claims WHERE batch_id = ?", (batch_id,))
        if claim is not None:
            self._connection.execute(
                "INSERT INTO open_claims (batch_id, trainer, count, stake_wei, reserve_wei) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    batch_id,
                    claim.trainer,
                    claim.count,
                    str(claim.stake_wei),
                    str(claim.reserve_wei),
                ),
            )

    def claims(self) -> Mapping[str, Claim]:
        """Return what is still to come back, by trainer; one step for each open batch."""
        found: dict[str, Claim] = {}
        for row in self._connection.execute(
            "SELECT trainer, count, stake_wei, reserve_wei FROM open_claims"
        ):
            before = found.get(row["trainer"], Claim(row["trainer"], 0, 0, 0))
            found[row["trainer"]] = Claim(
                row["trainer"],
                before.count + row["count"],
                before.stake_wei + int(row["stake_wei"]),
                before.reserve_wei + int(row["reserve_wei"]),
            )
        return found

    def transaction(self, number: int) -> FinalTransaction | None:
        """Return a transaction that came to its end in a block, or None."""
        row = self._connection.execute(_FINAL, (number,)).fetchone()
        if row is None or row["gas_used"] is None:
            return None
        first = self._connection.execute(
            "SELECT min(broadcast_at) AS at FROM attempts WHERE transaction_id = ?", (number,)
        ).fetchone()
        members = self._connection.execute(_ACCEPTED, (number,))
        withdrawal = self._connection.execute(
            "SELECT max_fee_gwei FROM withdrawals WHERE transaction_id = ? "
            "AND status = 'confirmed'",
            (number,),
        ).fetchone()
        return FinalTransaction(
            kind=row["kind"],
            data=row["data"],
            at=row["confirmed_at"],
            gas=row["gas_used"],
            price_wei=int(row["effective_gas_price_wei"]),
            succeeded=row["status"] == "confirmed",
            broadcast_at=first["at"],
            mined_at=row["mined_at"],
            accepted_at=tuple(member["accepted_at"] for member in members),
            withdrawal_max_fee_gwei=None if withdrawal is None else withdrawal["max_fee_gwei"],
        )

    def settled(self, number: int) -> SettledGroup | None:
        """Return what an event of a final block settled, or None when it was taken back."""
        event = self._connection.execute(
            "SELECT batch_id, settled_map FROM settled_events WHERE id = ?", (number,)
        ).fetchone()
        batch = None if event is None else self.batch(event["batch_id"])
        if event is None or batch is None:
            return None
        settled_map = int(event["settled_map"], 16)
        rows = [
            row
            for row in self._connection.execute(_SETTLED, (batch.id,))
            if settled_map >> row["record_index"] & 1
        ]
        if not rows:
            return None
        return SettledGroup(batch, self._fees_wei(rows[0]["settlement_id"]), _members(rows))

    def batch(self, number: int) -> Batch | None:
        """Return a batch, or None."""
        row = self._connection.execute("SELECT * FROM batches WHERE id = ?", (number,)).fetchone()
        return None if row is None else Batch.from_row(row)

    def _fees_wei(self, settlement_id: int | None) -> int | None:
        row = self._connection.execute(
            "SELECT fees_wei FROM settlements WHERE id = ?", (settlement_id,)
        ).fetchone()
        return None if row is None or row["fees_wei"] is None else int(row["fees_wei"])


def _members(rows: Sequence[sqlite3.Row]) -> tuple[SettledMember, ...]:
    return tuple(
        SettledMember(
            outcome=row["outcome"],
            stake_wei=int(row["stake_wei"] or 0),
            fee_from_rewards_wei=int(row["fee_from_rewards_wei"] or 0),
            sample_bytes=row["sample_bytes"],
            settled_at=row["settled_at"],
            confirmed_at=row["confirmed_at"] or row["settled_at"],
        )
        for row in rows
    )
