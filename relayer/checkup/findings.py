"""What a check says: how it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Colour(StrEnum):
    """How much a finding matters."""

    GREEN = "green"  #: as it should be
    YELLOW = "yellow"  #: works, and may not be what the operator wants
    RED = "red"  #: does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    check: str
    colour: Colour
    detail: str
    remedy: str = ""  #: empty when all is well

    def as_json(self) -> dict[str, str]:
        """Return it for other programs."""
        return {
            "check": self.check,
            "colour": self.colour.value,
            "detail": self.detail,
            "remedy": self.remedy,
        }


def green(check: str, detail: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(check, Colour.GREEN, detail)


def yellow(check: str, detail: str, remedy: str) -> Finding:
    """Return a finding that the operator should know of."""
    return Finding(check, Colour.YELLOW, detail, remedy)


def red(check: str, detail: str, remedy: str) -> Finding:
    """Return a finding that has to be mended."""
    return Finding(check, Colour.RED, detail, remedy)


def red_error(check: str, error: Exception, remedy: str = "") -> Finding:
    """Return a finding from an error, whose message names cause and remedy itself."""
    cause, _, told = str(error).partition("; ")
    return red(check, cause, remedy or told or "correct it, then look again")
