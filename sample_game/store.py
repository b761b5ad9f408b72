"""The game's own memory: rounds, clues, guesses and points, in an SQLite file of its own."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Database as AnyDatabase

RoundKind = Literal["clue", "guess"]

_BUSY_TIMEOUT_S: Final = 15.0
#: Rounds that were never finished are forgotten this long after they expired, in seconds.
_FORGET_AFTER_S: Final = 86_400

migrations = Migrations("hunch")

_FIRST_SCHEMA: Final = """
CREATE TABLE game_keys (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE clue_sets (
  id INTEGER PRIMARY KEY,
  round_id TEXT NOT NULL UNIQUE,
  label INTEGER NOT NULL,
  player TEXT NOT NULL,
  clues TEXT NOT NULL,           -- JSON list in the order in which the player gave them
  contribution_id TEXT NOT NULL,
  accepted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX clue_sets_by_player ON clue_sets (player, id);
CREATE TABLE rounds (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('clue', 'guess')),
  label INTEGER NOT NULL,
  player TEXT NOT NULL,
  clue_set_id INTEGER REFERENCES clue_sets (id),  -- NULL in a guess round: the house's own clues
  clues_seen INTEGER NOT NULL DEFAULT 0,
  signed_request TEXT,           -- hash of the request that this clue round is bound to
  is_over INTEGER NOT NULL DEFAULT 0 CHECK (is_over IN (0, 1)),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rounds_by_player ON rounds (player, created_at);
CREATE INDEX rounds_unfinished ON rounds (expires_at) WHERE is_over = 0;
CREATE TABLE guesses (
  round_id TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  clues_seen INTEGER NOT NULL,
  guess TEXT NOT NULL,           -- '' when the player asked for the next clue
  is_right INTEGER NOT NULL CHECK (is_right IN (0, 1)),
  guessed_at INTEGER NOT NULL,
  PRIMARY KEY (round_id, clues_seen)
) STRICT;
-- A right guess of another player confirms the clues it was made from.
CREATE TABLE validations (
  clue_set_id INTEGER NOT NULL REFERENCES clue_sets (id),
  player TEXT NOT NULL,
  validated_at INTEGER NOT NULL,
  PRIMARY KEY (clue_set_id, player)
) STRICT;
CREATE TABLE points (
  player TEXT NOT NULL,
  reason TEXT NOT NULL,
  round_id TEXT NOT NULL,
  points INTEGER NOT NULL,
  earned_at INTEGER NOT NULL,
  PRIMARY KEY (player, reason, round_id)   -- nothing is rewarded twice
) STRICT;
"""


@migrations()
def first_schema(db: AnyDatabase) -> None:
    """Create all tables."""
    for statement in _FIRST_SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)


@dataclass(frozen=True)
class Round:
    """One round as the game remembers it."""

    id: str
    kind: RoundKind
    label: int
    player: str
    clue_set_id: int | None
    clues_seen: int
    signed_request: str | None
    is_over: bool
    expires_at: int


@dataclass(frozen=True)
class ClueSet:
    """The accepted clues of one player for one word."""

    id: int
    round_id: str
    label: int
    player: str
    clues: tuple[str, ...]
    contribution_id: str


class GameStore:
    """Opens the game's database; every operation is one short transaction."""

    def __init__(self, path: Path):
        self._path = path
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            migrations.apply(Database(connection))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock for a block; commit at its end, roll back when it raises."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def token_key(self) -> bytes:
        """Return the key that signs round tokens, made when the game first starts."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO game_keys VALUES ('round-tokens', ?)",
                [secrets.token_hex(32)],
            )
            row = connection.execute("SELECT value FROM game_keys WHERE name = 'round-tokens'")
            return bytes.fromhex(row.fetchone()["value"])

    def add_round(self, new: Round, now: int) -> None:
        """Remember a new round and forget long expired ones."""
        with self.transaction() as connection:
            connection.execute(
                "DELETE FROM rounds WHERE is_over = 0 AND expires_at < ?", [now - _FORGET_AFTER_S]
            )
            connection.execute(
                "INSERT INTO rounds (id, kind, label, player, clue_set_id, clues_seen, created_at,"
                " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(new.id, new.kind, new.label, new.player, new.clue_set_id, new.clues_seen),
                    *(now, new.expires_at),
                ],
            )

    def round(self, round_id: str) -> Round | None:
        """Return a round, or None."""
        row = self._first("SELECT * FROM rounds WHERE id = ?", [round_id])
        return round_from_row(row) if row else None

    def recent_labels(self, player: str, kind: RoundKind, limit: int) -> list[int]:
        """Return the labels of the player's latest rounds of a kind, latest first."""
        rows = self._all(
            "SELECT label FROM rounds WHERE player = ? AND kind = ? ORDER BY created_at DESC,"
            " rowid DESC LIMIT ?",
            [player, kind, limit],
        )
        return [row["label"] for row in rows]

    def clue_set(self, clue_set_id: int) -> ClueSet | None:
        """Return a set of clues, or None."""
        row = self._first("SELECT * FROM clue_sets WHERE id = ?", [clue_set_id])
        return _clue_set(row) if row else None

    def clue_set_of_round(self, round_id: str) -> ClueSet | None:
        """Return the clues that were accepted in a clue round, or None."""
        row = self._first("SELECT * FROM clue_sets WHERE round_id = ?", [round_id])
        return _clue_set(row) if row else None

    def clue_sets_new_to(self, player: str, limit: int) -> list[ClueSet]:
        """Return the latest clues of other players that this player has not had to guess from."""
        rows = self._all(
            "SELECT * FROM clue_sets WHERE player <> :player AND id NOT IN (SELECT clue_set_id"
            " FROM rounds WHERE player = :player AND clue_set_id IS NOT NULL)"
            " ORDER BY id DESC LIMIT :limit",
            {"player": player, "limit": limit},
        )
        return [_clue_set(row) for row in rows]

    def has_understood(self, player: str, clue_set_id: int) -> bool:
        """Return whether a player has found the word from these clues."""
        return bool(
            self._first(
                "SELECT 1 FROM validations WHERE player = ? AND clue_set_id = ?",
                [player, clue_set_id],
            )
        )

    def score(self, player: str) -> int:
        """Return the sum of a player's points."""
        row = self._first("SELECT SUM(points) AS score FROM points WHERE player = ?", [player])
        return int(row["score"] or 0) if row else 0

    def _first(self, sql: str, values: Any) -> sqlite3.Row | None:
        with closing(self._connect()) as connection:
            row: sqlite3.Row | None = connection.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, values: Any) -> list[sqlite3.Row]:
        with closing(self._connect()) as connection:
            return connection.execute(sql, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


def award(
    connection: sqlite3.Connection, player: str, reason: str, round_id: str, points: int, now: int
) -> None:
    """Write points down inside a transaction. The same reason and round never count twice."""
    connection.execute(
        "INSERT OR IGNORE INTO points VALUES (?, ?, ?, ?, ?)",
        [player, reason, round_id, points, now],
    )


def round_from_row(row: sqlite3.Row) -> Round:
    """Read a row of the table `rounds`."""
    return Round(
        id=row["id"],
        kind=row["kind"],
        label=row["label"],
        player=row["player"],
        clue_set_id=row["clue_set_id"],
        clues_seen=row["clues_seen"],
        signed_request=row["signed_request"],
        is_over=bool(row["is_over"]),
        expires_at=row["expires_at"],
    )


def _clue_set(row: sqlite3.Row) -> ClueSet:
    return ClueSet(
        id=row["id"],
        round_id=row["round_id"],
        label=row["label"],
        player=row["player"],
        clues=tuple(json.loads(row["clues"])),
        contribution_id=row["contribution_id"],
    )
