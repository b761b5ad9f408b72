"""Cuts the clue words of the decks out of a table derived from WordNet 3.1.

    python scripts/wordnet_excerpt.py SOURCE.csv[.gz]

SOURCE has the columns target, clue, weight. The excerpt keeps the rows whose target is a word of a
deck in sample_game/words/decks and whose clue a player could give by the rules of the game. It is
written to sample_game/words/wordnet/clues.csv, beside WordNet's licence.
"""

import argparse
import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sample_game.decks import load_decks
from sample_game.moderation import refusal_of
from sample_game.settings import GameSettings

WORDS = Path(__file__).resolve().parent.parent / "sample_game" / "words"
EXCERPT = WORDS / "wordnet" / "clues.csv"
#: Words of little meaning, which glosses are full of.
_FILLERS = (
    "after against all also and any are back been but certain common consisting during each first "
    "for from given has have having him his including its like long made making many more most "
    "much next not numerous off one other out over same see serving several sometimes such than "
    "that the their them then they this those too toward try two typically upon used usual usually "
    "various was well when where which while widely with without"
)
FILLERS = frozenset(_FILLERS.split())
#: Shorter ones are abbreviations and particles.
SHORTEST_CLUE = 3
#: Weight 1 marks the glosses of rare senses, which no player has in mind. They are kept for words
#: that have fewer clues than this without them.
LOWEST_WEIGHT = 2
THIN_BELOW = 12
#: Beginnings of words that nobody wants to read while playing, and of senses that are insults.
_UNPLEASANT = (
    "descent disgorge egest emetic excret flunitrazepa fornicat french gallic gaul gelt gigolo "
    "gyps harass heave intercourse jew lovemak naked purge ravish regorge retch rohypnol sexual "
    "shekel slattern sod spew spue upchuck vomit"
)
UNPLEASANT = tuple(_UNPLEASANT.split())
#: The same for whole words, which others begin with.
RUDE = frozenset(["ass", "breast", "bum", "butt", "buttocks", "prick", "suck"])


def rows(source: TextIO) -> Iterator[tuple[str, str, int]]:
    """Target, clue and weight of every row.

    Raises:
        ValueError: the table lacks a column or a weight is not a whole number.
    """
    reader = csv.DictReader(source)
    if reader.fieldnames != ["target", "clue", "weight"]:
        raise ValueError("The first line must be: target,clue,weight")
    for row in reader:
        yield row["target"], row["clue"], int(row["weight"])


def is_playable(target: str, clue: str) -> bool:
    """Tell whether a player could give this clue for the target."""
    plain = clue.isascii() and clue.isalpha() and len(clue) >= SHORTEST_CLUE
    meaningful = clue not in FILLERS
    pleasant = clue not in RUDE and not clue.startswith(UNPLEASANT)
    return plain and meaningful and pleasant and refusal_of(clue, target) is None


def excerpt(source: Path) -> list[tuple[str, str, int]]:
    """The rows to ship, ordered by target, then falling weight, then clue."""
    words = {word for deck in load_decks(GameSettings.decks).values() for word in deck.words}
    by_word: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8", newline="") as table:
        for row in rows(table):
            if row[0] in words and is_playable(*row[:2]):
                by_word[row[0]].append(row)
    kept = [row for word in words for row in _worth_keeping(by_word[word])]
    return sorted(kept, key=lambda row: (row[0], -row[2], row[1]))


def _worth_keeping(of_a_word: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    strong = [row for row in of_a_word if row[2] >= LOWEST_WEIGHT]
    return of_a_word if len(strong) < THIN_BELOW else strong


def main() -> int:
    """Write the excerpt and say how large it is; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("source", type=Path, help="CSV file with target, clue, weight; may be .gz")
    kept = excerpt(parser.parse_args().source)
    EXCERPT.parent.mkdir(exist_ok=True)
    with EXCERPT.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(["target", "clue", "weight"])
        writer.writerows(kept)
    print(f"{len(kept)} rows for {len({row[0] for row in kept})} words in {EXCERPT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
