"""Clue words that simulated players draw from, and the share of them that nobody plays with.

A clue book is a bag of *mentions*: a human association given by nineteen people, or a WordNet
relation of weight nineteen, is nineteen mentions. Every mention is either for playing or held out,
so a model is judged by answers that were never part of its training.
"""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sample_game.errors import GameError
from sample_game.moderation import MAX_CLUES, MIN_CLUES, refusal_of

#: The excerpt that ships with the game.
WORDNET_CLUES = Path(__file__).resolve().parent.parent / "words" / "wordnet" / "clues.csv"
#: Share of the mentions that nobody plays with.
HELD_OUT_SHARE = 0.2


class ClueBookError(GameError):
    """A file of clues cannot be used. The message names the file and the remedy."""


@dataclass(frozen=True)
class ClueBook:
    """Mentions of clues by secret word."""

    mentions: Mapping[str, Mapping[str, int]]

    def draw(
        self,
        word: str,
        random: Random,
        count: int | None = None,
        secret: str | None = None,
        taboo: Sequence[str] = (),
    ) -> list[str]:
        """Draw different clues for a word, each as likely as it is often mentioned.

        The rules of the game hold: no two forms of one word, nothing too close to the secret. A
        word with few clues may give fewer than `count`, but never fewer than the game wants.

        Args:
            word: what the clues are for.
            random: decides.
            count: how many; default: as many as a player would give.
            secret: the word of the round, if the player lies about it; default: `word`.
            taboo: words that the round refuses as clues.

        Raises:
            ClueBookError: the book has too few clues for this word.
        """
        wanted = random.randint(MIN_CLUES, MAX_CLUES) if count is None else count
        secret = word if secret is None else secret
        left = dict(self.mentions.get(word, {}))
        drawn: list[str] = []
        while left and len(drawn) < wanted:
            clue = random.choices(list(left), weights=list(left.values()))[0]
            del left[clue]
            if refusal_of(clue, secret, drawn, taboo) is None:
                drawn.append(clue)
        if len(drawn) < MIN_CLUES:
            raise ClueBookError(f"The clue book has fewer than {MIN_CLUES} clues for {word!r}.")
        return drawn

    def split(self, random: Random, held_out_share: float = HELD_OUT_SHARE) -> "SplitClueBook":
        """Put every mention into one of two books, the same way for the same seed."""
        play: dict[str, Counter[str]] = {}
        held_out: dict[str, Counter[str]] = {}
        for secret in sorted(self.mentions):
            play[secret], held_out[secret] = Counter(), Counter()
            for clue, count in sorted(self.mentions[secret].items()):
                kept_back = sum(random.random() < held_out_share for _ in range(count))
                held_out[secret] += Counter({clue: kept_back})
                play[secret] += Counter({clue: count - kept_back})
        return SplitClueBook(ClueBook(play), ClueBook(held_out))


@dataclass(frozen=True)
class SplitClueBook:
    """The mentions to play with, and those that nobody plays with."""

    play: ClueBook
    held_out: ClueBook

    def held_out_rounds(
        self, rounds_per_word: int, random: Random
    ) -> Iterator[tuple[str, list[str]]]:
        """Yield rounds, a secret word and its clues, from held-out mentions alone."""
        for secret in sorted(self.held_out.mentions):
            for _ in range(rounds_per_word):
                yield secret, self.held_out.draw(secret, random)


def load_clue_book(secrets: Sequence[str], source: Path = WORDNET_CLUES) -> ClueBook:
    """Read the mentions for some secret words from a CSV file: target, clue, and weight or count.

    Clues that the game would refuse are left out. The file may be compressed (`.gz`).

    Raises:
        ClueBookError: the file is missing or of another form, or lacks clues for a word.
    """
    wanted = frozenset(secrets)
    mentions: dict[str, Counter[str]] = {secret: Counter() for secret in secrets}
    try:
        for target, clue, count in _rows(source):
            if target in wanted and refusal_of(clue, target) is None:
                mentions[target][clue] += count
    except (OSError, EOFError, zlib.error, ValueError, TypeError) as error:
        raise ClueBookError(
            f"Cannot read clues from {source} ({error}). "
            "Give a CSV file with the columns target, clue, and weight or count."
        ) from error
    thin = [secret for secret, clues in mentions.items() if len(clues) < MIN_CLUES]
    if thin:
        raise ClueBookError(
            f"{source} has fewer than {MIN_CLUES} usable clues for {', '.join(thin)}. "
            "Add some, or play with the clues that ship with the game."
        )
    return ClueBook(mentions)


def _rows(source: Path) -> Iterator[tuple[str, str, int]]:
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8", newline="") as table:
        reader = csv.DictReader(table)
        columns = reader.fieldnames or ()
        count_column = "weight" if "weight" in columns else "count"
        missing = [name for name in ("target", "clue", count_column) if name not in columns]
        if missing:
            raise ValueError(f"its first line names no column {' and no column '.join(missing)}")
        for row in reader:
            yield row["target"], row["clue"], int(row[count_column])
