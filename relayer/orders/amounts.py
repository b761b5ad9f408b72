"""Amounts of wei in words, exact and in the unit that reads best."""

from __future__ import annotations

_GWEI, _ETHER = 10**9, 10**18
#: From a hundred-thousandth of an ether on, ethers read better.
_LEAST_ETHER = 10**13


def in_words(amount_wei: int) -> str:
    """An amount with its unit, as `0.02 ether`, `1.5 gwei` or `12 wei`; nothing is rounded."""
    size_wei = abs(amount_wei)
    if size_wei >= _LEAST_ETHER:
        return f"{_plain(amount_wei, _ETHER)} ether"
    if size_wei >= _GWEI // 1_000:
        return f"{_plain(amount_wei, _GWEI)} gwei"
    return f"{amount_wei} wei"


def _plain(amount_wei: int, unit_wei: int) -> str:
    whole, part = divmod(abs(amount_wei), unit_wei)
    sign = "-" if amount_wei < 0 else ""
    digits = len(str(unit_wei)) - 1
    return f"{sign}{whole}.{part:0{digits}d}".rstrip("0").rstrip(".")
