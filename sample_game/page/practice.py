"""Clues to play with while the game cannot be reached: no points, and nothing is sent.

They ship with the page, and are the house's own, which lie open in the repository as well. The
clues of the exams stay out: what players have read would soon be what they write.
"""

import json
from collections.abc import Mapping

from sample_game.decks import Deck


def practice_clues(decks: Mapping[str, Deck]) -> str:
    """Return the clues by word, for each deck, as JSON."""
    clues = {name: deck.seed_clues for name, deck in decks.items()}
    return json.dumps(clues, ensure_ascii=False, separators=(",", ":"))
