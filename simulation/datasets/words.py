"""Which clues people think of for a word: human associations, for simulations of the word game."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sample_game.simulated_players.clue_book import ClueBook, ClueBookError, load_clue_book
from simulation.datasets.location import data_folder, first_existing
from simulation.errors import DatasetError

#: The Edinburgh Associative Thesaurus: how many people named which clue.
FILES: Final = ("eat_target_clue_count.csv.gz", "eat_target_clue_count.csv")


def load_associations(secrets: Sequence[str], dataset: Path | None = None) -> ClueBook:
    """Read the associations of some secret words.

    Args:
        secrets: the words.
        dataset: a CSV file with the columns target, clue, and count or weight, which may be
            compressed; or a folder with the thesaurus, itself or in `words`. Default: the data
            folder.

    Raises:
        DatasetError: the file is missing, malformed, or has too few clues for a word.
    """
    try:
        return load_clue_book(secrets, _file_of(data_folder() if dataset is None else dataset))
    except ClueBookError as error:
        raise DatasetError(str(error)) from error


def _file_of(dataset: Path) -> Path:
    if not dataset.is_dir():
        return dataset
    return first_existing(dataset / "words" if (dataset / "words").is_dir() else dataset, FILES)
