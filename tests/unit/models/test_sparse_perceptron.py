import pytest

from relayer.models.errors import ParameterError
from relayer.models.samples import encode
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters


def make_model(weights: list[int] | None = None, /, **overrides: int) -> SparsePerceptron:
    fields = {"feature_bound": 4, "intercept": 0, "learning_rate": 10}
    return SparsePerceptron(SparsePerceptronParameters(**{**fields, **overrides}), weights)


def test_learn_moves_weights_only_after_a_wrong_prediction() -> None:
    model = make_model()
    model.learn(0, [0, 1])  # a score of zero means label 0: right already
    assert model.weights == [0, 0, 0, 0]

    model.learn(1, [0, 2])
    assert model.weights == [10, 0, 10, 0]
    model.learn(1, [0, 3])
    assert model.weights == [10, 0, 10, 0]

    model.learn(0, [0, 3])
    assert model.weights == [0, 0, 10, -10]


def test_new_features_have_no_weight_and_are_taken_from_then_on() -> None:
    model = SparsePerceptron(SparsePerceptronParameters(6, 0, 10), [5, -5])
    assert not model.fits(1, encode([2]))
    model.add_features(2)
    assert model.fits(1, encode([3]))
    assert not model.fits(1, encode([4]))
    assert model.weights == [5, -5, 0, 0]
    assert model.predict([0, 3]) == 1


def test_weights_stop_at_the_limits_of_sixteen_bits() -> None:
    model = make_model([32_767, -32_768, 0, 0], intercept=-100, learning_rate=32_767)
    model.learn(1, [0, 1])
    assert model.weights == [32_767, -1, 0, 0]

    model = make_model([-32_768, 32_767, 32_767, 0], learning_rate=32_767)
    model.learn(0, [0, 1, 2])
    assert model.weights == [-32_768, 0, 0, 0]


def test_fits_knows_labels_and_features_of_the_model() -> None:
    model = make_model()
    assert model.fits(1, encode([0, 3]))
    assert not model.fits(2, encode([0, 3]))
    assert not model.fits(1, encode([4]))
    assert not model.fits(1, b"\x00\x01\x00\x01")


@pytest.mark.parametrize(
    "wrong",
    [
        {"feature_bound": 0},
        {"feature_bound": 4097},
        {"intercept": 32_768},
        {"learning_rate": 0},
        {"learning_rate": 32_768},
    ],
)
def test_parameters_of_no_contract_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ParameterError):
        make_model(**wrong)


@pytest.mark.parametrize("weights", [[], [0] * 5, [0, 0, 0, 32_768], [-32_769, 0, 0, 0]])
def test_weights_that_do_not_fit_the_model_are_refused(weights: list[int]) -> None:
    with pytest.raises(ParameterError):
        make_model(weights)
