"""Players as the worker last saw them in the Forwarder, and what the store knows of their work."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class Standing:
    """A player's standing with a gamified trainer, beside the points."""

    contributed: int  #: contributions that took effect
    badges: tuple[str, ...]  #: slugs
    streak_days: int  #: days in a row with contributions, up to ``last_day``
    last_day: int  #: UTC day (unix time / 86400) of the latest contribution


@dataclass(frozen=True, slots=True)
class PlayerSnapshot:
    """A player on the chain: the slot in the Forwarder and the standing with the trainers."""

    address: str
    highest_nonce: int
    seen: int  #: bit i is set when nonce ``highest_nonce - i`` was used
    balance_wei: int  #: in the Forwarder
    refreshed_at: float  #: unix seconds
    unclaimed_wei: int = 0  #: rewards that wait in the incentive mechanisms of all trainers
    points: Mapping[str, int] = field(default_factory=dict)  #: by trainer
    standings: Mapping[str, Standing] = field(default_factory=dict)  #: by gamified trainer


_UPSERT = """
INSERT INTO players
       (address, highest_nonce, seen, balance_wei, unclaimed_wei, points, standings,
        refreshed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (address) DO UPDATE
   SET highest_nonce = excluded.highest_nonce,
       seen = excluded.seen,
       balance_wei = excluded.balance_wei,
       unclaimed_wei = excluded.unclaimed_wei,
       points = excluded.points,
       standings = excluded.standings,
       refreshed_at = excluded.refreshed_at
 WHERE excluded.refreshed_at >= players.refreshed_at
"""


class PlayerRoom:
    """Reads and writes players."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def get(self, address: str) -> PlayerSnapshot | None:
        """Return what the worker last read, or None for a player it never met."""
        row = self._connection.execute(
            "SELECT * FROM players WHERE address = ?", (address,)
        ).fetchone()
        if row is None:
            return None
        return PlayerSnapshot(
            address=row["address"],
            highest_nonce=row["highest_nonce"],
            seen=int(row["seen"], 16),
            balance_wei=int(row["balance_wei"]),
            refreshed_at=row["refreshed_at"],
            unclaimed_wei=int(row["unclaimed_wei"]),
            points=json.loads(row["points"]),
            standings={
                trainer: Standing(**{**fields, "badges": tuple(fields["badges"])})
                for trainer, fields in json.loads(row["standings"]).items()
            },
        )

    def write(self, players: Sequence[PlayerSnapshot]) -> None:
        """Insert or replace players that were read from the chain; an older reading is ignored."""
        self._connection.executemany(_UPSERT, [_parameters(player) for player in players])

    def holders_read_before(self, moment: float, limit: int) -> list[str]:
        """Return players with points whose reading is older, the oldest first."""
        rows = self._connection.execute(
            "SELECT address FROM players WHERE points GLOB '*: [1-9]*' AND refreshed_at < ?"
            " ORDER BY refreshed_at LIMIT ?",
            (moment, limit),
        )
        return [row["address"] for row in rows]

    def counts(self, address: str) -> dict[str, int]:
        """Return how many contributions of a player stand where, by status."""
        rows = self._connection.execute(
            "SELECT status, count(*) AS count FROM contributions WHERE player = ? GROUP BY status",
            (address,),
        )
        return {row["status"]: row["count"] for row in rows}


def _parameters(player: PlayerSnapshot) -> tuple[str, int, str, str, str, str, str, float]:
    return (
        player.address,
        player.highest_nonce,
        f"{player.seen:#x}",
        str(player.balance_wei),
        str(player.unclaimed_wei),
        json.dumps(dict(player.points)),
        json.dumps({trainer: asdict(own) for trainer, own in player.standings.items()}),
        player.refreshed_at,
    )
