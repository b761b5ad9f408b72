"""How well the naive Bayes model guesses secret words from clues that nobody played with.

    python -m tests.benchmarks.model_accuracy --clues FILE [--deck NAME | --every-deck]

FILE has the columns target, clue, and count (or weight): how many people gave that clue. Every
single mention is either played with or held out (one in five), so no answer is in both. Players
draw three to five different clues by the mentions in play, under the game's rules; test rounds are
drawn in the same way from the held-out mentions. Without FILE the clues that ship with the game are
taken. Printed are top-1 and top-5, the mean over the seeds, as a table in Markdown. With
`--every-deck` it has two rows for each deck: all players honest, and one in six a liar.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import mean

from relayer.models.features import encode_words
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.samples import decode
from sample_game.decks import load_decks
from sample_game.settings import GameSettings
from sample_game.simulated_players.clue_book import (
    WORDNET_CLUES,
    ClueBook,
    ClueBookError,
    SplitClueBook,
    load_clue_book,
)

DECKS = load_decks(GameSettings.decks)
INVERSE_ALPHA = 4
VOCABULARY = 128
CHECKPOINTS = (200, 500, 1_000, 5_000)
TEST_ROUNDS_PER_WORD = 40
LIAR_SHARE = 1 / 6
#: In skewed play the word of rank r comes up in proportion to r to this power.
SKEW = -0.7


@dataclass(frozen=True)
class Round:
    """Features of the clues, and the label that the player gave them."""

    label: int
    features: tuple[int, ...]


@dataclass(frozen=True)
class Accuracy:
    """Shares of test rounds with the secret word first, and among the first five."""

    top1: float
    top5: float

    def __str__(self) -> str:
        return f"{self.top1:.3f} / {self.top5:.3f}"


class UnboundedNaiveBayes(NaiveBayes):
    """The same model with counts that never fill: what eight bits cost."""

    def learn(self, label: int, features: Sequence[int]) -> None:
        """Count the words of one sample."""
        for feature in features:
            lanes = self.counts.setdefault(feature, {})
            lanes[label] = lanes.get(label, 0) + 1
            self.tokens[label] += 1
        self.docs[label] += 1


def round_of(label: int, clues: Iterable[str]) -> Round:
    """The round of some clue words."""
    return Round(label, decode(encode_words(clues)))


class Play:
    """An endless supply of rounds, the same for the same seed."""

    def __init__(self, words: Sequence[str], book: ClueBook, seed: str, skewed: bool) -> None:
        self._words = words
        self._book = book
        self._random = Random(seed)
        self._weights = [(rank + 1) ** SKEW if skewed else 1.0 for rank in range(len(words))]

    def rounds(self, count: int, liar_share: float) -> list[Round]:
        """The next rounds; a liar gives sound clues under a random label."""
        return [self._round(liar_share) for _ in range(count)]

    def _round(self, liar_share: float) -> Round:
        word = self._random.choices(self._words, self._weights)[0]
        clues = self._book.draw(word, self._random)
        label = self._words.index(word)
        if self._random.random() < liar_share:
            label = self._random.randrange(len(self._words))
        return round_of(label, clues)


def accuracy(model: NaiveBayes, tests: Sequence[Round]) -> Accuracy:
    """Judge a model by rounds that it has not seen."""
    ranks = [model.ranking(test.features).index(test.label) for test in tests]
    return Accuracy(mean(rank == 0 for rank in ranks), mean(rank < 5 for rank in ranks))


def learning_curve(
    model: NaiveBayes, play: list[Round], tests: Sequence[Round], checkpoints: Sequence[int]
) -> list[Accuracy]:
    """The model's accuracy each time that it has learnt so many rounds."""
    curve = []
    for learnt, checkpoint in zip((0, *checkpoints), checkpoints, strict=False):
        for each in play[learnt:checkpoint]:
            model.learn(each.label, each.features)
        curve.append(accuracy(model, tests))
    return curve


@dataclass(frozen=True)
class Experiment:
    """One row of the table."""

    title: str
    checkpoints: Sequence[int] = CHECKPOINTS
    liar_share: float = 0.0
    skewed: bool = False
    model: Callable[[NaiveBayesParameters], NaiveBayes] = NaiveBayes

    def run(self, words: Sequence[str], split: SplitClueBook, seed: int) -> list[Accuracy]:
        """The learning curve for one seed."""
        # The words' ranks in skewed play differ from seed to seed.
        order = list(words)
        Random(seed).shuffle(order)
        play = Play(order, split.play, f"play {seed}", self.skewed)
        random = Random(f"test {seed}")
        tests = [
            round_of(order.index(word), clues)
            for word, clues in split.held_out_rounds(TEST_ROUNDS_PER_WORD, random)
        ]
        model = self.model(NaiveBayesParameters(len(order), INVERSE_ALPHA, VOCABULARY))
        rounds = play.rounds(max(self.checkpoints), self.liar_share)
        return learning_curve(model, rounds, tests, self.checkpoints)

    def average(self, words: Sequence[str], book: ClueBook, seeds: int) -> list[Accuracy]:
        """The learning curve as the mean over some seeds."""
        curves = [self.run(words, book.split(Random(seed)), seed) for seed in range(seeds)]
        return [
            Accuracy(mean(point.top1 for point in points), mean(point.top5 for point in points))
            for points in zip(*curves, strict=True)
        ]


PLAY = (
    Experiment("honest"),
    Experiment("one in six lies", liar_share=LIAR_SHARE),
    Experiment("some words played more", skewed=True),
    Experiment("both", liar_share=LIAR_SHARE, skewed=True),
)
LONG_PLAY = (
    Experiment("counts of 8 bits, as on chain", (20_000,)),
    Experiment("counts without a limit", (20_000,), model=UnboundedNaiveBayes),
)


def table(experiments: Sequence[Experiment], curves: Sequence[Sequence[Accuracy]]) -> str:
    """Curves as a table in Markdown."""
    head = [f"{checkpoint:,}" for checkpoint in experiments[0].checkpoints]
    rows = [["contributions", *head], ["---"] * (len(head) + 1)]
    rows += [
        [each.title, *map(str, curve)] for each, curve in zip(experiments, curves, strict=True)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def of_one_deck(name: str, clues: Path, seeds: int, *, is_long: bool) -> None:
    """Print how each way to play goes.

    Raises:
        ClueBookError: the file has not enough clues.
    """
    words = DECKS[name].words
    book = load_clue_book(words, clues)
    for experiments in (PLAY, LONG_PLAY) if is_long else (PLAY,):
        curves = [each.average(words, book, seeds) for each in experiments]
        print(table(experiments, curves), end="\n\n")


def of_every_deck(clues: Path, seeds: int) -> None:
    """Print one table of all decks.

    Raises:
        ClueBookError: the file has not enough clues for one of them.
    """
    books = {name: load_clue_book(deck.words, clues) for name, deck in DECKS.items()}
    experiments, curves = [], []
    for name, book in books.items():
        for each in PLAY[:2]:
            title = f"{name}, {len(DECKS[name].words)} words: {each.title}"
            experiments.append(replace(each, title=title))
            curves.append(each.average(DECKS[name].words, book, seeds))
    print(table(experiments, curves))


def main() -> int:
    """Run the experiments and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--clues", type=Path, default=WORDNET_CLUES, help="CSV file, may be .gz")
    deck = parser.add_mutually_exclusive_group()
    deck.add_argument("--deck", choices=DECKS, default=GameSettings.first_deck)
    deck.add_argument("--every-deck", action="store_true", help="one table of all decks")
    parser.add_argument("--seeds", type=int, default=3, help="repetitions to average over")
    parser.add_argument("--long", action="store_true", help="also play 20,000 rounds")
    options = parser.parse_args()
    try:
        if options.every_deck:
            of_every_deck(options.clues, options.seeds)
        else:
            of_one_deck(options.deck, options.clues, options.seeds, is_long=options.long)
    except ClueBookError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
