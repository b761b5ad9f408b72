"""Clues to play with while the game cannot be reached: no points, and nothing is sent.

They ship with the page, so they are the clues of the decks' exams, which no round is dealt from.
"""

import json
from collections.abc import Mapping

from sample_game.decks import Deck


def practice_clues(decks: Mapping[str, Deck]) -> str:
    """Return the clues by word, for each deck, as JSON."""
    clues = {name: deck.exam for name, deck in decks.items()}
    return json.dumps(clues, ensure_ascii=False, separators=(",", ":"))
