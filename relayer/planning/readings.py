"""How people write amounts, prices, shares and lengths of time: exact, in both directions."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

from relayer.errors import RelayerError

#: Longest length of time: what is wanted for longer has no end.
MOST_DAYS: Final = 3_650

#: Digits behind the point of each unit of money, the largest first.
_DIGITS: Final = {"ether": 18, "gwei": 9, "wei": 0}
_AMOUNT: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?\s*(wei|gwei|ether)")
_GWEI_PRICE: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_SHARE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(%?)")
_DURATION: Final = re.compile(r"([1-9][0-9]{0,8})([smhd])")
_UNITS_S: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WHOLE: Final = re.compile(r"[0-9]{1,18}")
_NUMBER: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")


class ReadingError(RelayerError):
    """A text is none of what was asked for; the message says what to write."""


def read_amount_wei(text: str) -> int:
    """Read a positive amount with its unit, such as `0.5ether`, `30gwei` or `1000wei`.

    Raises:
        ReadingError: it is none, or has fractions of a wei.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ReadingError(f"{text} is no amount; write it with its unit, as 0.5ether or 30gwei")
    amount_wei = _in_wei(match[1], match[2], _DIGITS[match[3]])
    if not amount_wei:
        raise ReadingError(f"{text} is not a positive whole number of wei")
    return amount_wei


def read_gwei_price_wei(text: str) -> int:
    """Read a price of gas in gwei, such as `12` or `0.01`; return it in wei.

    Raises:
        ReadingError: it is none, or has fractions of a wei.
    """
    match = _GWEI_PRICE.fullmatch(text)
    if match is None:
        raise ReadingError(f"{text} is no price from 0 on; write a number of gwei, as 12 or 0.01")
    price_wei = _in_wei(match[1], match[2], _DIGITS["gwei"])
    if price_wei is None:
        raise ReadingError(f"{text} gwei is not a whole number of wei")
    return price_wei


def read_share(text: str) -> float:
    """Read a share, as `3%` or `0.03`.

    Raises:
        ReadingError: it is none.
    """
    match = _SHARE.fullmatch(text)
    if match is None:
        raise ReadingError(f"{text} is no share from 0 on; write it as 3% or 0.03")
    return float(Decimal(match[1]) / (100 if match[2] else 1))


def read_percent(text: str) -> int:
    """Read a share; return it in whole percent.

    Raises:
        ReadingError: it is none.
    """
    return round(read_share(text) * 100)


def read_duration_s(text: str) -> int:
    """Read a length of time, as `90s`, `30m`, `12h` or `7d`; return it in seconds.

    Raises:
        ReadingError: it is none, or too long.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ReadingError(f"{text!r} is no length of time; write 90s, 30m, 12h or 7d")
    length_s = int(match[1]) * _UNITS_S[match[2]]
    if length_s > MOST_DAYS * _UNITS_S["d"]:
        raise ReadingError(f"{text!r} is longer than {MOST_DAYS}d")
    return length_s


def read_whole(text: str) -> int:
    """Read a whole number from 0 on.

    Raises:
        ReadingError: it is none.
    """
    if not _WHOLE.fullmatch(text):
        raise ReadingError(f"{text} is no whole number from 0 on; write it in digits, as 5000")
    return int(text)


def read_decimal(text: str) -> Decimal:
    """Read a number from 0 on, exactly.

    Raises:
        ReadingError: it is none.
    """
    if not _NUMBER.fullmatch(text):
        raise ReadingError(f"{text} is no number from 0 on; write it in digits, as 20 or 0.5")
    return Decimal(text)


def read_number(text: str) -> float:
    """Read a number from 0 on.

    Raises:
        ReadingError: it is none.
    """
    return float(read_decimal(text))


def show_amount(amount_wei: int) -> str:
    """Write an amount in the largest unit of which it is a thousandth at least."""
    for unit, digits in _DIGITS.items():
        if amount_wei >= 10**digits // 1_000:
            return f"{_in_unit(amount_wei, digits)}{unit}"
    return f"{amount_wei}wei"


def show_gwei_price(price_wei: int) -> str:
    """Write a price of gas in gwei."""
    return _in_unit(price_wei, _DIGITS["gwei"])


def show_share(share: float) -> str:
    """Write a share in percent."""
    return f"{show_number(Decimal(repr(share)) * 100)}%"


def show_percent(percent: int) -> str:
    """Write whole percent."""
    return f"{percent}%"


def show_duration(duration_s: int) -> str:
    """Write a length of time in the largest unit that it is a multiple of."""
    for unit, size_s in _UNITS_S.items():
        if duration_s % size_s == 0:
            return f"{duration_s // size_s}{unit}"
    raise AssertionError("seconds take any whole length")


def show_number(number: float | Decimal) -> str:
    """Write a number in digits, with as many as it has."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not math.isfinite(exact):
        return str(number)
    return f"{exact.normalize():f}"


def _in_wei(whole: str, rest: str | None, digits: int) -> int | None:
    """A decimal number of some unit in wei; None: it has fractions of a wei."""
    rest = (rest or "").rstrip("0")
    return int(whole + rest.ljust(digits, "0")) if len(rest) <= digits else None


def _in_unit(amount_wei: int, digits: int) -> str:
    whole, rest = divmod(amount_wei, 10**digits)
    behind = str(rest).zfill(digits).rstrip("0") if digits else ""
    return f"{whole}.{behind}" if behind else str(whole)
