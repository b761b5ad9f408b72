"""Puts away what is old, and keeps what it amounts to: sums of points, and finished days."""

from typing import Final

from sample_game.store.connection import Room

#: Rows of a kind that are looked at in one transaction, so that no player waits for it.
AT_ONCE: Final = 2_000

#: Rounds, and their guesses with them; all of a puzzle stay until it ended long enough ago.
_OLD_ROUNDS: Final = """
SELECT rounds.id FROM rounds LEFT JOIN puzzles ON puzzles.id = puzzle_id
 WHERE rounds.created_at < :before_at AND is_over = 1
   AND (puzzle_id IS NULL OR puzzles.ends_at < :before_at)
 ORDER BY rounds.created_at LIMIT :limit
"""
#: The days whose puzzle somebody has played to the end, among puzzles that ended long ago.
_FINISHED: Final = """
INSERT OR IGNORE INTO finished_days (player, day)
SELECT player, day FROM puzzles JOIN rounds ON puzzle_id = puzzles.id
 WHERE day IS NOT NULL AND ends_at < :before_at AND is_over = 1
 GROUP BY puzzle_id, player
HAVING COUNT(*) = (SELECT COUNT(*) FROM puzzle_words WHERE puzzle_id = puzzles.id)
"""
#: Points whose round is put away.
_OLD_POINTS: Final = """
earned_at < :before_at AND NOT EXISTS (SELECT 1 FROM rounds WHERE rounds.id = points.round_id)
"""
#: How many delegations of its key had ended before a point was earned. Points with the same number
#: count for the same wallet or player, whatever happens later: delegations only end from now on.
_ENDED_BEFORE: Final = """
(SELECT COUNT(*) FROM delegations
  WHERE session_key = points.player AND ends_at < points.earned_at)
"""
_SUMS: Final = f"""
SELECT player, reason, SUM(points) AS points, MAX(earned_at) AS latest_at,
       {_ENDED_BEFORE} AS ended_before
  FROM points WHERE {_OLD_POINTS}
 GROUP BY player, reason, ended_before HAVING COUNT(*) > 1 LIMIT :limit
"""  # noqa: S608 - parts of this file
_ADDED_UP: Final = f"""
DELETE FROM points WHERE player = :player AND reason = :reason
   AND {_OLD_POINTS} AND {_ENDED_BEFORE} = :ended_before
"""  # noqa: S608 - parts of this file
#: All who have understood clues long ago, but for the first one.
_FURTHER_VALIDATIONS: Final = """
DELETE FROM validations WHERE rowid IN (
  SELECT later.rowid FROM validations AS later WHERE validated_at < :before_at
     AND EXISTS (SELECT 1 FROM validations AS first
                  WHERE first.clue_set_id = later.clue_set_id AND first.rowid < later.rowid)
   LIMIT :limit)
"""


class PuttingAwayRoom(Room):
    """Deletes rows that nothing needs any more; each call is one short transaction."""

    def rounds(self, before_at: int) -> int:
        """Put finished rounds away that were dealt before a time; returns how many."""
        with self._connections.transaction() as connection:
            facts = {"before_at": before_at, "limit": AT_ONCE}
            connection.execute(_FINISHED, facts)
            old = connection.execute(_OLD_ROUNDS, facts).fetchall()
            connection.executemany("DELETE FROM rounds WHERE id = ?", [tuple(row) for row in old])
        return len(old)

    def duels(self, before_at: int) -> None:
        """Put duels away that ended before a time and have no rounds left."""
        with self._connections.transaction() as connection:
            connection.execute(
                "DELETE FROM puzzles WHERE day IS NULL AND ends_at < ?"
                " AND NOT EXISTS (SELECT 1 FROM rounds WHERE puzzle_id = puzzles.id)",
                [before_at],
            )

    def points(self, before_at: int) -> int:
        """Add points up that were earned before a time; returns how many sums were made.

        No sum changes: neither a player's, nor a wallet's, nor a ranking's of a later time.
        """
        with self._connections.transaction() as connection:
            facts = {"before_at": before_at, "limit": AT_ONCE}
            sums = connection.execute(_SUMS, facts).fetchall()
            for row in sums:
                sum_ = {**dict(row), "before_at": before_at}
                connection.execute(_ADDED_UP, sum_)
                connection.execute(
                    "INSERT INTO points (player, reason, round_id, points, earned_at) VALUES"
                    " (:player, :reason, 'until ' || :latest_at, :points, :latest_at)",
                    sum_,
                )
        return len(sums)

    def clues_seen(self, before_at: int) -> int:
        """Forget who had read or understood clues before a time; returns how many rows went.

        That somebody had understood them is kept, with the first one who did.
        """
        with self._connections.transaction() as connection:
            facts = {"before_at": before_at, "limit": AT_ONCE}
            read = connection.execute(
                "DELETE FROM shown_clue_sets WHERE rowid IN (SELECT rowid FROM shown_clue_sets"
                " WHERE shown_at < :before_at LIMIT :limit)",
                facts,
            )
            understood = connection.execute(_FURTHER_VALIDATIONS, facts)
        return max(read.rowcount, understood.rowcount)
