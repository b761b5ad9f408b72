"""What a verdict says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from relayer.ops.verdicts.names import VerdictLevel, VerdictName

_LENGTHS: Final = (("days", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class Remedy:
    """What mends it: an action of the dashboard, a page of it that shows the way, or both."""

    action: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)  #: of the action
    page: str | None = None  #: the page's name
    label: str = ""  #: of the way there
    filters: Mapping[str, str] = field(default_factory=dict)  #: of the page


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence about the house, and what to do about it."""

    name: VerdictName
    level: VerdictLevel
    sentence: str
    remedy: Remedy = Remedy()


def green(name: VerdictName, sentence: str) -> Verdict:
    """Return a verdict that all is well."""
    return Verdict(name, VerdictLevel.GREEN, sentence)


def amber(name: VerdictName, sentence: str, remedy: Remedy | None = None) -> Verdict:
    """Return a verdict about what should be looked at."""
    return Verdict(name, VerdictLevel.AMBER, sentence, remedy or Remedy())


def red(name: VerdictName, sentence: str, remedy: Remedy | None = None) -> Verdict:
    """Return a verdict about what has to be mended."""
    return Verdict(name, VerdictLevel.RED, sentence, remedy or Remedy())


def level_from(value: float, amber_from: float, red_from: float) -> VerdictLevel:
    """Return how bad a value is that had better be small."""
    if value >= red_from:
        return VerdictLevel.RED
    return VerdictLevel.AMBER if value >= amber_from else VerdictLevel.GREEN


def level_below(value: float, amber_below: float, red_below: float) -> VerdictLevel:
    """Return how bad a value is that had better be large."""
    if value < red_below:
        return VerdictLevel.RED
    return VerdictLevel.AMBER if value < amber_below else VerdictLevel.GREEN


def graded(
    name: VerdictName, level: VerdictLevel, sentence: str, remedy: Remedy | None = None
) -> Verdict:
    """Return a verdict whose remedy is told only where something is to be mended."""
    is_well = level is VerdictLevel.GREEN
    return Verdict(name, level, sentence, Remedy() if is_well else remedy or Remedy())


def in_words(duration_s: float) -> str:
    """Return a length of time as ``40 s``, ``12 min``, ``7 h`` or ``3 days``."""
    for unit, size_s in _LENGTHS:
        if duration_s >= 2 * size_s or unit == "s":
            return f"{int(duration_s // size_s)} {unit}"
    raise AssertionError("seconds take any length")


def ether(amount_wei: int) -> str:
    """Return an amount in ether, rounded down to six digits."""
    whole, rest = divmod(max(0, amount_wei), 10**18)
    return f"{whole:,}.{rest // 10**12:06d} ether"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
