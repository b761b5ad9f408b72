"""Reading reviews: the features of the reference simulations, a cache, and errors that help."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from relayer.models.samples import encode
from simulation.datasets import cache, imdb
from simulation.datasets.bag_of_words import features_of, most_frequent, words_in
from simulation.datasets.imdb import Reviews, load_reviews
from simulation.datasets.location import VARIABLE, data_folder
from simulation.datasets.samples import Samples
from simulation.errors import DatasetError


def lines_of(texts: int) -> list[str]:
    """Short reviews, every other one positive."""
    return [
        json.dumps({"text": f"word{i % 7} {'good' if i % 2 else 'bad'}", "label": i % 2})
        for i in range(texts)
    ]


def lay(folder: Path, *, train: int = 150, test: int = 30) -> Path:
    """A folder with reviews."""
    for part, count in (("train", train), ("test", test)):
        with gzip.open(folder / f"imdb_{part}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines_of(count)))
    return folder


def test_words_are_cut_at_blanks_and_punctuation_but_not_at_apostrophes() -> None:
    assert words_in("It's <br />GREAT-ish, isn't\tit?") == [
        "it's", "br", "great", "ish", "isn't", "it",
    ]  # fmt: skip


def test_columns_go_by_frequency_and_then_by_the_alphabet() -> None:
    columns = most_frequent(["c b a", "b c", "b"])
    assert columns == {"b": 4, "c": 5, "a": 6}
    features = features_of(["a c", "b z", ""], columns)
    assert [np.flatnonzero(row).tolist() for row in features] == [[1, 5, 6], [1, 2, 4], [1]]


def test_the_same_files_give_the_same_order_and_the_cache_changes_nothing(tmp_path: Path) -> None:
    folder, kept_in = lay(tmp_path), tmp_path / "cache"
    first = load_reviews(folder, kept_in=kept_in)
    (name,) = (path.name for path in kept_in.iterdir())
    second = load_reviews(folder, kept_in=kept_in)
    (kept_in / name).write_bytes(b"torn")
    third = load_reviews(folder, kept_in=kept_in)
    for again in (second, third):
        assert np.array_equal(first.train.features, again.train.features)
        assert np.array_equal(first.train.labels, again.train.labels)
        assert np.array_equal(first.test.features, again.test.features)
        assert np.array_equal(first.test.labels, again.test.labels)
    assert [path.name for path in kept_in.iterdir()] == [name]


def test_the_cache_is_read_instead_of_the_reviews(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_reviews(lay(tmp_path), kept_in=tmp_path / "cache")
    monkeypatch.setattr(imdb, "read_labelled_texts", None)
    assert len(load_reviews(tmp_path, kept_in=tmp_path / "cache").train) == 150


def test_other_content_is_never_answered_from_the_cache(tmp_path: Path) -> None:
    load_reviews(lay(tmp_path), kept_in=tmp_path / "cache")
    assert len(load_reviews(lay(tmp_path, train=160), kept_in=tmp_path / "cache").train) == 160


def test_without_a_place_for_the_cache_reviews_are_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    assert len(load_reviews(lay(tmp_path), kept_in=tmp_path / "taken" / "cache").test) == 30
    assert cache.load(tmp_path / "taken", "nothing", ()) is None


def test_a_file_without_a_partner_lends_every_fifth_text_to_the_test(tmp_path: Path) -> None:
    file = tmp_path / "opinions.jsonl"
    file.write_text("\n".join(lines_of(200)))
    reviews = load_reviews(file, kept_in=tmp_path / "cache")
    assert (len(reviews.train), len(reviews.test)) == (160, 40)


def test_a_file_finds_its_partner_by_its_name(tmp_path: Path) -> None:
    reviews = load_reviews(lay(tmp_path) / "imdb_train.jsonl.gz", kept_in=tmp_path / "cache")
    assert (len(reviews.train), len(reviews.test)) == (150, 30)


def test_samples_are_encoded_as_the_contracts_take_them(tmp_path: Path) -> None:
    train = load_reviews(lay(tmp_path), kept_in=tmp_path / "cache").train
    ids = np.flatnonzero(train.features[7]).tolist()
    assert train.encoded(7) == encode(ids)
    assert train.between(7, 9).feature_ids[0].tolist() == ids


def cut_short(folder: Path) -> None:
    file = folder / "imdb_train.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-20])


def plain_text(folder: Path) -> None:
    (folder / "imdb_train.jsonl.gz").write_text("not compressed")


def line(text: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        with gzip.open(folder / "imdb_test.jsonl.gz", "at", encoding="utf-8") as file:
            file.write("\n" + text)

    return damage


def removed(folder: Path) -> None:
    (folder / "imdb_test.jsonl.gz").unlink()


def small(folder: Path) -> None:
    lay(folder, train=99)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (cut_short, "cut short or damaged"),
        (plain_text, "cannot be read"),
        (line("{"), "Line 31 of .* is no JSON"),
        (line('{"text": "x"}'), 'Line 31 of .* needs a string "text" and a "label"'),
        (line('{"text": "x", "label": true}'), "lacks a field"),
        (line('{"text": 5, "label": 1}'), "lacks a field"),
        (line("[]"), "lacks a field"),
        (removed, "has no imdb_test.jsonl.gz or imdb_test.jsonl: give the data with --dataset"),
        (small, r"too few texts to learn from \(99\): give at least 100"),
    ],
)
def test_what_is_wrong_with_a_dataset_is_one_sentence(
    tmp_path: Path, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(lay(tmp_path))
    with pytest.raises(DatasetError, match=sentence):
        load_reviews(tmp_path, kept_in=tmp_path / "cache")


def test_texts_of_one_label_alone_are_told_so(tmp_path: Path) -> None:
    file = tmp_path / "alone.jsonl"
    file.write_text("\n".join(lines_of(400)[1::2]), "utf-8")
    with pytest.raises(DatasetError, match="has no text of label 0 to learn from"):
        load_reviews(file, kept_in=tmp_path / "cache")


def test_a_file_for_both_uses_that_is_too_short_tells_where_its_texts_went(tmp_path: Path) -> None:
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(lines_of(10)), "utf-8")
    with pytest.raises(DatasetError, match=r"\(8, one in 5 being kept to test with\)"):
        load_reviews(file, kept_in=tmp_path / "cache")


def test_a_dataset_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"There are no reviews at .*nowhere: give a folder"):
        load_reviews(tmp_path / "nowhere", kept_in=tmp_path / "cache")


def test_the_variable_names_the_folder_of_the_data() -> None:
    assert data_folder({VARIABLE: "/somewhere"}) == Path("/somewhere")
    assert data_folder({}).parts[-2:] == ("shared", "data")


def test_real_reviews_are_as_the_reference_has_them(imdb: Reviews) -> None:
    for part in (imdb.train, imdb.test):
        assert (len(part), part.feature_count, int(part.labels.sum())) == (25_000, 1000, 12_500)
        assert (part.features[:, 1] == 1).all()
        assert not part.features[:, [0, 3]].any()
    assert imdb.train.labels[:10].tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 1, 0]


def test_long_samples_are_encoded_whole() -> None:
    samples = Samples(np.ones((2, 300), dtype=np.uint8), np.zeros(2, dtype=np.int8))
    assert len(samples.encoded(1)) == 600
