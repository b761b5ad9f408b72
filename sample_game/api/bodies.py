"""Reads what the page sent, and refuses what the game cannot read."""

from collections.abc import Mapping
from typing import Any

from flask import request

from relayer.client import SignedRequest
from sample_game.errors import MalformedRequest, WrongContentType
from sample_game.moderation import MAX_CLUES


def json_body() -> Mapping[str, Any]:
    """Return the JSON object of the request.

    Raises:
        WrongContentType: it is not declared as JSON.
        MalformedRequest: it is none.
    """
    if not request.is_json:
        raise WrongContentType("The request is not declared as JSON. Reload the page.")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise MalformedRequest("The request has no JSON object. Reload the page.")
    return body


def signed_in(body: Mapping[str, Any]) -> SignedRequest:
    """Return what a player signed.

    Raises:
        MalformedRequest: a part is missing.
    """
    message, chain_id = message_in(body), number_in(body, "chain_id")
    return SignedRequest(text_in(body, "id"), message, text_in(body, "signature"), chain_id)


def message_in(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object that somebody signed.

    Raises:
        MalformedRequest: it is missing, or something else.
    """
    message = body.get("message")
    if not isinstance(message, dict):
        raise MalformedRequest("message is the object that the player signed.")
    return message


def text_in(body: Mapping[str, Any], name: str) -> str:
    """Return a text.

    Raises:
        MalformedRequest: it is missing, or something else.
    """
    value = body.get(name)
    if not isinstance(value, str):
        raise MalformedRequest(f"{name} is missing or not a text. Reload the page.")
    return value


def number_in(body: Mapping[str, Any], name: str) -> int:
    """Return a whole number.

    Raises:
        MalformedRequest: it is missing, or something else.
    """
    value = body.get(name)
    if type(value) is not int:  # true is an int as well, but no number
        raise MalformedRequest(f"{name} is missing or not a whole number. Reload the page.")
    return value


def truth_in(body: Mapping[str, Any], name: str) -> bool:
    """Return true or false.

    Raises:
        MalformedRequest: it is missing, or something else.
    """
    value = body.get(name)
    if not isinstance(value, bool):
        raise MalformedRequest(f"{name} is missing or neither true nor false. Reload the page.")
    return value


def texts_in(body: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of texts, cut off one after the most clues that a round takes.

    Raises:
        MalformedRequest: it is missing, or something else.
    """
    values = body.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise MalformedRequest(f"{name} is missing or not a list of texts. Reload the page.")
    return values[: MAX_CLUES + 1]
