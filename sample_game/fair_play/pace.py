"""A minimal human tempo: answers that come sooner are noted, and nobody is stopped for them.

Whoever is fast now and then has guessed what the house dealt; whoever is fast all day is a program.
"""

from typing import Final

from sample_game.store import GameStore, Round

SECONDS_PER_DAY: Final = 86_400
#: Seconds in which nobody has read the first clue and typed a word, and for each further clue.
FASTEST_GUESS_S: Final = 1.0
FASTEST_FURTHER_CLUE_S: Final = 0.5
#: Seconds in which nobody has thought of a clue and typed it.
FASTEST_CLUE_S: Final = 1.0


def day_of(now: float) -> int:
    """Return the day of a time: days since 1970, UTC."""
    return int(now) // SECONDS_PER_DAY


def fastest_guess_s(clues_seen: int) -> float:
    """Return in how many seconds after its start nobody wins a round with so many clues."""
    return FASTEST_GUESS_S + FASTEST_FURTHER_CLUE_S * (clues_seen - 1)


def note_answer(store: GameStore, found: Round, fastest_s: float, now: float) -> None:
    """Count a round that brought something, and whether it was too fast for a person."""
    dealt_at = store.paces.dealt_at(found.id)
    is_fast = dealt_at is not None and now - dealt_at < fastest_s
    store.paces.answered(found.player, day_of(now), is_fast)
