import pytest

from relayer.chain.errors import FramingError
from relayer.chain.wire import Record
from relayer.models.classifier import agrees, train
from relayer.models.errors import ParameterError, TooManyRecordsError
from relayer.models.features import encode_words
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.samples import decode, encode

PLAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
CAT, DOG = 0, 1


def make_model(**overrides: int) -> NaiveBayes:
    fields = {"label_count": 3, "inverse_alpha": 4, "vocabulary": 128}
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
        {"label_count": 1},
        {"label_count": 257},
        {"inverse_alpha": 0},
        {"inverse_alpha": 65_537},
        {"vocabulary": 0},
        {"vocabulary": 2**32 + 1},
    ],
)
def test_parameters_of_no_contract_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ParameterError):
        make_model(**wrong)
