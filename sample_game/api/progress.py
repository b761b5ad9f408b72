"""What the page is told about a puzzle that is being played, daily or duel."""

from typing import Any

from sample_game.api.play import play
from sample_game.api.rounds import guess_round
from sample_game.puzzles.playing import Progress, Result
from sample_game.store import Puzzle


def puzzle_facts(puzzle: Puzzle) -> dict[str, Any]:
    """Return what everybody may know; `now` lets the page count down by the server's clock."""
    return {
        "puzzle": puzzle.id,
        "deck": puzzle.deck,
        "word_count": len(puzzle.words),
        "closes_at": puzzle.closes_at,
        "now": int(play().rounds.clock.now()),
    }


def progress_facts(progress: Progress) -> dict[str, Any]:
    """Return the round to play now, or None, and the result so far."""
    issued = progress.issued
    playing = issued and {
        **guess_round(issued),
        "position": progress.position,
        "tries": progress.tries,
    }
    return {"round": playing, "result": result_facts(progress.result)}


def result_facts(result: Result) -> dict[str, Any]:
    """Return a result word by word, and its sums."""
    return {
        "is_complete": result.is_complete,
        "found": result.found,
        "points": result.points,
        "words": [vars(word) for word in result.words],
    }
