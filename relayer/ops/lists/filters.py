"""What the address of a page asks for: strict, so that no mistake passes for an empty list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from eth_utils.address import to_checksum_address
from werkzeug.datastructures import MultiDict

from relayer.errors import RelayerError
from relayer.refusals import SchemaViolation

#: Longest text that is read.
MOST_LENGTH: Final = 200
#: The parameter that tells where a page begins.
PLACE: Final = "from"

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_DIGITS: Final = re.compile(r"[0-9]{1,15}")
_SLUG: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Where a page begins: a key, an address, or a time and a key.
_PLACE: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?|0x[0-9a-fA-F]{40}")
#: The year 9999, the last that a date can be of.
_MOST_AT: Final = 253_402_300_799


class FilterError(RelayerError):
    """A text is no value of its filter; the message says what is wanted."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that a list can be narrowed by.

    Attributes:
        name: of the parameter.
        label: what people read beside its field.
        read: makes a value of a text; raises FilterError.
        choices: the only texts that it takes; empty: any that `read` takes.
        kind: of the field: ``text``, ``choice`` or ``datetime-local``.
    """

    name: str
    label: str
    read: Callable[[str], Any]
    choices: Sequence[str] = ()
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for, read and as it was written."""

    values: Mapping[str, Any]  #: of the filters that were given, by name
    texts: Mapping[str, str]  #: the same as in the address
    place: str | None  #: where the page begins


def read_query(
    arguments: MultiDict[str, str], filters: Sequence[Filter], *, takes_place: bool = True
) -> Query:
    """Read the parameters of an address.

    Raises:
        SchemaViolation: one is unknown, given twice, or no value of its filter.
    """
    known = {each.name: each for each in filters}
    allowed = {*known, PLACE} if takes_place else set(known)
    texts = {name: _single(arguments, name, allowed) for name in arguments}
    given = {name: text for name, text in texts.items() if text}
    place = given.pop(PLACE, None)
    if place is not None and not _PLACE.fullmatch(place):
        raise misplaced()
    values = {name: _value(known[name], text) for name, text in given.items()}
    return Query(values, given, place)


def misplaced() -> SchemaViolation:
    """Return the refusal of a place that is none of the list, or one of another list."""
    return _fault(PLACE, "is no place in this list; leave it out to begin with the first page")


def _single(arguments: MultiDict[str, str], name: str, allowed: set[str]) -> str:
    if name not in allowed:
        raise _fault(name, f"is unknown; use one of: {', '.join(sorted(allowed))}")
    texts = arguments.getlist(name)
    if len(texts) > 1:
        raise _fault(name, "is given more than once")
    text = texts[0].strip()
    if len(text) > MOST_LENGTH or not text.isprintable():
        raise _fault(name, f"must be a printable text of at most {MOST_LENGTH} characters")
    return text


def _value(wanted: Filter, text: str) -> Any:
    if wanted.choices and text not in wanted.choices:
        raise _fault(wanted.name, f"must be one of: {', '.join(wanted.choices)}")
    try:
        return wanted.read(text)
    except FilterError as error:
        raise _fault(wanted.name, str(error)) from None


def _fault(name: str, fault: str) -> SchemaViolation:
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[:50])
    return SchemaViolation(f"{shown!r} {fault}.", errors=((f"?{shown}", fault),))


def choice(name: str, label: str, kinds: type[StrEnum] | Sequence[str]) -> Filter:
    """Return a filter that takes one of a few words."""
    return Filter(name, label, str, tuple(str(each) for each in kinds), "choice")


def moment(name: str, label: str) -> Filter:
    """Return a filter that takes a time in UTC."""
    return Filter(name, label, read_moment, kind="datetime-local")


def read_address(text: str) -> str:
    """Take an address in any spelling; return it with its checksum."""
    if not _ADDRESS.fullmatch(text):
        raise FilterError("must be an address: 0x and 40 hexadecimal digits")
    return str(to_checksum_address(text))


def read_number(text: str) -> int:
    """Take a whole number."""
    if not _DIGITS.fullmatch(text):
        raise FilterError("must be a whole number of at most 15 digits")
    return int(text)


def read_slug(text: str) -> str:
    """Take the name of a reason, a game or a request."""
    if not _SLUG.fullmatch(text):
        raise FilterError("must be letters, digits, dots, dashes and underscores, at most 64")
    return text


def read_moment(text: str) -> float:
    """Take unix seconds, or a date with or without a time, in UTC."""
    if _DIGITS.fullmatch(text) and int(text) <= _MOST_AT:
        return float(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise FilterError("must be unix seconds, or a time as 2026-11-30T08:15 in UTC") from None
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp()
