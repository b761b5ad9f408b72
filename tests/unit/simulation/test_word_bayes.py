"""Naive Bayes in arrays is the model of the contract, bit by bit."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from simulation.learning.word_bayes import NEVER, WordBayes, as_rows

LABELS, WORDS = 5, 30
PARAMETERS = NaiveBayesParameters(LABELS, 4, 128)


def taught(lessons: int, words: int, seed: int) -> tuple[NaiveBayes, WordBayes]:
    random = Random(seed)
    twin, fast = NaiveBayes(PARAMETERS), WordBayes(PARAMETERS, words)
    for _ in range(lessons):
        label, sample = random.randrange(LABELS - 1), random.sample(range(words), 3)
        twin.learn(label, sample)
        fast.learn(label, sample)
    return twin, fast


@pytest.mark.parametrize("lessons", [0, 7, 200])
def test_scores_predictions_and_ranks_are_those_of_the_contract_s_twin(lessons: int) -> None:
    twin, fast = taught(lessons, WORDS, seed=lessons)
    random = Random(1)
    samples = [random.sample(range(WORDS), random.randint(1, 6)) for _ in range(40)]
    rows, truths = as_rows(samples), np.arange(40) % LABELS
    for sample, scored in zip(samples, fast.scores(rows).tolist(), strict=True):
        known = zip(twin.scores(sample), scored, twin.docs, strict=True)
        assert all(exact == ours if docs else ours < NEVER // 2 for exact, ours, docs in known)
    assert fast.predict(rows).tolist() == [twin.predict(sample) for sample in samples]
    ranks = [
        twin.ranking(sample).index(truth)
        for sample, truth in zip(samples, truths.tolist(), strict=True)
    ]
    assert fast.ranks(rows, truths)[truths < LABELS - 1].tolist() == [
        rank for rank, truth in zip(ranks, truths.tolist(), strict=True) if truth < LABELS - 1
    ]


def test_full_counts_stop_growing_as_in_the_contract() -> None:
    twin, fast = taught(2_000, 4, seed=3)
    assert max(max(lanes.values()) for lanes in twin.counts.values()) == 255
    assert fast.tokens == twin.tokens
    rows = as_rows([[0, 1], [2, 3]])
    assert fast.scores(rows)[:, :-1].tolist() == [
        twin.scores(each)[:-1] for each in ([0, 1], [2, 3])
    ]


def test_learning_tells_which_words_are_new() -> None:
    fast = WordBayes(PARAMETERS, WORDS)
    assert fast.learn(0, [1, 2, 3]) == 3
    assert fast.learn(1, [3, 4]) == 1
