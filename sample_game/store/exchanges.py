"""What players bring each other, and which of them were seen on one network."""

from dataclasses import dataclass

from sample_game.store.connection import Room


@dataclass(frozen=True)
class Exchange:
    """A right guess from another player's clues; `points` of both, 0 when a cap was reached."""

    round_id: str
    author: str
    guesser: str
    network: str | None
    day: int
    points: int
    is_capped: bool


@dataclass(frozen=True)
class PartnerRow:
    """What two players brought each other within some days, in one direction."""

    author: str
    guesser: str
    count: int
    capped: int
    shared_network: int  #: 1: both were seen on one network


class ExchangeRoom(Room):
    """Keeps exchanges and sightings."""

    def seen(self, player: str, network: str, now: float, *, has_signed: bool = False) -> None:
        """Note that somebody who goes by a player's name was on a network.

        Args:
            player: the name.
            network: its tag.
            now: unix seconds.
            has_signed: whether it was the player beyond doubt.
        """
        self._connection.execute(
            "INSERT INTO player_networks (player, network, seen_at, signed_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (player, network) DO UPDATE SET seen_at = excluded.seen_at,"
            " signed_at = COALESCE(excluded.signed_at, signed_at)",
            [player, network, now, now if has_signed else None],
        )

    def shared_network(self, author: str, guesser: str, since: float) -> str | None:
        """Return a network that both were on since a time, or None.

        The author must have signed there: a stranger can name anybody as the player of a round, and
        would put honest players on a network whose cap it has used up.
        """
        row = self._connection.execute(
            "SELECT a.network FROM player_networks AS a JOIN player_networks AS b"
            " ON a.network = b.network WHERE a.player = ? AND b.player = ?"
            " AND a.signed_at >= ? AND b.seen_at >= ? ORDER BY a.network LIMIT 1",
            [author, guesser, since, since],
        ).fetchone()
        return str(row["network"]) if row else None

    def add(self, exchange: Exchange) -> None:
        """Write an exchange down; once for a round."""
        self._connection.execute(
            "INSERT OR IGNORE INTO exchanges (round_id, author, guesser, network, day, points,"
            " is_capped) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                *(exchange.round_id, exchange.author, exchange.guesser, exchange.network),
                *(exchange.day, exchange.points, exchange.is_capped),
            ],
        )

    def points_of_pair(self, one: str, other: str, day: int) -> int:
        """Return what two players brought each other on a day, whoever gave the clues."""
        row = self._connection.execute(
            "SELECT COALESCE(SUM(points), 0) AS points FROM exchanges WHERE day = :day AND"
            " ((author = :one AND guesser = :other) OR (author = :other AND guesser = :one))",
            {"day": day, "one": one, "other": other},
        ).fetchone()
        return int(row["points"])

    def points_of_network(self, network: str, day: int) -> int:
        """Return what the players of a network brought each other on a day."""
        row = self._connection.execute(
            "SELECT COALESCE(SUM(points), 0) AS points FROM exchanges"
            " WHERE network = ? AND day = ?",
            [network, day],
        ).fetchone()
        return int(row["points"])

    def partners_since(self, day: int) -> list[PartnerRow]:
        """Return who brought whom how much since a day, by author and guesser."""
        rows = self._connection.execute(
            "SELECT author, guesser, COUNT(*) AS count, SUM(is_capped) AS capped,"
            " MAX(network IS NOT NULL) AS shared_network FROM exchanges WHERE day >= ?"
            " GROUP BY author, guesser ORDER BY author, guesser",
            [day],
        )
        return [PartnerRow(**row) for row in rows]

    def forget(self, before_day: int, before_at: float) -> None:
        """Forget what was long ago."""
        with self._connections.transaction() as connection:
            connection.execute("DELETE FROM exchanges WHERE day < ?", [before_day])
            connection.execute("DELETE FROM player_networks WHERE seen_at < ?", [before_at])
