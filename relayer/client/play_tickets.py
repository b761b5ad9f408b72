"""Play tickets: how a game vouches for what its players send to the relayer themselves."""

from __future__ import annotations

import time
from collections.abc import Callable

from relayer.client.errors import RelayerClientError
from relayer.limits.tickets import issue

#: How long a ticket is good when nothing else is said.
DEFAULT_LIFE_S = 3_600


def issue_play_ticket(
    key: str,
    round_id: str,
    *,
    player: str | None = None,
    uses: int = 1,
    life_s: int = DEFAULT_LIFE_S,
    now: Callable[[], float] = time.time,
) -> str:
    """Return a ticket for one round; the game's server hands it to the player's device.

    No request is made: the relayer checks the ticket when it comes back with a submission. Uses
    are counted for key, round and player: a second ticket for the same is no second use.

    ::

        ticket = issue_play_ticket(key, round.id, player=address)

    Args:
        key: the game's key, as `relayer keys create` printed it. It never leaves the server.
        round_id: what the game knows the round by, 1 to 100 characters.
        player: address of the one player whom it is for; None: whoever holds it.
        uses: how many submissions it is good for, 1 to 1000.
        life_s: for how long; a relayer takes tickets for a day at most unless it says otherwise.
        now: tells the time; for tests.

    Raises:
        RelayerClientError: the key or another value is none.
    """
    try:
        return issue(key, round_id, expires_at=int(now()) + life_s, player=player, uses=uses)
    except ValueError as error:
        raise RelayerClientError(f"no ticket can be issued: {error}") from error
