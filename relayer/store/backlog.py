"""What has been accepted and is not through yet."""

from __future__ import annotations

from dataclasses import dataclass

from relayer.store.connection import Connections

#: Each count by an index of its own: the tables grow for ever.
_LEFT = """SELECT (SELECT value FROM totals WHERE name = 'queued') AS contributions,
       (SELECT count(*) FROM validations WHERE status = 'queued') AS validations,
       (SELECT count(*) FROM withdrawals WHERE status = 'queued') AS withdrawals,
       (SELECT count(*) FROM transactions
         WHERE status IN ('prepared', 'sent', 'mined')) AS transactions"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Requests that wait to be sent, and transactions that are not final."""

    contributions: int
    validations: int
    withdrawals: int
    transactions: int

    @property
    def total(self) -> int:
        """Everything together."""
        return self.contributions + self.validations + self.withdrawals + self.transactions

    def in_words(self) -> str:
        """What there is of it, as `3 queued contributions and 1 transaction under way`."""
        parts = [
            _counted(self.contributions, "queued contribution"),
            _counted(self.validations, "queued validation"),
            _counted(self.withdrawals, "queued withdrawal"),
            _counted(self.transactions, "transaction", " under way"),
        ]
        return " and ".join(part for part in parts if part) or "nothing"


def _counted(count: int, noun: str, rest: str = "") -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}{rest}" if count else ""


class BacklogRoom:
    """Counts; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def left(self) -> Backlog:
        """Return what is left to be sent or to become final."""
        row = self._connections.database.conn.execute(_LEFT).fetchone()
        return Backlog(**dict(row))
