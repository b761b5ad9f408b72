"""Models over arrays that are examined after every sample, against the twins of the contracts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relayer.models.naive_bayes import MAX_COUNT, NaiveBayes, NaiveBayesParameters
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters
from simulation.datasets.samples import Samples
from simulation.learning.counted_naive_bayes import CountedNaiveBayes
from simulation.learning.examined import ExaminedLearner, replay
from simulation.learning.integer_perceptron import IntegerPerceptron
from simulation.learning.naive_bayes import ExaminedNaiveBayes
from tests.unit.simulation.reviews import made_up

FEATURES = 6
RECORDS = st.lists(
    st.tuples(st.integers(1, 2**FEATURES - 1), st.integers(0, 1)), min_size=1, max_size=30
)


def samples_of(records: list[tuple[int, int]]) -> Samples:
    bits = [[mask >> bit & 1 for bit in range(FEATURES)] for mask, _ in records]
    labels = np.array([label for _, label in records], dtype=np.int8)
    return Samples(np.array(bits, dtype=np.uint8), labels)


def rights_of_twin(
    model: NaiveBayes | SparsePerceptron, samples: Samples, test: Samples
) -> list[int]:
    def right() -> int:
        pairs = zip(test.feature_ids, test.labels.tolist(), strict=True)
        return sum(model.predict(each.tolist()) == label for each, label in pairs)

    rights = [right()]
    for each, label in zip(samples.feature_ids, samples.labels.tolist(), strict=True):
        model.learn(label, each.tolist())
        rights.append(right())
    return rights


@settings(max_examples=50, deadline=None)
@given(RECORDS, RECORDS, st.integers(1, 20), st.integers(1, 300))
def test_naive_bayes_answers_as_the_contract_s_twin(
    learnt: list[tuple[int, int]], asked: list[tuple[int, int]], alpha: int, vocabulary: int
) -> None:
    samples, test = samples_of(learnt), samples_of(asked)
    parameters = NaiveBayesParameters(2, alpha, vocabulary)
    rights = replay(ExaminedNaiveBayes(parameters, test), samples, samples.labels)
    assert rights == rights_of_twin(NaiveBayes(parameters), samples, test)


def test_naive_bayes_stops_counting_where_the_contract_does() -> None:
    samples = samples_of([(0b11, 1)] * (MAX_COUNT + 20) + [(0b10, 0)] * (MAX_COUNT - 5))
    test = samples_of([(mask, 1) for mask in range(1, 8)])
    parameters = NaiveBayesParameters(2, 4, 128)
    rights = replay(ExaminedNaiveBayes(parameters, test), samples, samples.labels)
    assert rights == rights_of_twin(NaiveBayes(parameters), samples, test)


@settings(max_examples=50, deadline=None)
@given(RECORDS, RECORDS, st.sampled_from([1, 9, 20_000]))
def test_the_perceptron_answers_as_the_contract_s_twin(
    learnt: list[tuple[int, int]], asked: list[tuple[int, int]], rate: int
) -> None:
    samples, test = samples_of(learnt), samples_of(asked)
    parameters = SparsePerceptronParameters(FEATURES, 0, rate)
    rights = replay(ExaminedLearner(IntegerPerceptron(parameters), test), samples, samples.labels)
    assert rights == rights_of_twin(SparsePerceptron(parameters), samples, test)


def test_naive_bayes_counted_at_once_is_as_good_as_sample_by_sample() -> None:
    reviews = made_up()
    parameters = NaiveBayesParameters(2, 4, 128)
    counted = CountedNaiveBayes(parameters, reviews.train.feature_count)
    assert counted.accuracy(reviews.test) == (reviews.test.labels == 0).mean()
    counted.learn(reviews.train.features, reviews.train.labels)
    examined = ExaminedNaiveBayes(parameters, reviews.test)
    rights = replay(examined, reviews.train, reviews.train.labels)
    assert counted.accuracy(reviews.test) == pytest.approx(rights[-1] / 800, abs=0.006)
    assert rights[-1] > 680
