"""Sets of clues that the house accepted: what other players guess from."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from sample_game.store.connection import Room
from sample_game.store.rounds import Round


@dataclass(frozen=True)
class ClueSet:
    """The accepted clues of one player for one word."""

    id: int
    round_id: str
    deck: str
    label: int
    player: str
    clues: tuple[str, ...]
    contribution_id: str


class ClueSetRoom(Room):
    """Keeps clues, and finds some that a player has not seen."""

    def add(self, found: Round, clues: Sequence[str], contribution_id: str, now: int) -> None:
        """Keep the clues of a clue round; a round's second set is not kept."""
        self._connection.execute(
            "INSERT OR IGNORE INTO clue_sets (round_id, deck, label, player, clues,"
            " contribution_id, accepted_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                *(found.id, found.deck, found.label, found.player),
                *(json.dumps(list(clues)), contribution_id, now),
            ],
        )

    def get(self, clue_set_id: int) -> ClueSet | None:
        """Return a set of clues, or None."""
        row = self._connection.execute(
            "SELECT * FROM clue_sets WHERE id = ?", [clue_set_id]
        ).fetchone()
        return _clue_set(row) if row else None

    def of_round(self, round_id: str) -> ClueSet | None:
        """Return the clues that were accepted in a clue round, or None."""
        row = self._connection.execute(
            "SELECT * FROM clue_sets WHERE round_id = ?", [round_id]
        ).fetchone()
        return _clue_set(row) if row else None

    def new_to(
        self, deck: str, player: str, limit: int, now: int, since_at: int = 0
    ) -> list[ClueSet]:
        """Return the latest clues of other players that this player has not guessed from or read.

        Those of a daily puzzle that is not over yet are kept for it. Of what is older than
        `since_at` nobody knows any more who has seen it.
        """
        rows = self._connection.execute(
            "SELECT * FROM clue_sets WHERE deck = :deck AND player <> :player"
            " AND accepted_at >= :since_at"
            " AND id NOT IN (SELECT clue_set_id FROM rounds"
            " WHERE player = :player AND clue_set_id IS NOT NULL)"
            " AND id NOT IN (SELECT clue_set_id FROM shown_clue_sets WHERE player = :player)"
            " AND id NOT IN (SELECT clue_set_id FROM puzzle_words JOIN puzzles"
            " ON puzzles.id = puzzle_id WHERE day IS NOT NULL AND ends_at > :now"
            " AND clue_set_id IS NOT NULL) ORDER BY id DESC LIMIT :limit",
            {
                "deck": deck,
                "player": player,
                "limit": limit,
                "now": now,
                "since_at": since_at,
            },
        )
        return [_clue_set(row) for row in rows]

    def understood(self, deck: str, label: int, limit: int) -> list[ClueSet]:
        """Return the latest clues for a word that some other player found it from."""
        rows = self._connection.execute(
            "SELECT * FROM clue_sets WHERE deck = ? AND label = ? AND EXISTS (SELECT 1 FROM"
            " validations WHERE clue_set_id = clue_sets.id) ORDER BY id DESC LIMIT ?",
            [deck, label, limit],
        )
        return [_clue_set(row) for row in rows]

    def words_for(self, deck: str, label: int, limit: int) -> set[str]:
        """Return the different words of the latest clues for a word."""
        rows = self._connection.execute(
            "SELECT clues FROM clue_sets WHERE deck = ? AND label = ? ORDER BY id DESC LIMIT ?",
            [deck, label, limit],
        )
        return {clue for row in rows for clue in json.loads(row["clues"])}


def _clue_set(row: sqlite3.Row) -> ClueSet:
    return ClueSet(
        id=row["id"],
        round_id=row["round_id"],
        deck=row["deck"],
        label=row["label"],
        player=row["player"],
        clues=tuple(json.loads(row["clues"])),
        contribution_id=row["contribution_id"],
    )
