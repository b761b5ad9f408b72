"""What a relayer must deploy so that Hunch can be played: a model for each deck."""

import json
from collections.abc import Mapping

from sample_game.decks import Deck, first_of


def trainers_toml(decks: Mapping[str, Deck], first: str, mechanism: str = "") -> str:
    """Return the part of a deploy plan that says which trainers there shall be.

    Args:
        decks: all decks by name; each becomes a trainer whose labels are its words.
        first: the deck that is played by those who have chosen none; it comes first.
        mechanism: lines of TOML for the mechanism of each; empty: the usual one.

    Raises:
        DeckError: there is no deck of that name.
    """
    rest = [deck for name, deck in decks.items() if name != first]
    in_order = [("Hunch", first_of(decks, first)), *((f"Hunch {deck.name}", deck) for deck in rest)]
    return "\n".join(_trainer(name, deck, mechanism) for name, deck in in_order)


def _trainer(name: str, deck: Deck, mechanism: str) -> str:
    rules = f"\n[trainers.mechanism]\n{mechanism}" if mechanism else ""
    return f"""\
[[trainers]]
name = "{name}"
labels = {json.dumps(deck.words)}
classifier = {{ kind = "naive-bayes" }}
{rules}"""
