"""From bytes to JSON values, within limits."""

from __future__ import annotations

from typing import Any

from relayer.refusals import JsonTooDeep, MalformedJson
from relayer.untrusted_json import read_json

#: Levels of arrays and objects; the deepest valid request has four.
MAX_DEPTH = 8


def parse_json(body: bytes) -> Any:
    """Return the JSON value in a request body.

    Raises:
        MalformedJson: the bytes are not JSON in UTF-8.
        JsonTooDeep: arrays and objects are nested more than `MAX_DEPTH` levels.
    """
    try:
        value = read_json(body, allow_inf_nan=False)
    except ValueError as error:
        if "recursion limit" in str(error):
            raise _too_deep() from error
        raise MalformedJson(
            f"The body is not valid JSON: {error}. Send one JSON object."
        ) from error
    # Most bodies open too few brackets to be too deep, wherever they close.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _is_deeper_than(value, MAX_DEPTH):
        raise _too_deep()
    return value


def _too_deep() -> JsonTooDeep:
    return JsonTooDeep(
        f"The JSON is nested more than {MAX_DEPTH} levels deep. Send it as the API describes it."
    )


def _is_deeper_than(value: Any, levels: int) -> bool:
    """Walk level by level, so that the check itself cannot run out of stack."""
    layer = [value]
    for _ in range(levels):
        layer = [child for parent in layer for child in _children(parent)]
        if not layer:
            return False
    return True


def _children(value: Any) -> Any:
    """The members that can hold members themselves."""
    if isinstance(value, dict):
        return [member for member in value.values() if isinstance(member, dict | list)]
    if isinstance(value, list):
        return [member for member in value if isinstance(member, dict | list)]
    return ()
