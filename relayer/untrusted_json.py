"""JSON that strangers wrote: answers of services, bodies of requests, files from elsewhere."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json


def read_json(text: bytes | str, *, allow_inf_nan: bool = True) -> Any:
    """Return a JSON value, of a few hundred levels at most.

    Not `json`: it follows nested brackets into a stack overflow, which ends the process where a
    library has raised Python's limit of recursion (eth-account brings one that does).

    Args:
        text: UTF-8.
        allow_inf_nan: whether numbers may be ``NaN`` and ``Infinity``.

    Raises:
        ValueError: it is no JSON, or nested too deep.
    """
    return from_json(text, allow_inf_nan=allow_inf_nan)
