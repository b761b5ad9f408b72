"""What the rebuild knows of a kind of model: how it is born, and how its words lie in storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from relayer.chain.contracts import Caller, Contract
from relayer.models.classifier import Classifier

WORD_BYTES: Final = 32
#: Storage words asked for in one call, about 5 million gas.
WORDS_PER_CALL: Final = 2_048


@dataclass(frozen=True)
class Place:
    """What a byte of a model's storage is about."""

    feature: int | None = None
    label: int | None = None

    def __str__(self) -> str:
        parts = (("feature", self.feature), ("label", self.label))
        return ", ".join(f"{name} {number}" for name, number in parts if number is not None)


@dataclass(frozen=True)
class Sizes:
    """Labels and features that a model was born with."""

    label_count: int
    feature_count: int


@dataclass(frozen=True)
class At:
    """A contract at one block."""

    caller: Caller
    contract: Contract
    block: int

    def read(self, function: str, *arguments: Any) -> Any:
        """Calls a view."""
        return self.contract.read(self.caller, function, *arguments, block=self.block)


@dataclass(frozen=True)
class Area:
    """A group of equal words of a model's storage.

    Attributes:
        name: for findings.
        word_count: how many words there are.
        stored: the contract's words, by first index and count.
        expected: the word that the twin has, by index.
        place: what a byte is about, by index and by byte from the highest on.
        word_bytes: bytes of a word.
        unwritten: what a stored zero stands for.
        step: words that are read at once come in multiples of this.
    """

    name: str
    word_count: int
    stored: Callable[[int, int], Sequence[int]]
    expected: Callable[[int], int]
    place: Callable[[int, int], Place]
    word_bytes: int = WORD_BYTES
    unwritten: int = 0
    step: int = 1


class Form(Protocol):
    """A kind of model."""

    @property
    def contract_name(self) -> str:
        """The artifact of the contract."""
        ...

    def born(self, at: At, sizes: Sizes) -> Classifier:
        """The twin as the contract was deployed, without knowledge."""
        ...

    def give(self, model: Classifier, arguments: Mapping[str, Any]) -> None:
        """Give the twin knowledge as a call of the contract's `initialize` does."""
        ...

    def areas(self, model: Classifier, at: At) -> list[Area]:
        """All words that the model's knowledge is made of."""
        ...


class BornEmpty:
    """A form of models that nobody can give knowledge to."""

    def give(self, model: Classifier, arguments: Mapping[str, Any]) -> None:
        """Refuse.

        Raises:
            TypeError: always; such a contract has no `initialize`.
        """
        raise TypeError(f"a model of kind {model.kind} is born empty")


def pack_low_first(lanes: Mapping[int, int], lane_bytes: int) -> int:
    """A word whose lane 0 is in the lowest bits; lanes that are not named are zero."""
    return sum(value << 8 * lane_bytes * lane for lane, value in lanes.items())


def pack_high_first(lanes: Sequence[int], lane_bytes: int) -> int:
    """A word whose first lane is in the highest bits."""
    return int.from_bytes(b"".join(lane.to_bytes(lane_bytes, "big") for lane in lanes), "big")


def lane_from_low(byte_index: int, lane_bytes: int, word_bytes: int = WORD_BYTES) -> int:
    """The lane, counted from the lowest bits, that has a byte counted from the highest."""
    return (word_bytes - 1 - byte_index) // lane_bytes
