"""Finds the culprit when nobody can tell which item of a transaction it is.

A transaction that reverts as a whole, or that no node accepts, blames all of its items. They are
sent again in halves, apart from the innocent, until the culprit is alone and fails alone. Each item
is tried a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from relayer.store.suspects import Suspect

#: Tries of an item that is alone: what was wrong may have been the moment.
TRIES_ALONE = 3


class Identified(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str:
        """The request's digest."""
        ...


_Item = TypeVar("_Item", bound=Identified)


def pick(queue: Sequence[_Item], suspects: Mapping[str, Suspect], now: float) -> list[_Item]:
    """The items of the next transaction: the oldest one's kind only, suspects in small company."""
    if not suspects:
        return list(queue)
    free = [item for item in queue if not _is_held(suspects.get(item.id), now)]
    if not free:
        return []
    most_items = _company(suspects.get(free[0].id))
    alike = [item for item in free if _company(suspects.get(item.id)) == most_items]
    return alike[:most_items]


def is_convicted(suspect: Suspect, items: int, max_tries: int) -> bool:
    """Whether an item is tried no more.

    Args:
        suspect: what is held against it, the latest failure included.
        items: how many the latest transaction carried.
        max_tries: the operator's bound.
    """
    tries = min(TRIES_ALONE, max_tries) if items == 1 else max_tries
    return suspect.failures >= tries


def _is_held(suspect: Suspect | None, now: float) -> bool:
    return suspect is not None and suspect.held_until > now


def _company(suspect: Suspect | None) -> int | None:
    return None if suspect is None else suspect.most_items
