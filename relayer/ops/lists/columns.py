"""What a list is made of: columns, and pages of lines. A line looks the same wherever it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from relayer.ops.lists.filters import misplaced

#: What stands in a cell: amounts of wei as decimal text, times as unix seconds.
Value = str | int | float | None
#: Values by the keys of the columns.
Line = Mapping[str, Value]


class Kind(StrEnum):
    """What a column holds, which tells how a page shows it and where it leads."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    STATUS = "status"
    WEI = "wei"
    GWEI = "gwei"
    ID = "id"  #: a long name that leads nowhere
    HASH = "hash"  #: of a transaction
    ADDRESS = "address"
    CONTRIBUTION = "contribution"
    BATCH = "batch"
    TRANSACTION = "transaction"
    PLAYER = "player"
    SIGNER = "signer"
    TRAINER = "trainer"
    WEBHOOK = "webhook"
    GAME = "game"  #: the id of its key
    ORDER = "order"  #: of an operator to the worker


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        key: its name in CSV and JSON.
        title: its heading on the page.
        kind: what it holds.
        is_shown: whether the page has room for it; the files have all.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a list, and where the next ones begin."""

    lines: Sequence[Line]
    next_place: str | None  #: None: nothing is left
    looked_at: int = 0  #: rows that were looked at; 0: not more than are shown


class Listing(Protocol):
    """A list with a filter, read page by page."""

    @property
    def name(self) -> str:
        """What is listed, as a file is called."""
        ...

    @property
    def columns(self) -> Sequence[Column]:
        """In order."""
        ...

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on; None begins with the first."""
        ...


def wei(amount_wei: int | None) -> str | None:
    """Return an amount of wei as decimal text: numbers of JSON and spreadsheets lose digits."""
    return None if amount_wei is None else str(amount_wei)


def place_of(before: int | None) -> str | None:
    """Return a key as a place in a list."""
    return None if before is None else str(before)


def key_of(place: str | None) -> int | None:
    """Return the key that a place names.

    Raises:
        SchemaViolation: it is a place of another list.
    """
    if place is not None and not place.isdecimal():
        raise misplaced()
    return None if place is None else int(place)
