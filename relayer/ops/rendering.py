"""Turns templates into pages: an environment of its own, so that a host's app stays as it is."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from flask import url_for
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from relayer import __version__
from relayer.clock import Clock
from relayer.ops.access.tokens import form_token, new_id
from relayer.ops.formats import gwei, money, seconds
from relayer.store.ops_users import Role

_ETHER: Final = 10**18
_STATIC: Final = Path(__file__).parent / "static" / "ops"


class Rendering:
    """Renders templates of the dashboard; safe to share between threads.

    Args:
        clock: tells what is how long ago.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._environment = Environment(
            loader=PackageLoader("relayer.ops"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            ago=self._ago, ether=ether, exact_time=exact_time, length=length, short=short
        )
        self._environment.filters.update(gwei=gwei, items=len, money=money, seconds=seconds)
        self._environment.globals.update(url=_url, file=_file, version=__version__, Role=Role)

    def render(self, template: str, **context: Any) -> str:
        """Return a page as text.

        Args:
            template: its name.
            context: what it is about; and ``browser_token``, of which form tokens are made.
        """
        token = context.pop("browser_token")
        made: Mapping[str, Any] = {
            "form_token": form_token(token),
            "new_key": new_id,
            "now": self._clock.now(),
        }
        return self._environment.get_template(template).render(**made, **context)

    def _ago(self, at: float) -> str:
        """How long ago a time is, or how far ahead, in one unit."""
        distance_s = self._clock.now() - at
        if abs(distance_s) < 1:
            return "now"
        return f"{length(distance_s)} ago" if distance_s > 0 else f"in {length(-distance_s)}"


def length(duration_s: float) -> str:
    """Return a length of time in its largest unit, as ``42 s`` or ``3 h``."""
    for unit, size_s in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if duration_s >= size_s * 2:
            return f"{math.floor(duration_s / size_s)} {unit}"
    return f"{math.floor(duration_s)} s"


def ether(amount_wei: int, digits: int = 6) -> str:
    """Return an amount of wei in ether, rounded towards zero; the exact one belongs beside it."""
    sign = "-" if amount_wei < 0 else ""
    whole, rest = divmod(abs(amount_wei), _ETHER)
    return f"{sign}{whole:,}.{str(rest).zfill(18)[:digits]}"


@lru_cache(maxsize=4_096)  # tables of plots share their times
def exact_time(at: float) -> str:
    """Return unix seconds as a time in UTC that machines read as well."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(text: str) -> str:
    """Return an address or a hash in a few characters: ``0x1234…abcd``."""
    return text if len(text) <= 14 else f"{text[:6]}…{text[-4:]}"


def _url(name: str, /, **values: Any) -> str:
    """The address of a page of the dashboard, by its name."""
    given = {key: value for key, value in values.items() if value is not None}
    return url_for(f".{name}", **given)


def _file(name: str) -> Markup:
    """The address of a file, which changes with what is in it."""
    return Markup(url_for(".static", filename=name, v=_version_of(name)))  # noqa: S704 - our own name


@cache
def _version_of(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
