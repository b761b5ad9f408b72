"""What players think of the machine's guesses."""

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, text_in, truth_in
from sample_game.api.play import plays

routes = Blueprint("hunch_ratings", __name__)


@routes.post("/ratings")
def rate() -> Response:
    """Take one answer for a round, and tell what all of its deck add up to."""
    body = json_body()
    is_good = truth_in(body, "is_good")
    found = plays().round_of(text_in(body, "token"))
    rounds = plays().of_deck(None).rounds
    rounds.store.ratings.put(found.id, found.deck, is_good=is_good, now=int(rounds.clock.now()))
    return jsonify(vars(rounds.store.ratings.of_deck(found.deck)))
