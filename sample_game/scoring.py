"""What a round is worth in the game's own points."""

from typing import Final

from sample_game.store import Round

#: For clues that the house took.
CLUES_ACCEPTED: Final = 1
#: For every other player who found the word from your clues.
CLUES_UNDERSTOOD: Final = 2


def points_for_right_guess(clue_count: int, clues_seen: int) -> int:
    """Return the points of a right guess: the fewer clues were seen, the more.

    One point after the last clue, and one more for each clue that was not needed.
    """
    return 1 + clue_count - clues_seen


def reason_for_right_guess(found: Round) -> str:
    """Return under which reason a right guess is written down: where it was made."""
    if found.puzzle_id is None:
        return "right-guess"
    kind, _, _ = found.puzzle_id.partition("-")
    return f"{kind}-guess"
