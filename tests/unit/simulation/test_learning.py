"""Learners over arrays say what their plain forms say, and so do the short cuts around them."""

from random import Random

import numpy as np
import pytest

from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters
from simulation.datasets.imdb import Reviews
from simulation.datasets.samples import Samples
from simulation.errors import SimulationError
from simulation.learning import float_perceptron
from simulation.learning.averaged_perceptron import AveragedPerceptron
from simulation.learning.evaluation import Evaluation, snapshot
from simulation.learning.float_perceptron import FloatPerceptron
from simulation.learning.integer_perceptron import IntegerPerceptron
from simulation.learning.move import Learner
from simulation.learning.scores import Scores
from tests.unit.simulation.drawn_samples import draw_samples

SAMPLES = draw_samples(300)


def teach(learner: Learner, samples: Samples = SAMPLES) -> None:
    for index, label in enumerate(samples.labels.tolist()):
        learner.learn(samples.feature_ids[index], label)


@pytest.mark.parametrize("learning_rate", [1, 40, 9_000])
def test_our_perceptron_is_the_twin_of_the_contract_also_where_weights_saturate(
    learning_rate: int,
) -> None:
    parameters = SparsePerceptronParameters(SAMPLES.feature_count, -3, learning_rate)
    fast, plain = IntegerPerceptron(parameters), SparsePerceptron(parameters)
    for index, label in enumerate(SAMPLES.labels.tolist()):
        feature_ids = SAMPLES.feature_ids[index]
        fast.learn(feature_ids, label)
        plain.learn(label, feature_ids.tolist())
        assert fast.weights.tolist() == plain.weights
        assert fast.score(feature_ids) == plain.score(feature_ids.tolist())
    assert (np.abs(fast.weights).max() > 30_000) == (learning_rate == 9_000)


def test_a_rounded_model_says_nearly_always_what_the_model_of_floats_says() -> None:
    model = FloatPerceptron(SAMPLES.feature_count)
    model.fit(SAMPLES)
    rounded = IntegerPerceptron.rounded(model, 16)
    assert rounded.parameters.learning_rate == 16
    same = [
        (model.score(ids) > 0) == (rounded.score(ids) > 0) for ids in draw_samples(500).feature_ids
    ]
    assert sum(same) >= 495


def test_averaged_perceptron_has_the_mean_of_all_past_weights() -> None:
    averaged = AveragedPerceptron(FloatPerceptron(SAMPLES.feature_count))
    past = []
    for index, label in enumerate(SAMPLES.labels.tolist()):
        averaged.learn(SAMPLES.feature_ids[index], label)
        past.append([*averaged.learner.weights, averaged.learner.intercept])
    assert np.allclose([*averaged.weights, averaged.intercept], np.mean(past, axis=0))


def make_integer(learning_rate: int) -> IntegerPerceptron:
    return IntegerPerceptron(SparsePerceptronParameters(SAMPLES.feature_count, 2, learning_rate))


@pytest.mark.parametrize(
    "learner", [FloatPerceptron(SAMPLES.feature_count), make_integer(1), make_integer(9_000)]
)
def test_scores_stay_what_the_model_says_while_it_learns(learner: Learner) -> None:
    scores = Scores(learner, SAMPLES)
    first = 0
    for index in range(len(SAMPLES)):
        label = Random(index).randrange(2)
        scores.learn(index, label, first)
        first += index % 2
        said = [learner.score(SAMPLES.feature_ids[each]) > 0 for each in range(first, index + 1)]
        assert scores.positive(first, index + 1).tolist() == said


def test_one_model_and_many_models_are_evaluated_as_if_asked_sample_by_sample() -> None:
    test = draw_samples(400, seed=2)
    evaluation, learner = Evaluation(test), FloatPerceptron(test.feature_count)
    snapshots, accuracies = [snapshot(learner)], [evaluation.accuracy(learner)]
    teach(learner)
    snapshots.append(snapshot(learner))
    right = [
        (learner.score(ids) > 0) == (label == 1)
        for ids, label in zip(test.feature_ids, test.labels, strict=True)
    ]
    accuracies.append(sum(right) / len(right))
    assert evaluation.accuracy(learner) == accuracies[-1] > 0.8
    assert evaluation.accuracies(snapshots) == accuracies


def test_a_fit_that_does_not_settle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(float_perceptron, "MAX_EPOCHS", 3)
    with pytest.raises(SimulationError, match="did not settle within 3 epochs: give it other"):
        FloatPerceptron(SAMPLES.feature_count).fit(SAMPLES)


def test_the_initial_fit_on_real_reviews_is_the_reference_s(imdb: Reviews) -> None:
    model = FloatPerceptron(imdb.train.feature_count)
    assert model.fit(imdb.train.between(0, 2000)) == 38
    assert model.seen == 76_000
    assert round(model.step, 5) == 0.12987
    assert round(model.intercept, 3) == -4.216
    assert round(Evaluation(imdb.test).accuracy(model), 4) == 0.7920


def test_our_online_perceptron_reads_real_reviews_and_its_mean_reads_them_better(
    imdb: Reviews,
) -> None:
    parameters = SparsePerceptronParameters(imdb.train.feature_count, 0, 1)
    averaged = AveragedPerceptron(IntegerPerceptron(parameters))
    teach(averaged, imdb.train)
    evaluation = Evaluation(imdb.test)
    assert 0.77 < evaluation.accuracy(averaged.learner) < 0.83
    assert 0.84 < evaluation.accuracy(averaged) < 0.86
