"""The decks to choose from, and how much the machine of each has learnt."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sample_game.api.play import Play, play, plays

routes = Blueprint("hunch_decks", __name__)


@routes.get("/decks")
def decks() -> Response:
    """Tell which decks the house keeps a machine for; `mark` is null of one that knows nothing."""
    tables = [table for table in plays().tables.values() if table.house.trainer_address()]
    return jsonify({"first": plays().first, "decks": [_facts(table) for table in tables]})


@routes.get("/marks")
def marks() -> Response:
    """Tell how the machine of a deck has learnt, the earliest mark first, and how it is rated."""
    table = play(request.args.get("deck"))
    ratings = table.rounds.store.ratings.of_deck(table.rounds.deck.name)
    shown = [vars(mark) for mark in table.examiner.marks()]
    return jsonify({"marks": shown, "ratings": vars(ratings)})


def _facts(table: Play) -> dict[str, Any]:
    deck, mark = table.rounds.deck, table.examiner.latest()
    return {
        "name": deck.name,
        "title": deck.title,
        "word_count": len(deck.words),
        "mark": mark and vars(mark),
    }
