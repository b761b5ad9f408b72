"""What others wrote for a word, and to whom it was shown."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sample_game.store.connection import Room


@dataclass(frozen=True)
class OthersClues:
    """The clues of somebody else for a word."""

    clue_set_id: int
    clues: tuple[str, ...]
    accepted_at: int


class ShownRoom(Room):
    """Finds clues of others, and remembers who has read them beside their word."""

    def of_others(
        self, deck: str, label: int, player: str, limit: int, now: int
    ) -> list[OthersClues]:
        """Return the latest clues of others for a word: one set of each, those read before first.

        Clues of a puzzle that is still played are kept for it.
        """
        rows = self._connection.execute(
            "SELECT MAX(id) AS id, clues, accepted_at, EXISTS (SELECT 1 FROM shown_clue_sets"
            " WHERE player = :player AND clue_set_id = clue_sets.id) OR EXISTS (SELECT 1"
            " FROM rounds WHERE player = :player AND clue_set_id = clue_sets.id) AS is_known"
            " FROM clue_sets WHERE deck = :deck AND label = :label AND player <> :player"
            " AND id NOT IN (SELECT clue_set_id FROM puzzle_words JOIN puzzles"
            " ON puzzles.id = puzzle_id WHERE ends_at > :now AND clue_set_id IS NOT NULL)"
            " GROUP BY clue_sets.player ORDER BY is_known DESC, id DESC LIMIT :limit",
            {"deck": deck, "label": label, "player": player, "limit": limit, "now": now},
        )
        return [
            OthersClues(row["id"], tuple(json.loads(row["clues"])), row["accepted_at"])
            for row in rows
        ]

    def note(self, player: str, clue_set_ids: Iterable[int], now: int) -> None:
        """Remember that a player has read clues beside their word."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO shown_clue_sets (player, clue_set_id, shown_at)"
            " VALUES (?, ?, ?)",
            [(player, clue_set_id, now) for clue_set_id in clue_set_ids],
        )
