"""Numbers in words, beside those that every page has; whole numbers stay whole."""

from __future__ import annotations

from typing import Final

_GWEI: Final = 10**9
#: Below it parts of a second are told.
_SHORT_S: Final = 10.0
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("min", 60))


def gwei(amount_wei: int) -> str:
    """Return an amount of wei in gwei, exactly."""
    whole, rest = divmod(amount_wei, _GWEI)
    digits = f"{rest:09d}".rstrip("0")
    return f"{whole:,}.{digits}" if digits else f"{whole:,}"


def seconds(duration_s: float) -> str:
    """Return a length of time: ``0.31 s``, ``42 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if duration_s < _SHORT_S:
        return f"{duration_s:.2f} s"
    left = int(duration_s)
    parts: list[str] = []
    for unit, size_s in _UNITS:
        count, left = divmod(left, size_s)
        if count or parts:
            parts.append(f"{count} {unit}")
    parts.append(f"{left} s")
    return " ".join(part for part in parts[:2] if not part.startswith("0 "))
