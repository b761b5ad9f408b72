"""Numbers in words, beside those that every page has; whole numbers stay whole."""

from __future__ import annotations

from typing import Final

_ETHER: Final = 10**18
_GWEI: Final = 10**9
_MEGA: Final = 10**6
#: Below it an amount is told in gwei.
_SMALL_WEI: Final = 10**14
#: Below it parts of a second are told.
_SHORT_S: Final = 10.0
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("min", 60))


def gwei(amount_wei: int) -> str:
    """Return an amount of wei in gwei, exactly."""
    whole, rest = divmod(amount_wei, _GWEI)
    digits = f"{rest:09d}".rstrip("0")
    return f"{whole:,}.{digits}" if digits else f"{whole:,}"


def money(amount_wei: int) -> str:
    """Return an amount in the largest unit in which its digits can be seen, rounded down."""
    if abs(amount_wei) >= _SMALL_WEI:
        sign, whole, rest = "-" * (amount_wei < 0), *divmod(abs(amount_wei), _ETHER)
        return f"{sign}{whole:,}.{str(rest).zfill(18)[:6]} ether"
    if abs(amount_wei) >= _GWEI:
        return f"{gwei(abs(amount_wei) // _MEGA * _MEGA * (-1 if amount_wei < 0 else 1))} gwei"
    return f"{amount_wei} wei"


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
