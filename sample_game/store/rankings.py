"""Who has earned how much since when."""

from dataclasses import dataclass

from sample_game.store.connection import Room

_SCORES = """
SELECT owner, SUM(points) AS points FROM counts_for_ranking WHERE earned_at >= :since_at
 GROUP BY owner HAVING SUM(points) > 0 ORDER BY points DESC, owner
"""


@dataclass(frozen=True)
class Score:
    """What an owner has earned: a wallet with all keys that play for it, or a player."""

    owner: str
    points: int


class RankingRoom(Room):
    """Adds up points over all players that count."""

    def scores(self, since_at: int) -> list[Score]:
        """Return what was earned from a time on, the most first; who is excluded is left out."""
        rows = self._connection.execute(_SCORES, {"since_at": since_at})
        return [Score(row["owner"], int(row["points"])) for row in rows]
