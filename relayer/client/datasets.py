"""Reads a dataset page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from relayer.client.errors import UnexpectedAnswerError
from relayer.client.transport import Transport
from relayer.untrusted_json import read_json


def dataset(transport: Transport, address: str) -> Iterator[dict[str, Any]]:
    """Return a trainer's dataset, one object for each line, all as of one block.

    Args:
        transport: to the relayer.
        address: the trainer's.

    Raises:
        TransportError: no answer came back after several tries.
        ApiError: the relayer refused.
        UnexpectedAnswerError: an answer does not consist of JSON objects.
    """
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = transport.answer("GET", f"/v1/datasets/{address}", params=cursor)
        yield from map(_object, page.content.splitlines())
        cursor = _next(page)


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = read_json(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise UnexpectedAnswerError(
            "A page of the dataset holds a line that is no JSON object. Check that the URL is the "
            "relayer's."
        )
    return value


def _next(page: requests.Response) -> dict[str, str] | None:
    """What the Link to the next page asks for; None: there is none."""
    url = page.links.get("next", {}).get("url")
    if url is None:
        return None
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
