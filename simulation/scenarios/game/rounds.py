"""Clue rounds of a crowd: who plays, which word was dealt, and which clues were given."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relayer.models.features import encode_words
from relayer.models.samples import decode
from sample_game.simulated_players.clue_book import ClueBook, ClueBookError, SplitClueBook
from simulation.errors import DatasetError
from simulation.learning.word_bayes import as_rows
from simulation.scenarios.game.parameters import GameScenario, Role

_BYTES_PER_WORD: Final = 2


@dataclass(frozen=True)
class ClueRound:
    """What a player contributes.

    Attributes:
        player: number of the player.
        role: how it behaves.
        label: the word that was dealt.
        words: numbers of the clue words.
        is_true: whether the clues are of this word.
        at: when it was accepted, in seconds.
    """

    player: int
    role: Role
    label: int
    words: tuple[int, ...]
    is_true: bool
    at: float

    @property
    def sample_bytes(self) -> int:
        """Length of the sample."""
        return _BYTES_PER_WORD * len(self.words)


@dataclass(frozen=True)
class Exam:
    """Rounds of clues that nobody plays with."""

    samples: NDArray[np.intp]
    truths: NDArray[np.intp]


class Table:
    """The table at which a game is played.

    Args:
        scenario: what was chosen.
        book: what people think of, for each word.
    """

    def __init__(self, scenario: GameScenario, book: ClueBook) -> None:
        self._scenario = scenario
        self._words = scenario.words
        self._split: SplitClueBook = book.split(Random(f"split {scenario.seed}"))  # noqa: S311
        self._random = Random(f"play {scenario.seed}")  # noqa: S311
        self._numbers: dict[int, int] = {}
        self._stock: dict[str, list[tuple[int, ...]]] = {}
        self.roles = scenario.roles()
        self._turns = list(
            accumulate(1 if role == "honest" else scenario.haste for role in self.roles)
        )
        self._safe_label = self._random.randrange(len(self._words))
        self._safe_clues = self._clues(self._words[self._safe_label])

    @property
    def known_words(self) -> int:
        """Clue words that have come up so far."""
        return len(self._numbers)

    def deal(self) -> list[ClueRound]:
        """All rounds of the game, in the order of their times."""
        scenario, at, haste = self._scenario, 0.0, self._scenario.mean_haste
        rounds = []
        for _ in range(round(scenario.contributions * haste)):
            at += self._random.expovariate(scenario.per_second * haste)
            rounds.append(self._round(self._next_player(), at))
        return rounds

    def _next_player(self) -> int:
        """Whoever plays next: anybody, or rather somebody who hurries."""
        if self._scenario.haste == 1:
            return self._random.randrange(self._scenario.players)
        return bisect(self._turns, self._random.random() * self._turns[-1])

    def exam(self) -> Exam:
        """Rounds from held-out clues, of the words that enough of them were held out for.

        Raises:
            DatasetError: there is no such word.
        """
        random = Random(f"test {self._scenario.seed}")  # noqa: S311
        rounds = [pair for word in self._words for pair in self._held_out(word, random)]
        if not rounds:
            raise DatasetError("The clues are too few to hold some out: give more with --dataset.")
        samples = as_rows([self._numbered(clues) for _, clues in rounds])
        truths = np.array([self._words.index(word) for word, _ in rounds], dtype=np.intp)
        return Exam(samples, truths)

    def _held_out(self, word: str, random: Random) -> Iterator[tuple[str, list[str]]]:
        for _ in range(self._scenario.test_rounds_per_word):
            try:
                yield word, self._split.held_out.draw(word, random)
            except ClueBookError:
                return

    def guesser(self) -> Guesser:
        """People who guess from clues by what people think of."""
        mentions = self._split.play.mentions
        weights = np.zeros((self.known_words + 1, len(self._words)))
        for label, word in enumerate(self._words):
            total = sum(mentions[word].values())
            for clue, count in mentions[word].items():
                for number in self._numbered([clue], create=False):
                    weights[number, label] += count / total
        return Guesser(weights)

    def _round(self, player: int, at: float) -> ClueRound:
        role, label = self.roles[player], self._random.randrange(len(self._words))
        if role == "sybils":
            lies = self._scenario.sybils_lie
            claimed = (self._safe_label + lies) % len(self._words)
            return ClueRound(player, role, claimed, self._safe_clues, not lies, at)
        meant = label
        if role == "liars":
            meant = self._random.randrange(len(self._words))
        clues = self._any_clues() if role == "lazy" else self._clues(self._words[meant])
        return ClueRound(player, role, label, clues, role != "lazy" and meant == label, at)

    def _any_clues(self) -> tuple[int, ...]:
        """One clue of each of three words."""
        words = self._random.sample(self._words, 3)
        return tuple(sorted({self._random.choice(self._clues(word)) for word in words}))

    def _clues(self, word: str) -> tuple[int, ...]:
        stock = self._stock.setdefault(word, [])
        supply = self._scenario.supply
        if supply is not None and len(stock) >= supply:
            return self._random.choice(stock)
        try:
            drawn = self._numbered(self._split.play.draw(word, self._random))
        except ClueBookError as error:
            raise DatasetError(f"{error} Add some, or choose another --seed.") from error
        stock.append(drawn)
        return drawn

    def _numbered(self, clues: Sequence[str], *, create: bool = True) -> tuple[int, ...]:
        """Numbers of the features of some clues, as a model sees them."""
        features = decode(encode_words(clues))
        if not create:
            return tuple(self._numbers[each] for each in features if each in self._numbers)
        return tuple(self._numbers.setdefault(each, len(self._numbers)) for each in features)


class Guesser:
    """Somebody who knows what people think of: finds the word that clues point to most.

    Args:
        weights: for each clue word, how usual it is for each secret word.
    """

    #: How usual a clue is taken to be that nobody named for a word.
    _UNHEARD: Final = 1e-4

    def __init__(self, weights: NDArray[np.float64]) -> None:
        self._logs = np.log(weights + self._UNHEARD)

    def finds(self, each: ClueRound) -> bool:
        """Whether the word is found."""
        return int(self._logs[list(each.words)].sum(axis=0).argmax()) == each.label
