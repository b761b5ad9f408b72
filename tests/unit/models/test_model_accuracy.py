"""The model learns from the clues that ship with the game."""

from random import Random

import pytest

from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from sample_game.simulated_players.clue_book import load_clue_book
from tests.benchmarks.model_accuracy import (
    DECKS,
    LIAR_SHARE,
    Accuracy,
    Experiment,
    UnboundedNaiveBayes,
    accuracy,
    round_of,
    table,
)


@pytest.mark.parametrize(("liar_share", "least_top1"), [(0.0, 0.95), (LIAR_SHARE, 0.9)])
def test_model_guesses_held_out_clues_after_a_thousand_contributions(
    liar_share: float, least_top1: float
) -> None:
    words = DECKS["starter"].words
    split = load_clue_book(words).split(Random(1))

    (reached,) = Experiment("test", (1_000,), liar_share).run(words, split, seed=1)

    assert reached.top1 >= least_top1
    assert reached.top5 >= reached.top1


def test_accuracy_counts_first_and_first_five_places() -> None:
    model = NaiveBayes(NaiveBayesParameters(8, 4, 128))
    known = round_of(2, ["fur"])
    model.learn(known.label, known.features)
    # Ranking: 2 knows the word, the others follow in the order of their labels.
    tests = [known, round_of(0, ["fur"]), round_of(7, ["fur"]), round_of(5, ["fur"])]

    assert accuracy(model, tests) == Accuracy(top1=0.25, top5=0.5)


def test_unbounded_counts_differ_only_beyond_a_full_count() -> None:
    models = [each(NaiveBayesParameters(2, 4, 128)) for each in (NaiveBayes, UnboundedNaiveBayes)]
    for _ in range(255):
        for model in models:
            model.learn(1, [7])
    assert models[0].counts == models[1].counts
    for model in models:
        model.learn(1, [7])
    assert [model.counts[7][1] for model in models] == [255, 256]


def test_table_has_a_column_for_each_checkpoint() -> None:
    curve = [Accuracy(0.5, 0.75), Accuracy(0.9, 1.0)]
    assert table([Experiment("honest", (10, 1_000))], [curve]).splitlines() == [
        "| contributions | 10 | 1,000 |",
        "| --- | --- | --- |",
        "| honest | 0.500 / 0.750 | 0.900 / 1.000 |",
    ]
