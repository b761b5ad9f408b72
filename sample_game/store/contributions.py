"""How contributions stand, so that no player has to wait for the house to hear it."""

from typing import Final

from sample_game.house import News
from sample_game.store.connection import Room

_ENDS: Final = frozenset({"settled", "failed", "expired", "cancelled"})


class ContributionRoom(Room):
    """Keeps the latest news of each contribution."""

    def note(self, news: News, accepted_at: float | None = None) -> None:
        """Write news down, unless later ones are there already; a number once known stays.

        A transaction does not stay: another one may hold it after a reorganisation, or none.

        Args:
            news: how it stands.
            accepted_at: when the house accepted it, by its clock; None: before the news.
        """
        is_open = news.status not in _ENDS
        facts = (news.status, news.reason, news.outcome, news.number, news.transaction_hash)
        accepted = news.told_at if accepted_at is None else accepted_at
        self._connection.execute(
            "INSERT INTO contributions (id, player, status, reason, outcome, number,"
            " transaction_hash, is_open, accepted_at, told_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET status = excluded.status, reason = excluded.reason,"
            " outcome = excluded.outcome, number = COALESCE(excluded.number, number),"
            " transaction_hash = excluded.transaction_hash, is_open = excluded.is_open,"
            " accepted_at = MIN(excluded.accepted_at, accepted_at), told_at = excluded.told_at"
            " WHERE excluded.told_at >= told_at",
            [news.id, news.player, *facts, is_open, accepted, news.told_at],
        )

    def get(self, contribution_id: str) -> News | None:
        """Return a contribution, or None."""
        row = self._connection.execute(
            "SELECT id, player, status, told_at, reason, outcome, number, transaction_hash"
            " FROM contributions WHERE id = ?",
            [contribution_id],
        ).fetchone()
        return News(*row) if row else None

    def has_taken_effect(self, player: str, deck: str) -> bool:
        """Return whether clues that a player gave in a deck are on the record."""
        row = self._connection.execute(
            "SELECT 1 FROM clue_sets JOIN contributions ON contributions.id = contribution_id"
            " WHERE clue_sets.player = ? AND deck = ?"
            " AND status IN ('mined', 'confirmed', 'settled') LIMIT 1",
            [player, deck],
        ).fetchone()
        return row is not None

    def oldest_open_at(self) -> float | None:
        """Return when the oldest one was accepted that may still change; None: all have ended."""
        return self._oldest("is_open = 1")

    def oldest_unnumbered_at(self) -> float | None:
        """Return when the oldest one was accepted that could be confirmed, if it had its number."""
        return self._oldest("is_open = 1 AND status = 'confirmed' AND number IS NULL")

    def _oldest(self, condition: str) -> float | None:
        row = self._connection.execute(
            f"SELECT MIN(accepted_at) AS at FROM contributions WHERE {condition}"  # noqa: S608
        ).fetchone()
        at: float | None = row["at"]
        return at
