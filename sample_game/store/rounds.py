"""Rounds, from the moment they are dealt to their end."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from sample_game.store.connection import Room

RoundKind = Literal["clue", "guess"]

#: Rounds that were never finished are forgotten this long after they expired, in seconds.
_FORGET_AFTER_S: Final = 86_400


@dataclass(frozen=True)
class Round:
    """One round as the game remembers it."""

    id: str
    kind: RoundKind
    #: The deck that the label belongs to.
    deck: str
    label: int
    player: str
    clue_set_id: int | None
    clues_seen: int
    signed_request: str | None
    is_over: bool
    expires_at: int
    #: All clues of a guess round, hardest first.
    clues: tuple[str, ...] = ()
    #: Words that a clue round refuses.
    taboo: tuple[str, ...] = ()
    #: The puzzle that a guess round belongs to, and the place of its word there, from 0.
    puzzle_id: str | None = None
    position: int | None = None


class RoundRoom(Room):
    """Keeps rounds; one that is over stays over."""

    def add(self, new: Round, now: int) -> None:
        """Remember a new round and forget long expired ones."""
        with self._connections.transaction() as connection:
            connection.execute(
                "DELETE FROM rounds WHERE is_over = 0 AND expires_at < ?", [now - _FORGET_AFTER_S]
            )
            connection.execute(
                "INSERT INTO rounds (id, kind, label, player, clue_set_id, clues_seen, created_at,"
                " expires_at, clues, taboo, puzzle_id, position, deck)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(new.id, new.kind, new.label, new.player, new.clue_set_id, new.clues_seen),
                    *(now, new.expires_at, json.dumps(new.clues), json.dumps(new.taboo)),
                    *(new.puzzle_id, new.position, new.deck),
                ],
            )

    def get(self, round_id: str) -> Round | None:
        """Return a round, or None."""
        row = self._connection.execute("SELECT * FROM rounds WHERE id = ?", [round_id]).fetchone()
        return _round(row) if row else None

    def recent_labels(self, deck: str, player: str, kind: RoundKind, limit: int) -> list[int]:
        """Return the labels of the player's latest rounds of a kind in a deck, latest first."""
        rows = self._connection.execute(
            "SELECT label FROM rounds WHERE player = ? AND kind = ? AND deck = ?"
            " ORDER BY created_at DESC, rowid DESC LIMIT ?",
            [player, kind, deck, limit],
        )
        return [row["label"] for row in rows]

    def show_next_clue(self, round_id: str) -> None:
        """Count one more clue as seen."""
        self._connection.execute(
            "UPDATE rounds SET clues_seen = clues_seen + 1 WHERE id = ?", [round_id]
        )

    def bind(self, round_id: str, fingerprint: str) -> bool:
        """Tie a round to one signed request; False when it is tied to one already."""
        bound = self._connection.execute(
            "UPDATE rounds SET signed_request = ? WHERE id = ? AND signed_request IS NULL",
            [fingerprint, round_id],
        )
        return bound.rowcount == 1

    def release(self, round_id: str) -> None:
        """Let a round that is not over take another signed request."""
        self._connection.execute(
            "UPDATE rounds SET signed_request = NULL WHERE id = ? AND is_over = 0", [round_id]
        )

    def finish(self, round_id: str) -> None:
        """End a round for good."""
        self._connection.execute("UPDATE rounds SET is_over = 1 WHERE id = ?", [round_id])


def _round(row: sqlite3.Row) -> Round:
    return Round(
        id=row["id"],
        kind=row["kind"],
        deck=row["deck"],
        label=row["label"],
        player=row["player"],
        clue_set_id=row["clue_set_id"],
        clues_seen=row["clues_seen"],
        signed_request=row["signed_request"],
        is_over=bool(row["is_over"]),
        expires_at=row["expires_at"],
        clues=tuple(json.loads(row["clues"])),
        taboo=tuple(json.loads(row["taboo"])),
        puzzle_id=row["puzzle_id"],
        position=row["position"],
    )
