"""What the page needs before it can play: terms to sign, and the machine."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as WerkzeugResponse

from sample_game.api.play import play
from sample_game.moderation import MAX_CLUES, MIN_CLUES

routes = Blueprint("hunch_setup", __name__)


@routes.get("/setup")
def setup() -> Response:
    """Tell the page what to sign in a deck, for whom, and how long the house may take."""
    terms = play(request.args.get("deck")).house.signing_terms()
    return jsonify(
        {**terms, "clues": {"least": MIN_CLUES, "most": MAX_CLUES}},
    )


@routes.get("/model")
def model() -> WerkzeugResponse:
    """Hand out a deck's model, which the page guesses with; 304 when the page has it already."""
    table = play(request.args.get("deck"))
    snapshot = table.house.model()
    table.examiner.look()
    response = Response(snapshot.body, mimetype="application/json")
    response.set_etag(snapshot.etag)
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)
