"""Pages of contributions by keyset: a page costs the same at the start and a million rows later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus

_AFTER_ALL = 2**63 - 1

#: By whether a player and whether a status is asked for: each has its index.
_PAGES = {
    (False, False): """
        SELECT * FROM contributions WHERE sequence < :before
         ORDER BY sequence DESC LIMIT :limit""",
    (True, False): """
        SELECT * FROM contributions WHERE player = :player AND sequence < :before
         ORDER BY sequence DESC LIMIT :limit""",
    (False, True): """
        SELECT * FROM contributions WHERE status = :status AND sequence < :before
         ORDER BY sequence DESC LIMIT :limit""",
    (True, True): """
        SELECT * FROM contributions
         WHERE player = :player AND status = :status AND sequence < :before
         ORDER BY sequence DESC LIMIT :limit""",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Contributions, newest first, and where the next page begins."""

    contributions: Sequence[Contribution]
    next_before: int | None  #: pass as ``before``; None on the last page


class ListingRoom:
    """Reads pages of contributions."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def page(
        self,
        *,
        player: str | None,
        status: ContributionStatus | None,
        before: int | None,
        limit: int,
    ) -> Page:
        """Return up to ``limit`` contributions, newest first.

        Args:
            player: only of this player.
            status: only those that stand there.
            before: only those accepted before the one with this sequence number.
            limit: size of the page.
        """
        rows = self._connections.database.conn.execute(
            _PAGES[player is not None, status is not None],
            {
                "player": player,
                "status": status,
                "before": _AFTER_ALL if before is None else before,
                "limit": limit + 1,
            },
        ).fetchall()
        page = [Contribution.from_row(row) for row in rows[:limit]]
        return Page(page, page[-1].sequence if len(rows) > limit else None)
