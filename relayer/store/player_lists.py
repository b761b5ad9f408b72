"""Lists of players that cost the same in front of a million of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from relayer.store.bans import Ban
from relayer.store.connection import Connections
from relayer.store.walks import Found, Route, Walk

_PREFIX: Final = "player:"
#: Contributions whose latest ones tell who is busy.
BUSY_AMONG: Final = 5_000
#: Contributions that one page of players looks at: for each, whether it is its player's latest.
_LOOKED_AT: Final = 2_000


@dataclass(frozen=True, slots=True)
class LatestOf:
    """A player's latest contribution."""

    player: str
    sequence: int
    accepted_at: float


def _latest(row: sqlite3.Row) -> LatestOf:
    return LatestOf(row["player"], row["sequence"], row["accepted_at"])


_LATEST: Final = Walk("contributions", "sequence", _latest, "player, sequence, accepted_at")
_IS_LATEST: Final = (
    "NOT EXISTS (SELECT 1 FROM contributions AS later WHERE later.player = contributions.player "
    "AND later.sequence > contributions.sequence)"
)
_BUSIEST: Final = """
SELECT player, count(*) AS count FROM (
    SELECT player FROM contributions ORDER BY sequence DESC LIMIT ?)
 GROUP BY player ORDER BY count DESC, player LIMIT ?
"""


class PlayerListRoom:
    """Reads players in one order or another; what each one has is asked for in sets."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def latest(self, before: int | None, limit: int) -> Found[LatestOf]:
        """Return players by their latest contribution, the newest first."""
        route = Route(fits=(_IS_LATEST,))
        return _LATEST.page(self._connection, route, before, limit, _LOOKED_AT)

    def latest_of(self, players: Collection[str]) -> dict[str, float]:
        """Return when the latest contribution of each of these was accepted."""
        rows = self._connection.execute(
            "SELECT wanted.value AS player, (SELECT accepted_at FROM contributions "
            "WHERE player = wanted.value ORDER BY sequence DESC LIMIT 1) AS accepted_at "
            "FROM json_each(?) AS wanted",
            (json.dumps(list(players)),),
        )
        return {row["player"]: row["accepted_at"] for row in rows if row["accepted_at"] is not None}

    def by_address(self, after: str | None, limit: int) -> list[str]:
        """Return players who ever sent a contribution, by address."""
        rows = self._connection.execute(
            "SELECT subject FROM ledgers WHERE subject > ? AND subject < 'player;' "
            "ORDER BY subject LIMIT ?",
            (_PREFIX + (after or ""), limit),
        )
        return [str(row["subject"]).removeprefix(_PREFIX) for row in rows]

    def busiest(self, limit: int) -> dict[str, int]:
        """Return who sent most of the latest contributions, and how many of them."""
        rows = self._connection.execute(_BUSIEST, (BUSY_AMONG, limit))
        return {row["player"]: row["count"] for row in rows}

    def banned(self, after: str | None, limit: int, now: float) -> Sequence[Ban]:
        """Return bans of players that hold now, by address."""
        rows = self._connection.execute(
            "SELECT * FROM bans WHERE subject > ? AND subject GLOB '0x*' "
            "AND (expires_at IS NULL OR expires_at > ?) ORDER BY subject LIMIT ?",
            (after or "", now, limit),
        )
        return [Ban(**row) for row in rows]

    def banned_networks(self, limit: int, now: float) -> Sequence[Ban]:
        """Return bans of networks that hold now."""
        rows = self._connection.execute(
            "SELECT * FROM bans WHERE (subject < '0x' OR subject >= '0y') "
            "AND (expires_at IS NULL OR expires_at > ?) ORDER BY subject LIMIT ?",
            (now, limit),
        )
        return [Ban(**row) for row in rows]

    def with_points(self, limit: int) -> dict[str, dict[str, int]]:
        """Return the points by trainer of players who have some, read latest first."""
        rows = self._connection.execute(
            "SELECT address, points FROM players WHERE points GLOB '*: [1-9]*' "
            "AND refreshed_at >= 0 ORDER BY refreshed_at DESC LIMIT ?",
            (limit,),
        )
        return {row["address"]: json.loads(row["points"]) for row in rows}
