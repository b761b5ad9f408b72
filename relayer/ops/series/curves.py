"""What a plot is: curves over common times, with a table that says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Value = int | float | None

_WEI_DIGITS: Final = 18
_GWEI_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Unit:
    """How values are told.

    Args:
        name: what stands at the axis.
        show: a value as text of digits, which a page may draw as well.
    """

    name: str
    show: Callable[[int | float], str]


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve of a plot."""

    label: str
    values: Sequence[Value]  #: one for each time; None: unknown
    unit: Unit
    style: str = "line"  #: line, step, or dashes for what is expected


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves over common times."""

    name: str  #: as an id of the page
    title: str
    note: str  #: what it shows, in one sentence
    times: Sequence[int]  #: where each step begins, unix seconds
    curves: Sequence[Curve]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known at all."""
        return all(value is None for curve in self.curves for value in curve.values)


def _decimal(value: int, digits: int, shown: int) -> str:
    """A whole number of small units in large ones, without ever being a float."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**digits)
    return f"{sign}{whole}.{str(rest).zfill(digits)[:shown]}"


def _wei_as_ether(value: int | float) -> str:
    return _decimal(int(value), _WEI_DIGITS, 9)


def _gwei_as_ether(value: int | float) -> str:
    return _decimal(int(value), _GWEI_DIGITS, 9)


def _wei_as_gwei(value: int | float) -> str:
    return _decimal(int(value), _GWEI_DIGITS, 4)


def _seconds(value: int | float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.0f}"


def _tenths(value: int | float) -> str:
    return f"{value:.1f}"


def _whole(value: int | float) -> str:
    return str(int(value))


ETHER_OF_WEI: Final = Unit("ether", _wei_as_ether)
ETHER_OF_GWEI: Final = Unit("ether", _gwei_as_ether)
GWEI_OF_WEI: Final = Unit("gwei", _wei_as_gwei)
SECONDS: Final = Unit("s", _seconds)
PERCENT: Final = Unit("%", _tenths)
COUNT: Final = Unit("count", _whole)
GAS: Final = Unit("gas", _whole)
