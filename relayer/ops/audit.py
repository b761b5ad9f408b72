"""The audit log as a whole: adding to it so that it can be held to, and checking it.

Somebody who may write the database can write a whole new log that fits together. So the number and
hash of each entry go into the log of the process as well: whoever keeps those lines elsewhere, or
only the last one of a month, finds out with ``relayer audit verify --expect``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from relayer.store import Store
from relayer.store.audit import NO_HASH, AuditEntry

logger = logging.getLogger(__name__)

#: Of a log that is wrong throughout, so many faults are told.
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the log found."""

    count: int  #: entries
    head: str  #: hash of the newest
    faults: tuple[str, ...]  #: what is wrong, in sentences; empty: nothing


def announce(entry: AuditEntry) -> None:
    """Tell the log of the process about an entry, once it is stored."""
    logger.info(
        "audit %d %s: %s by %s",
        entry.sequence,
        entry.hash,
        entry.action,
        entry.who,
        extra={"action": "audit", "sequence": entry.sequence, "hash": entry.hash},
    )


def verify(store: Store, expected: tuple[int, str] | None = None) -> Verification:
    """Check that each entry is what it was, and that none is missing.

    Args:
        store: the database.
        expected: number and hash of an entry, or of its beginning, as noted elsewhere.
    """
    faults: list[str] = []
    count, hash_before, found = 0, NO_HASH, None
    with store.snapshot():  # log and head of one moment, while others add to them
        for entry in store.audit.chain():
            faults += _faults_of(entry, count + 1, hash_before)
            count, hash_before = entry.sequence, entry.hash
            if expected is not None and entry.sequence == expected[0]:
                found = entry.hash
        noted = store.audit.head()
    if noted != (count, hash_before):
        faults.append(
            f"the log ends with entry {count}, but entry {noted[0]} with the hash {noted[1]} was "
            "noted as its last: its end is missing or another one"
        )
    if expected is not None and (found is None or not found.startswith(expected[1])):
        faults.append(
            f"entry {expected[0]} "
            + ("is missing" if found is None else f"has the hash {found}")
            + f", but {expected[1]} was expected: the log is not the one that was noted"
        )
    return Verification(count, hash_before, tuple(faults[:MOST_FAULTS]))


def _faults_of(entry: AuditEntry, wanted: int, hash_before: str) -> list[str]:
    faults = []
    if entry.sequence != wanted:
        faults.append(f"entry {wanted} is missing: entry {entry.sequence} follows")
    if entry.previous_hash != hash_before:
        faults.append(f"entry {entry.sequence} does not follow the one that stands before it")
    if entry.computed_hash() != entry.hash:
        faults.append(f"entry {entry.sequence} was changed: its hash is another one")
    return faults
