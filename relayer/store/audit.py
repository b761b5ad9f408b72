"""The audit log: what operators did, each entry bound to the one before by a hash."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Any, Final

from relayer.store.connection import Connections

#: What stands before the first entry.
NO_HASH: Final = "0" * 64
#: Version of the text that is hashed.
_FORM: Final = "on-the-house audit 1"
#: Entries that are read at once.
_PAGE: Final = 500
#: Below every number that an entry can have, also after somebody has tampered with it.
_BEFORE_ALL: Final = -(2**63)


class Via(StrEnum):
    """By which door a deed came in."""

    PAGE = "page"
    API = "api"
    CLI = "cli"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed."""

    sequence: int  #: from 1, without gaps
    at: float
    who: str
    via: str  #: a `Via`
    action: str
    arguments: str  #: JSON object
    reason: str
    outcome: str
    previous_hash: str
    hash: str

    def computed_hash(self) -> str:
        """Return the hash that belongs to what the entry says."""
        text = json.dumps([_FORM, *astuple(self)[:-1]], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Deed:
    """What an entry tells, before it has its place."""

    who: str
    via: Via
    action: str
    arguments: Mapping[str, Any]
    reason: str
    outcome: str


class AuditRoom:
    """Adds entries and reads them; there is no way to change one."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def append(self, deed: Deed, now: float) -> AuditEntry:
        """Add an entry; best in the transaction of what it tells, so that neither is alone."""
        with self._connections.transaction() as connection:
            last, last_hash = self.head()
            bare = AuditEntry(
                last + 1,
                float(now),
                deed.who,
                str(deed.via),
                deed.action,
                json.dumps(dict(deed.arguments), sort_keys=True),
                deed.reason,
                deed.outcome,
                last_hash,
                "",
            )
            values = (*astuple(bare)[:-1], bare.computed_hash())
            connection.execute(
                "INSERT INTO audit (sequence, at, who, via, action, arguments, reason, outcome, "
                "previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            connection.execute(
                "UPDATE audit_head SET sequence = ?, hash = ?", (bare.sequence, values[-1])
            )
        return AuditEntry(*values)

    def head(self) -> tuple[int, str]:
        """Return number and hash of the newest entry, as kept beside the log."""
        row = self._connection.execute("SELECT sequence, hash FROM audit_head").fetchone()
        return int(row["sequence"]), str(row["hash"])

    def chain(self) -> Iterator[AuditEntry]:
        """Return all entries, the oldest first; a page at a time is read."""
        after = _BEFORE_ALL
        while rows := self._connection.execute(
            "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?", (after, _PAGE)
        ).fetchall():
            yield from (AuditEntry(**dict(row)) for row in rows)
            after = rows[-1]["sequence"]

    def newest(
        self,
        limit: int,
        *,
        before: int | None = None,
        who: str | None = None,
        action: str | None = None,
    ) -> list[AuditEntry]:
        """Return entries, the newest first.

        Args:
            limit: most entries.
            before: only those with a lower number.
            who: only those of this user.
            action: only those about this action.
        """
        wanted = [("sequence <", before), ("who =", who), ("action =", action)]
        given = [(term, value) for term, value in wanted if value is not None]
        where = "".join(f"AND {term} ? " for term, _ in given)
        rows = self._connection.execute(
            f"SELECT * FROM audit WHERE 1 {where}ORDER BY sequence DESC LIMIT ?",  # noqa: S608 - terms are literals
            (*(value for _, value in given), limit),
        )
        return [AuditEntry(**dict(row)) for row in rows]
