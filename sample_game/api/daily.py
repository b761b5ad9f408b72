"""The puzzle of the day."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, number_in, text_in
from sample_game.api.play import play
from sample_game.api.progress import progress_facts, puzzle_facts
from sample_game.rounds import checked_player
from sample_game.store import Puzzle

routes = Blueprint("hunch_daily", __name__)


@routes.get("/daily")
def today() -> Response:
    """Tell which puzzle is today's, and when it closes. It is of the first deck."""
    return jsonify(_facts(play().daily.today()))


@routes.post("/daily/plays")
def go_on() -> Response:
    """Deal the next word of a day's puzzle to a player, or tell the result; once for each word.

    `proof` is the player's signature of `Hunch: <player> plays <puzzle>.`
    """
    body = json_body()
    player, proof = text_in(body, "player"), text_in(body, "proof")
    puzzle = play().daily.find(number_in(body, "day"))
    progress = play(puzzle.deck).puzzles.go_on(puzzle, player, proof)
    streak = vars(play().daily.streak(checked_player(player)))
    return jsonify({**_facts(puzzle), **progress_facts(progress), "streak": streak})


def _facts(puzzle: Puzzle) -> dict[str, Any]:
    number = play().daily.number_of(puzzle)
    late_s = puzzle.ends_at - puzzle.closes_at
    return {**puzzle_facts(puzzle), "day": puzzle.day, "number": number, "late_s": late_s}
