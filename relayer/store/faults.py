"""Which errors mean that the database cannot be used, whoever asks and whatever for."""

from __future__ import annotations

import sqlite3
from typing import Final

from relayer.errors import StoreError

#: By primary result code (https://sqlite.org/rescode.html): what to do about it.
_REMEDIES: Final = {
    sqlite3.SQLITE_FULL: "the disk is full; make room, nothing else has to be done",
    sqlite3.SQLITE_READONLY: (
        "the file or its folder may not be written to; let the relayer's user write there"
    ),
    sqlite3.SQLITE_CORRUPT: "stop the relayer and put a backup back",
    sqlite3.SQLITE_NOTADB: (
        "stop the relayer and put a backup back, or point the setting 'database' to another file"
    ),
    sqlite3.SQLITE_IOERR: "the disk does not answer as it should; look at the system's log",
    sqlite3.SQLITE_CANTOPEN: "point the setting 'database' to a file in a writable folder",
    sqlite3.SQLITE_PERM: "the file may not be used; let the relayer's user read and write it",
    sqlite3.SQLITE_AUTH: "the file may not be used; let the relayer's user read and write it",
    sqlite3.SQLITE_BUSY: "another process has kept it locked for too long; find and end it",
    sqlite3.SQLITE_LOCKED: "another process has kept it locked for too long; find and end it",
    sqlite3.SQLITE_PROTOCOL: "its locks do not work; do not keep it on a network drive",
    sqlite3.SQLITE_NOMEM: "the machine has no memory left; give it more, or end something",
}


def remedy_of(error: BaseException) -> str | None:
    """Return what to do about an error of SQLite, if the file, the disk or the machine is at fault.

    Every other error of the database is a defect of the relayer.
    """
    if not isinstance(error, sqlite3.Error):
        return None
    return _REMEDIES.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)


def fault_of(error: BaseException) -> str | None:
    """Return cause and remedy when an error means that the database cannot be used, else None."""
    if isinstance(error, StoreError):
        return str(error)
    remedy = remedy_of(error)
    return None if remedy is None else f"{error}: {remedy}"
