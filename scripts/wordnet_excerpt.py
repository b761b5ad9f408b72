"""Cuts the clue words of the deck out of a table derived from WordNet 3.1.

    python scripts/wordnet_excerpt.py SOURCE.csv[.gz]

SOURCE has the columns target, clue, weight. The excerpt keeps the rows whose target is in
sample_game/words/deck.json and whose clue a player could give by the rules of the game. It is
written to sample_game/words/wordnet/clues.csv, beside WordNet's licence.
"""

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sample_game.moderation import refusal_of

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
#: Weight 1 marks the glosses of rare senses, which no player has in mind.
LOWEST_WEIGHT = 2
#: Beginnings of words that nobody wants to read while playing, and of senses that are insults.
_UNPLEASANT = (
    "descent disgorge egest emetic excret french gallic gaul gelt heave purge regorge retch shekel "
    "sod spew spue upchuck vomit"
)
UNPLEASANT = tuple(_UNPLEASANT.split())


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
    meaningful = clue not in FILLERS and not clue.startswith(UNPLEASANT)
    return plain and meaningful and refusal_of(clue, target) is None


def excerpt(source: Path) -> list[tuple[str, str, int]]:
    """The rows to ship, ordered by target, then falling weight, then clue."""
    deck = frozenset(json.loads((WORDS / "deck.json").read_text(encoding="utf-8")))
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8", newline="") as table:
        kept = [
            (target, clue, weight)
            for target, clue, weight in rows(table)
            if target in deck and weight >= LOWEST_WEIGHT and is_playable(target, clue)
        ]
    return sorted(kept, key=lambda row: (row[0], -row[2], row[1]))


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
