"""Reading human associations: found in a folder or a file, and errors that help."""

import gzip
from pathlib import Path

import pytest

from simulation.datasets.words import load_associations
from simulation.errors import DatasetError

ROWS = "target,clue,count\nmoon,night,5\nmoon,sky,3\nmoon,round,2\nsun,hot,1\n"


def test_associations_are_found_in_the_data_folder_and_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    file = tmp_path / "words" / "eat_target_clue_count.csv.gz"
    with gzip.open(file, "wt") as rows:
        rows.write(ROWS)
    for dataset in (tmp_path, tmp_path / "words", file):
        mentions = load_associations(["moon"], dataset).mentions
        assert mentions == {"moon": {"night": 5, "sky": 3, "round": 2}}


def test_a_word_with_too_few_clues_is_named(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text(ROWS)
    with pytest.raises(DatasetError, match="fewer than 3 usable clues for sun"):
        load_associations(["moon", "sun"], tmp_path / "few.csv")


@pytest.mark.parametrize("content", [gzip.compress(ROWS.encode(), mtime=0)[:-12], b"plain", b""])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "torn.csv.gz").write_bytes(content)
    with pytest.raises(DatasetError, match=r"torn\.csv\.gz"):
        load_associations(["moon"], tmp_path / "torn.csv.gz")


def test_a_folder_without_associations_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="has no eat_target_clue_count"):
        load_associations(["moon"], tmp_path)
