"""Pages of contributions by keyset: a page costs the same at the start and a million rows later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus


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
        wanted = {"player = ?": player, "status = ?": status, "sequence < ?": before}
        given = {clause: value for clause, value in wanted.items() if value is not None}
        where = f" WHERE {' AND '.join(given)}" if given else ""
        rows = self._connections.database.conn.execute(
            "SELECT * FROM contributions" + where + " ORDER BY sequence DESC LIMIT ?",
            (*given.values(), limit + 1),
        ).fetchall()
        page = [Contribution.from_row(row) for row in rows[:limit]]
        return Page(page, page[-1].sequence if len(rows) > limit else None)
