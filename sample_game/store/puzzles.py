"""Puzzles: words with their clues that stay the same for everybody, and how they were played."""

import json
import sqlite3
from dataclasses import dataclass

from sample_game.store.connection import Room


@dataclass(frozen=True)
class CluedWord:
    """A word to guess: its label, and its clues, hardest first.

    `clue_set_id` tells which player's clues they are; None: the house's own.
    """

    label: int
    clues: tuple[str, ...]
    clue_set_id: int | None = None


@dataclass(frozen=True)
class Puzzle:
    """Words with their clues, in order. Nobody begins from `closes_at` on, or plays from `ends_at`.

    `id` is `daily-<day>` or `duel-<code>`; `day` counts from 1970 in UTC, for daily puzzles.
    """

    id: str
    deck: str
    words: tuple[CluedWord, ...]
    closes_at: int
    ends_at: int
    day: int | None = None


@dataclass(frozen=True)
class PlayedWord:
    """How far a player came with one word of a puzzle."""

    player: str
    position: int
    round_id: str
    is_over: bool
    #: Clues that were seen when the word was found; None: it was not found.
    found_with: int | None
    points: int


class PuzzleRoom(Room):
    """Keeps puzzles, and tells how they were played."""

    def add(self, puzzle: Puzzle, now: int) -> None:
        """Keep a puzzle; one with this id stays as it is."""
        with self._connections.transaction() as connection:
            added = connection.execute(
                "INSERT OR IGNORE INTO puzzles (id, deck, day, closes_at, ends_at, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [puzzle.id, puzzle.deck, puzzle.day, puzzle.closes_at, puzzle.ends_at, now],
            )
            if added.rowcount == 1:
                connection.executemany(
                    "INSERT INTO puzzle_words (puzzle_id, position, label, clue_set_id, clues)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [
                        (puzzle.id, position, word.label, word.clue_set_id, json.dumps(word.clues))
                        for position, word in enumerate(puzzle.words)
                    ],
                )

    def get(self, puzzle_id: str) -> Puzzle | None:
        """Return a puzzle, or None."""
        row = self._connection.execute("SELECT * FROM puzzles WHERE id = ?", [puzzle_id]).fetchone()
        if row is None:
            return None
        words = self._connection.execute(
            "SELECT * FROM puzzle_words WHERE puzzle_id = ? ORDER BY position", [puzzle_id]
        )
        return Puzzle(
            id=row["id"],
            deck=row["deck"],
            words=tuple(_word(word) for word in words),
            closes_at=row["closes_at"],
            ends_at=row["ends_at"],
            day=row["day"],
        )

    def first_day(self) -> int | None:
        """Return the day of the oldest daily puzzle."""
        row = self._connection.execute("SELECT MIN(day) AS day FROM puzzles").fetchone()
        day: int | None = row["day"]
        return day

    def played(self, puzzle_id: str, player: str) -> list[PlayedWord]:
        """Return what a player has played of a puzzle, by place."""
        rows = self._connection.execute(
            "SELECT rounds.player, position, rounds.id AS round_id, is_over,"
            " guesses.clues_seen AS found_with, COALESCE(points, 0) AS points FROM rounds"
            " LEFT JOIN guesses ON guesses.round_id = rounds.id AND is_right = 1"
            " LEFT JOIN points ON points.round_id = rounds.id AND points.player = rounds.player"
            " AND reason IN ('daily-guess', 'duel-guess')"
            " WHERE puzzle_id = ? AND rounds.player = ? ORDER BY position",
            [puzzle_id, player],
        )
        return [
            PlayedWord(**{**dict(row), "is_over": bool(row["is_over"])}) for row in rows.fetchall()
        ]

    def best_players(self, puzzle_id: str, limit: int) -> list[str]:
        """Return who made most of a puzzle: most points first, then most words found."""
        rows = self._connection.execute(
            "SELECT rounds.player FROM rounds"
            " LEFT JOIN guesses ON guesses.round_id = rounds.id AND is_right = 1"
            " LEFT JOIN points ON points.round_id = rounds.id AND points.player = rounds.player"
            " AND reason IN ('daily-guess', 'duel-guess') WHERE puzzle_id = ?"
            " GROUP BY rounds.player ORDER BY COALESCE(SUM(points), 0) DESC,"
            " COUNT(guesses.round_id) DESC, rounds.player LIMIT ?",
            [puzzle_id, limit],
        )
        return [row["player"] for row in rows]

    def finished_days(self, player: str) -> list[int]:
        """Return the days whose daily puzzle a player has played to its end, in order."""
        rows = self._connection.execute(
            "SELECT day FROM finished_days WHERE player = :player UNION"
            " SELECT day FROM rounds JOIN puzzles ON puzzles.id = puzzle_id WHERE player = :player"
            " AND day IS NOT NULL AND is_over = 1 GROUP BY puzzle_id HAVING COUNT(*) ="
            " (SELECT COUNT(*) FROM puzzle_words WHERE puzzle_id = puzzles.id) ORDER BY day",
            {"player": player},
        )
        return [row["day"] for row in rows]

    def mark_played(self, puzzle_id: str) -> None:
        """Remember that somebody has begun a puzzle; it is kept from then on."""
        self._connection.execute("UPDATE puzzles SET is_played = 1 WHERE id = ?", [puzzle_id])

    def forget_unplayed(self, now: int) -> None:
        """Forget duels that have ended without anybody having begun them.

        Puzzles of the day are kept: the first one tells what number the others have.
        """
        self._connection.execute(
            "DELETE FROM puzzles WHERE is_played = 0 AND ends_at <= ? AND day IS NULL", [now]
        )


def _word(row: sqlite3.Row) -> CluedWord:
    return CluedWord(row["label"], tuple(json.loads(row["clues"])), row["clue_set_id"])
