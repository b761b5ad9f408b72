"""What a check found: the first place where two sources of the same bytes differ."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class Subject(StrEnum):
    """What is wrong."""

    HISTORY = "history"
    HEADER = "header"
    RECORDS = "records"
    ACCEPTED_MAP = "accepted-map"
    OPEN_CONTRIBUTIONS = "open-contributions"
    BOOKS = "books"
    MODEL = "model"
    DATASET = "dataset"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The first wrong place, as narrow as it is known.

    `expected` is what the other sources say, `found` what stands in the place.
    """

    subject: Subject
    message: str
    batch_id: int | None = None
    record_index: int | None = None
    #: Group of storage words, such as `counts`.
    area: str | None = None
    word_index: int | None = None
    #: From the word's or the record's first byte on.
    byte_index: int | None = None
    #: Of a dataset file, from 1 on.
    line: int | None = None
    expected: str | None = None
    found: str | None = None
    transaction_hash: str | None = None

    def __str__(self) -> str:
        pairs = (("expected", self.expected), ("found", self.found))
        values = [f"{name} {value}" for name, value in pairs if value is not None]
        sentence = f"{self.subject}: {self.message}"
        return f"{sentence} ({', '.join(values)})" if values else sentence

    def as_json(self) -> dict[str, Any]:
        """The members that are known."""
        known = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in known.items() if value is not None}


def first_difference(expected: bytes, found: bytes) -> int | None:
    """The index of the first byte that differs, or None when there is none."""
    for index, (left, right) in enumerate(zip(expected, found, strict=False)):
        if left != right:
            return index
    return None if len(expected) == len(found) else min(len(expected), len(found))
