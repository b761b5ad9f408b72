"""Names for players who have none: an adjective and an animal, always the same for an address."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parents[1] / "words" / "nicknames.json"


def nickname_of(player: str) -> str:
    """Return a player's name, such as `brave otter`. Two players may have the same one.

    Args:
        player: an address in any spelling.
    """
    drawn = int.from_bytes(hashlib.sha256(player.lower().encode()).digest()[:8])
    adjectives, animals = _words()
    drawn, at = divmod(drawn, len(adjectives))
    return f"{adjectives[at]} {animals[drawn % len(animals)]}"


@cache
def _words() -> tuple[list[str], list[str]]:
    words = json.loads(_FILE.read_text(encoding="utf-8"))
    return words["adjectives"], words["animals"]
