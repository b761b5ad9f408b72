"""Caps on what players can bring each other in a day, so that nobody farms with a second name.

One gives clues, the other finds the word: both earn. Friends and families play like that, and so do
two names of one person. So a pair, and all who were seen on one network, may bring each other so
many points a day; beyond, rounds go on and nothing is earned or confirmed by them.
"""

from typing import Final

from sample_game.fair_play.pace import SECONDS_PER_DAY, day_of
from sample_game.store import Exchange, GameStore, Round

#: Points of both together, per day (UTC).
PAIR_POINTS_A_DAY: Final = 30
NETWORK_POINTS_A_DAY: Final = 120
#: Two players count as of one network if both were seen on it within this time, in seconds.
SHARED_WITHIN_S: Final = 2 * SECONDS_PER_DAY


def may_exchange(store: GameStore, found: Round, author: str, points: int, now: float) -> bool:
    """Return whether a right guess brings something, and write the exchange down.

    Call it in the transaction that awards the points.

    Args:
        store: the game's memory.
        found: the round that was won.
        author: who gave its clues.
        points: of author and guesser together.
        now: unix seconds.
    """
    day, room = day_of(now), store.exchanges
    network = room.shared_network(author, found.player, now - SHARED_WITHIN_S)
    is_capped = room.points_of_pair(author, found.player, day) + points > PAIR_POINTS_A_DAY or (
        network is not None and room.points_of_network(network, day) + points > NETWORK_POINTS_A_DAY
    )
    brought = 0 if is_capped else points
    room.add(Exchange(found.id, author, found.player, network, day, brought, is_capped))
    return not is_capped
