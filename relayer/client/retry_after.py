"""What an answer says about when to ask again: ``Retry-After`` (RFC 9110), or the problem's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final

_SECONDS: Final = re.compile(r"[0-9]{1,9}")


def retry_after_s(headers: Mapping[str, str], problem: Mapping[str, Any], now: float) -> float:
    """Return how long to wait before asking again, in seconds; 0 when nothing sensible is said.

    Args:
        headers: of the answer; a number of seconds or a date.
        problem: the JSON object of the answer; ``retry_after_s`` says the same where a proxy took
            the header away.
        now: unix seconds.
    """
    text = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    if text:
        return _until(text, now)
    told = problem.get("retry_after_s")
    return float(told) if isinstance(told, int | float) and 0 <= told < 1e9 else 0.0


def _until(date: str, now: float) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return 0.0
    # HTTP dates are in UTC; one that does not say so is read alike.
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now)
