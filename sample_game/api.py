"""The routes that the page calls. All errors are problem+json in words for players."""

from collections.abc import Mapping
from typing import Any, Final, cast

from flask import Blueprint, Flask, Response, current_app, json, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from sample_game.clue_rounds import ClueRounds, SignedClues
from sample_game.confirmations import Confirmations
from sample_game.errors import (
    ClueRefused,
    HouseError,
    MalformedRequest,
    PlayProblem,
    WrongContentType,
)
from sample_game.guess_rounds import GuessRounds
from sample_game.house import House, SignedMessage
from sample_game.moderation import MAX_CLUES, MIN_CLUES
from sample_game.rounds import IssuedRound, Rounds, checked_player

EXTENSION = "hunch"

#: What the framework refuses by itself: code, and a sentence for the player.
_FRAMEWORK_PROBLEMS: Final = {
    404: ("not-found", "The game has nothing at this address. Reload the page."),
    405: ("method-not-allowed", "The game does not do that here. Reload the page."),
    413: ("body-too-large", "That was too much at once. Give fewer or shorter words."),
    500: ("internal-error", "The game made a mistake. Try again in a while."),
}

api = Blueprint("hunch_api", __name__, url_prefix="/api")


class Play:
    """What the routes work with; one for each app."""

    def __init__(self, rounds: Rounds, house: House):
        self.rounds = rounds
        self.house = house
        self.guesses = GuessRounds(rounds)
        self.clues = ClueRounds(rounds, house)
        self.confirmations = Confirmations(rounds, house)


def _play() -> Play:
    return cast(Play, current_app.extensions[EXTENSION])


@api.get("/setup")
def setup() -> Response:
    """Tell the page what to sign, for whom, and how long the house may take."""
    terms = _play().house.signing_terms()
    return jsonify(
        {**terms, "clues": {"least": MIN_CLUES, "most": MAX_CLUES}},
    )


@api.get("/model")
def model() -> WerkzeugResponse:
    """Hand out the model that the page guesses with; 304 when the page has it already."""
    snapshot = _play().house.model()
    response = Response(snapshot.body, mimetype="application/json")
    response.set_etag(snapshot.etag)
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


@api.post("/rounds")
def start_round() -> tuple[Response, int]:
    """Issue a round."""
    body = _body()
    kind, player = _text(body, "kind"), _text(body, "player")
    if kind == "clue":
        issued = _play().rounds.start_clue_round(player)
        word = _play().rounds.word(issued.round)
        return jsonify({**_round(issued), "word": word, "label": issued.round.label}), 201
    if kind == "guess":
        issued = _play().rounds.start_guess_round(player)
        given_by = "player" if issued.round.clue_set_id is not None else "house"
        shown = issued.clues[: issued.round.clues_seen]
        facts = {"clues": shown, "clue_count": len(issued.clues), "given_by": given_by}
        return jsonify({**_round(issued), **facts}), 201
    raise MalformedRequest("kind is 'clue' or 'guess'.")


@api.post("/guesses")
def guess() -> Response:
    """Judge a guess; an empty one asks for the next clue; `give_up` ends the round."""
    body = _body()
    token = _text(body, "token")
    if body.get("give_up") is True:
        result = _play().guesses.give_up(token)
    else:
        result = _play().guesses.guess(token, _text(body, "guess"))
    return jsonify(
        {
            "outcome": result.outcome,
            "clues": result.clues,
            "clue_count": result.clue_count,
            "answer": result.answer,
            "points": result.points,
            "confirms_a_player": result.confirms_a_player,
            "contribution_number": _play().confirmations.number_for(token)
            if result.confirms_a_player
            else None,
        }
    )


@api.post("/clue-checks")
def check_clue() -> Response:
    """Tell at once whether a clue would be taken."""
    body = _body()
    refusal = _play().clues.check(_text(body, "token"), _text(body, "clue"), _texts(body, "others"))
    if refusal is None:
        return jsonify({"fine": True})
    return jsonify({"fine": False, "reason": refusal.reason, "detail": refusal.detail})


@api.post("/clues")
def give_clues() -> tuple[Response, int]:
    """Take signed clues and hand them to the house."""
    body = _body()
    given = _signed(body)
    signed = SignedClues(given.id, given.message, given.signature, given.chain_id)
    result = _play().clues.submit(_text(body, "token"), _texts(body, "clues"), signed)
    return jsonify({"contribution": result.contribution, "points": result.points}), 202


@api.post("/validations")
def validate() -> tuple[Response, int]:
    """Take the signed validation of a right guess and hand it to the house."""
    body = _body()
    validation = _play().confirmations.submit(_text(body, "token"), _signed(body))
    return jsonify({"validation": validation}), 202


@api.get("/contributions/<contribution_id>")
def contribution(contribution_id: str) -> Response:
    """Tell what became of a contribution."""
    return jsonify(_play().house.status(contribution_id))


@api.get("/players/<player>")
def standing(player: str) -> Response:
    """Tell a player's points: the game's own, and those on the record if the house answers."""
    player = checked_player(player)
    try:
        record = _play().house.standing(player)
    except HouseError:
        record = None
    return jsonify({"score": _play().rounds.store.score(player), "record": record})


@api.errorhandler(PlayProblem)
def play_problem(error: PlayProblem) -> tuple[Response, int]:
    """Answer a broken rule with problem+json."""
    problem: dict[str, Any] = {
        "type": f"about:blank#{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": str(error),
        "code": error.code,
        "retryable": error.retryable,
    }
    if isinstance(error, ClueRefused):
        problem["refusals"] = [vars(refusal) for refusal in error.refusals]
    if isinstance(error, HouseError):
        problem.update(status=error.http_status, code=error.house_code, retryable=error.may_retry)
    response = jsonify(problem)
    response.mimetype = "application/problem+json"
    return response, problem["status"]


def answer_framework_errors(app: Flask) -> None:
    """Answer with problem+json whatever the framework refuses below `/api/`, crashes included.

    The blueprint alone cannot: an address that no route matches belongs to no blueprint.
    """
    app.register_error_handler(HTTPException, _framework_problem)


def _framework_problem(error: HTTPException) -> WerkzeugResponse:
    response = error.get_response()
    status = response.status_code
    if status < 400 or not request.path.startswith(f"{api.url_prefix}/"):
        return response
    unnamed = ("bad-request", "The game did not understand the page. Reload it.")
    code, detail = _FRAMEWORK_PROBLEMS.get(status, unnamed)
    problem = {
        "type": f"about:blank#{code}",
        "title": error.name,
        "status": status,
        "detail": detail,
        "code": code,
        "retryable": status >= 500,
    }
    headers = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else {}
    return Response(json.dumps(problem), status, headers, mimetype="application/problem+json")


def _round(issued: IssuedRound) -> dict[str, Any]:
    return {
        "token": issued.token,
        "kind": issued.round.kind,
        "expires_at": issued.round.expires_at,
    }


def _body() -> Mapping[str, Any]:
    if not request.is_json:
        raise WrongContentType("The request is not declared as JSON. Reload the page.")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise MalformedRequest("The request has no JSON object. Reload the page.")
    return body


def _signed(body: Mapping[str, Any]) -> SignedMessage:
    message = body.get("message")
    if not isinstance(message, dict):
        raise MalformedRequest("message is the object that the player signed.")
    chain_id = body.get("chain_id")
    if type(chain_id) is not int:  # true is an int as well, but no chain
        raise MalformedRequest("chain_id is missing or not a number. Reload the page.")
    return SignedMessage(_text(body, "id"), message, _text(body, "signature"), chain_id)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise MalformedRequest(f"{name} is missing or not a text. Reload the page.")
    return value


def _texts(body: Mapping[str, Any], name: str) -> list[str]:
    values = body.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise MalformedRequest(f"{name} is missing or not a list of texts. Reload the page.")
    return values[: MAX_CLUES + 1]
