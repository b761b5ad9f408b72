"""What others wrote for a word."""

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, text_in
from sample_game.api.play import play_of

routes = Blueprint("hunch_others", __name__)


@routes.post("/others")
def others() -> Response:
    """Tell the latest clues of others for the word of a round that is over.

    Posted, not fetched: tokens stay out of logs, and what was read is remembered.
    """
    token = text_in(json_body(), "token")
    shown = play_of(token).others.clues(token)
    return jsonify(
        {"others": [{"clues": each.clues, "accepted_at": each.accepted_at} for each in shown]}
    )
