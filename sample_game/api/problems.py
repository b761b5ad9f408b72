"""Answers with problem+json (RFC 9457) whatever the game or its framework refuses."""

from typing import Any, Final

from flask import Flask, Response, json, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.logs import ACCESS_FACTS
from sample_game.errors import ClueRefused, HouseError, PlayProblem, ProofOutOfDate, TooFast
from sample_game.page.routes import nothing_here
from sample_game.store import Exclusion

_NOT_FOUND: Final = 404
#: What the framework refuses by itself: code, and a sentence for the player.
_FRAMEWORK_PROBLEMS: Final = {
    404: ("not-found", "The game has nothing at this address. Reload the page."),
    405: ("method-not-allowed", "The game does not do that here. Reload the page."),
    413: ("body-too-large", "That was too much at once. Give fewer or shorter words."),
    500: ("internal-error", "The game made a mistake. Try again in a while."),
}


def answer_problems(app: Flask, prefix: str) -> None:
    """Answer with problem+json what goes wrong below a prefix, crashes included.

    People who open any other address that leads nowhere get a page of the game.

    A blueprint alone cannot: an address that no route matches belongs to no blueprint.
    """

    def framework_problem(error: HTTPException) -> WerkzeugResponse:
        if request.path.startswith(f"{prefix}/"):
            return _framework_problem(error)
        if error.code == _NOT_FOUND and "text/html" in request.headers.get("Accept", ""):
            return nothing_here()
        return error.get_response()

    app.register_error_handler(PlayProblem, _play_problem)
    app.register_error_handler(HTTPException, framework_problem)


def _play_problem(error: PlayProblem) -> tuple[Response, int]:
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
    if isinstance(error, ProofOutOfDate):
        problem["day"] = error.day
    if isinstance(error, HouseError):
        problem.update(status=error.http_status, code=error.house_code, retryable=error.may_retry)
        problem.update(reason=error.reason, until_at=error.until_at)
    request.environ[ACCESS_FACTS] = lambda: {"code": problem["code"]}
    response = jsonify(problem)
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.retry_after_s)
    response.mimetype = "application/problem+json"
    return response, problem["status"]


def exclusion_json(exclusion: Exclusion) -> dict[str, Any]:
    """Return why a player does not count, for the page; `until` is null: for good."""
    by, reason = exclusion.decided_by, exclusion.reason
    return {"by": by, "reason": reason, "until": exclusion.until_at}


def _framework_problem(error: HTTPException) -> WerkzeugResponse:
    response = error.get_response()
    status = response.status_code
    if status < 400:
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
    request.environ[ACCESS_FACTS] = lambda: {"code": code}
    headers = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else {}
    return Response(json.dumps(problem), status, headers, mimetype="application/problem+json")
