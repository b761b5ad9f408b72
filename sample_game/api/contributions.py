"""What became of contributions, and where the house tells it."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sample_game.api.play import play, plays
from sample_game.errors import UnknownContribution
from sample_game.house import News

routes = Blueprint("hunch_contributions", __name__)


@routes.get("/contributions/<contribution_id>")
def contribution(contribution_id: str) -> Response:
    """Tell what became of a contribution, as far as the house has told the game."""
    news = play().rounds.store.contributions.get(contribution_id)
    if news is None:
        raise UnknownContribution("The game knows no such clues.")
    return jsonify(contribution_json(news))


@routes.post("/house-news")
def house_news() -> tuple[str, int]:
    """Take in what the house tells: a webhook, signed with the game's own secret."""
    plays().news.take(dict(request.headers), request.get_data())
    return "", 204


def contribution_json(news: News) -> dict[str, Any]:
    """Return how a contribution stands, for the page."""
    settlement = {"outcome": news.outcome} if news.outcome else None
    facts = {"id": news.id, "status": news.status, "reason": news.reason}
    return {**facts, "settlement": settlement, "transaction_hash": news.transaction_hash}
