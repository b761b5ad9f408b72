"""Who asks: the player that a request names, once it has proven to be that player."""

from collections.abc import Mapping
from typing import Any

from sample_game.api.bodies import number_in, text_in
from sample_game.api.play import play
from sample_game.puzzles.proofs import require_proof_of_day
from sample_game.rounds import checked_player


def proven_player(body: Mapping[str, Any]) -> str:
    """Return the address, in lower case, of the player that a body names.

    `proof` is the player's signature of `Hunch: <player> plays rounds-<proof_day>.`; it is good for
    all rounds of that day.

    Raises:
        MalformedRequest: a part is missing.
        ProofOutOfDate, NotYourKey: see `require_proof_of_day`.
    """
    player = checked_player(text_in(body, "player"))
    now = play().rounds.clock.now()
    require_proof_of_day(player, number_in(body, "proof_day"), text_in(body, "proof"), now)
    return player
