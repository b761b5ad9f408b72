"""Movie reviews and whether they are positive: the IMDB set, or any file of texts in its form.

The set is the Large Movie Review Dataset v1.0 (Maas et al., 2011) as JSON Lines, in the order of
its file names. Features, labels and their order are those of the reference simulations, which read
it through Keras: its seed shuffles the training reviews, and what the generator draws next the
others.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from simulation.datasets import cache
from simulation.datasets.bag_of_words import COLUMNS, features_of, most_frequent
from simulation.datasets.json_lines import LabelledText, read_labelled_texts
from simulation.datasets.location import data_folder, first_existing
from simulation.datasets.samples import Samples
from simulation.errors import DatasetError

SHUFFLE_SEED: Final = 113
#: A file without a partner lends this share of its texts, one in five, to the test.
TEST_EVERY: Final = 5
MIN_TRAIN: Final = 100
MIN_TEST: Final = 20
_FORM: Final = "reviews-1"
_NAMES: Final = ("train", "train_labels", "test", "test_labels")


@dataclass(frozen=True)
class Reviews:
    """Reviews to learn from and reviews to be tested with."""

    train: Samples
    test: Samples

    def limited(self, train: int | None, test: int | None) -> "Reviews":
        """The first so many of each; None: all.

        Raises:
            DatasetError: there are not so many.
        """
        return Reviews(
            _first(self.train, train, "samples"), _first(self.test, test, "test samples")
        )


def load_reviews(dataset: Path | None = None, *, kept_in: Path | None = None) -> Reviews:
    """Read the reviews; the first time takes seconds, later times a fraction of one.

    Args:
        dataset: a folder with `imdb_train.jsonl.gz` and `imdb_test.jsonl.gz`, or that has them in
            `imdb`; or a file, whose partner has `test` in its name where this one has `train`, and
            that lends one text in five to the test if there is none. Default: the data folder.
        kept_in: folder of the cache; default: the user's.

    Raises:
        DatasetError: the data is missing, malformed or too small.
    """
    files = _files_of(dataset if dataset is not None else data_folder())
    folder = cache.cache_folder() if kept_in is None else kept_in
    key = cache.key_of(_FORM, files)
    kept = cache.load(folder, key, _NAMES)
    if kept is not None:
        return Reviews(
            Samples(np.unpackbits(kept["train"], axis=1, count=COLUMNS), kept["train_labels"]),
            Samples(np.unpackbits(kept["test"], axis=1, count=COLUMNS), kept["test_labels"]),
        )
    reviews = _make(files)
    arrays = {
        "train": np.packbits(reviews.train.features, axis=1),
        "train_labels": reviews.train.labels,
        "test": np.packbits(reviews.test.features, axis=1),
        "test_labels": reviews.test.labels,
    }
    cache.save(folder, key, arrays)
    return reviews


def _first(samples: Samples, count: int | None, name: str) -> Samples:
    if count is None or count == len(samples):
        return samples
    if count > len(samples):
        raise DatasetError(
            f"The dataset has {len(samples)} {name}, {count} are asked for: ask for fewer."
        )
    return samples.between(0, count)


def _files_of(dataset: Path) -> list[Path]:
    """The file to learn from and the one to test with, or one file for both."""
    if dataset.is_dir():
        folder = dataset / "imdb" if (dataset / "imdb").is_dir() else dataset
        return [
            first_existing(folder, (f"imdb_{part}.jsonl.gz", f"imdb_{part}.jsonl"))
            for part in ("train", "test")
        ]
    if not dataset.is_file():
        raise DatasetError(
            f"There are no reviews at {dataset}: give a folder with imdb_train.jsonl.gz and "
            "imdb_test.jsonl.gz, or a file of JSON Lines, with --dataset."
        )
    partner = dataset.with_name(dataset.name.replace("train", "test"))
    return [dataset, partner] if partner != dataset and partner.is_file() else [dataset]


def _make(files: list[Path]) -> Reviews:
    texts = [read_labelled_texts(path) for path in files]
    if len(texts) == 1:
        held_out = texts[0][::TEST_EVERY]
        texts = [[each for i, each in enumerate(texts[0]) if i % TEST_EVERY], held_out]
    train, test = texts
    lent = "" if len(files) > 1 else f", one in {TEST_EVERY} being kept to test with"
    _check(files[0], train, MIN_TRAIN, "learn from", lent)
    _check(files[-1], test, MIN_TEST, "test with", lent)
    columns = most_frequent(each.text for each in train)
    generator = np.random.RandomState(SHUFFLE_SEED)
    return Reviews(_samples(train, columns, generator), _samples(test, columns, generator))


def _check(path: Path, texts: list[LabelledText], least: int, use: str, lent: str) -> None:
    if len(texts) < least:
        raise DatasetError(
            f"{path} has too few texts to {use} ({len(texts)}{lent}): "
            f"give at least {least}, and some of either label."
        )
    if len({each.label for each in texts}) == 1:
        raise DatasetError(
            f"{path} has no text of label {1 - texts[0].label} to {use}: give some of either label."
        )


def _samples(
    texts: list[LabelledText], columns: dict[str, int], generator: np.random.RandomState
) -> Samples:
    order = np.arange(len(texts))
    generator.shuffle(order)
    features = features_of([each.text for each in texts], columns)
    labels = np.array([each.label for each in texts], dtype=np.int8)
    return Samples(features[order], labels[order])
