"""Duels by link."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, text_in
from sample_game.api.play import play
from sample_game.api.progress import progress_facts, puzzle_facts, result_facts
from sample_game.api.proven import proven_player
from sample_game.puzzles.nicknames import nickname_of
from sample_game.puzzles.playing import Result

routes = Blueprint("hunch_duels", __name__)


@routes.post("/duels")
def start() -> tuple[Response, int]:
    """Start a duel of a deck (the first one when none is named). Its code is the way in.

    For `proof` see `proven`.
    """
    body = json_body()
    table = play(text_in(body, "deck") if "deck" in body else None)
    code = table.duels.start(proven_player(body))
    return jsonify({"code": code, **puzzle_facts(play().duels.find(code))}), 201


@routes.get("/duels/<code>")
def look(code: str) -> Response:
    """Tell that there is a duel, and until when it can be played."""
    return jsonify(puzzle_facts(play().duels.find(code)))


@routes.post("/duels/<code>/plays")
def go_on(code: str) -> Response:
    """Deal the next word of a duel to a player, or tell everybody's result; once for each word.

    `proof` is the player's signature of `Hunch: <player> plays <puzzle>.`
    """
    body = json_body()
    puzzle = play().duels.find(code)
    table = play(puzzle.deck)
    progress = table.puzzles.go_on(puzzle, text_in(body, "player"), text_in(body, "proof"))
    own = progress.result
    rows = [_row(result, own) for result in table.duels.table(puzzle, own)]
    return jsonify({**puzzle_facts(puzzle), **progress_facts(progress), "table": rows})


def _row(result: Result, own: Result) -> dict[str, Any]:
    words = [
        {"state": word.state, "clues_needed": word.clues_needed, "points": word.points}
        for word in result.words
    ]
    is_you = result.player == own.player
    name = nickname_of(result.player)
    return {**result_facts(result), "words": words, "name": name, "is_you": is_you}
