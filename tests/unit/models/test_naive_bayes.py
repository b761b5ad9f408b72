from typing import Any

import pytest

from relayer.chain.errors import FramingError
from relayer.chain.wire import Record
from relayer.models.classifier import agrees, train
from relayer.models.errors import ParameterError, TooManyRecordsError
from relayer.models.features import encode_words
from relayer.models.naive_bayes import NEVER, NaiveBayes, NaiveBayesParameters
from relayer.models.samples import decode, encode

PLAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
CAT, DOG = 0, 1


def make_model(**overrides: int) -> NaiveBayes:
    fields = {"label_bound": 3, "inverse_alpha": 4, "vocabulary": 128}
    return NaiveBayes(NaiveBayesParameters(**{**fields, **overrides}))


def record(label: int, *features: int) -> bytes:
    return Record(PLAYER, label, encode(features)).pack()


def test_predict_follows_the_words_that_were_learnt() -> None:
    model = make_model()
    model.learn(CAT, decode(encode_words(["fur", "purr", "milk"])))
    model.learn(DOG, decode(encode_words(["fur", "bark", "bone"])))

    assert model.predict(decode(encode_words(["Purr", "fur"]))) == CAT
    assert model.ranking(decode(encode_words(["bark", "fur"])))[:2] == [DOG, CAT]


def test_predict_gives_ties_to_the_lower_label() -> None:
    assert make_model().predict([1, 2, 3]) == 0
    assert make_model().ranking([1]) == [0, 1, 2]


def test_label_without_samples_never_wins_however_strange_the_words() -> None:
    model = make_model()
    for feature in range(100):
        model.learn(2, [feature, feature + 200])
    # By the formula alone the labels without tokens would have less to divide by.
    assert model.predict([40_000, 50_000]) == 2
    assert model.ranking([40_000, 50_000]) == [2, 0, 1]
    assert model.scores([40_000])[:2] == [NEVER, NEVER]


def test_new_labels_change_no_prediction_until_they_are_taught() -> None:
    parameters = NaiveBayesParameters(label_bound=4, inverse_alpha=4, vocabulary=128)
    model = NaiveBayes(parameters, 2)
    model.learn(CAT, [1])
    model.learn(DOG, [2])
    model.add_labels(2)
    assert [model.predict([feature]) for feature in (1, 2, 3)] == [CAT, DOG, CAT]
    assert model.fits(3, encode([9]))
    assert not model.fits(4, encode([9]))
    model.learn(3, [9])
    assert model.predict([9]) == 3


@pytest.mark.parametrize(
    "state", [{"label_count": 1}, {"label_count": 4}, {"docs": [1, 2]}, {"tokens": [1] * 4}]
)
def test_state_that_does_not_fit_the_parameters_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        NaiveBayes(NaiveBayesParameters(3, 4, 128), **state)


def test_train_skips_what_does_not_fit_and_leaves_neighbours_alone() -> None:
    model = make_model()
    unfit_label, unfit_sample = record(3, 1), Record(PLAYER, 0, b"\x00\x01\x00\x01").pack()

    accepted = train(model, record(0, 1) + unfit_label + unfit_sample + record(1, 2))

    assert accepted == 0b1001
    assert (model.docs, model.tokens) == ([1, 1, 0], [1, 1, 0])


def test_full_count_stops_growing_and_so_do_its_tokens() -> None:
    model = make_model()
    for _ in range(300):
        model.learn(CAT, [7])

    assert (model.counts[7], model.tokens[CAT], model.docs[CAT]) == ({CAT: 255}, 255, 300)


def test_long_samples_do_not_underflow() -> None:
    # 0xDeCA10B's products of probabilities reach zero from six features on.
    model = make_model()
    for feature in range(64):
        model.learn(DOG, [feature])
    assert model.predict(list(range(64))) == DOG


def test_agrees_looks_at_masked_records_only() -> None:
    model = make_model()
    records = record(CAT, 1) + record(DOG, 2) + record(CAT, 3)
    train(model, records)

    assert agrees(model, records, 0b111) == 0b111
    assert agrees(model, records, 0b010) == 0b010
    assert agrees(model, record(DOG, 1) + record(CAT, 1), 0b11) == 0b10


def test_train_refuses_badly_framed_and_overfull_batches() -> None:
    with pytest.raises(FramingError):
        train(make_model(), record(0, 1)[:-1])
    with pytest.raises(TooManyRecordsError):
        train(make_model(), record(0, 1) * 256)


@pytest.mark.parametrize(
    "wrong",
    [
        {"label_bound": 1},
        {"label_bound": 257},
        {"inverse_alpha": 0},
        {"inverse_alpha": 65_537},
        {"vocabulary": 0},
        {"vocabulary": 2**32 + 1},
    ],
)
def test_parameters_of_no_contract_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ParameterError):
        make_model(**wrong)
