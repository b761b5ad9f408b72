"""The phases of a prediction market, in the contract's own numbering."""

from __future__ import annotations

from enum import IntEnum


class Phase(IntEnum):
    """Where a market stands."""

    ANNOUNCED = 0
    DRAWING = 1
    PARTICIPATION = 2
    REVEAL = 3
    REPLAY = 4
    PASSES = 5
    LAPSED = 6
    CLOSED = 7

    @property
    def word(self) -> str:
        """The phase in a word, as pages and clients see it."""
        return self.name.lower()

    @property
    def is_over(self) -> bool:
        """Whether everything can be settled and claimed."""
        return self in (Phase.LAPSED, Phase.CLOSED)
