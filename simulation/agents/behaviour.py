"""What agents say of a sample, and whether they bother to."""

from dataclasses import dataclass
from random import Random
from typing import Final, Protocol

from simulation.errors import ParameterError


class Behaviour(Protocol):
    """How an agent behaves. Random draws are made in the order of the calls and only if needed."""

    @property
    def is_good(self) -> bool:
        """Whether the agent means to help."""

    def label(self, truth: int, random: Random) -> int:
        """The label, 0 or 1, that the agent gives to a sample."""

    def contributes(self, accuracy: float, random: Random) -> bool:
        """Whether the agent gives it to a model of this accuracy, measured some time ago."""


@dataclass(frozen=True)
class Honest:
    """Says what is true, but for mistakes, and works the more willingly the better the model is.

    Attributes:
        mistakes: share of the labels that are wrong by mistake.
        margin: contributes with a probability of the model's accuracy plus this.

    Raises:
        ParameterError: `mistakes` is no share.
    """

    mistakes: float = 0.0001
    margin: float = 0.15
    is_good: Final = True

    def __post_init__(self) -> None:
        if not 0 <= self.mistakes <= 1:
            raise ParameterError("The share of mistakes is between 0 and 1.")

    def label(self, truth: int, random: Random) -> int:
        """The truth, or its opposite by mistake."""
        is_wrong = self.mistakes > 0 and random.random() < self.mistakes
        return 1 - truth if is_wrong else truth

    def contributes(self, accuracy: float, random: Random) -> bool:
        """By chance; nearly always."""
        return random.random() < accuracy + self.margin


@dataclass(frozen=True)
class Adversarial:
    """Says the opposite of what is true, at every opportunity."""

    is_good: Final = False

    def label(self, truth: int, random: Random) -> int:
        """The opposite of the truth."""
        return 1 - truth

    def contributes(self, accuracy: float, random: Random) -> bool:
        """Always."""
        return True


@dataclass(frozen=True)
class Lazy:
    """Reads nothing and says anything."""

    is_good: Final = False

    def label(self, truth: int, random: Random) -> int:
        """A coin's toss."""
        return int(random.random() < 0.5)

    def contributes(self, accuracy: float, random: Random) -> bool:
        """Always."""
        return True
