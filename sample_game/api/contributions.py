"""What became of contributions."""

from flask import Blueprint, Response, jsonify

from sample_game.api.play import play

routes = Blueprint("hunch_contributions", __name__)


@routes.get("/contributions/<contribution_id>")
def contribution(contribution_id: str) -> Response:
    """Tell what became of a contribution."""
    return jsonify(play().house.status(contribution_id))
