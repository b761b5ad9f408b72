"""The prediction market of 0xDeCA10B's simulation, decision by decision and draw by draw.

Two models start alike: the market's, and the simulator's, which never learns and whose accuracy
says how often good contributors are willing. Everybody stakes 1. Each piece of the test set but the
opened one scores. In each pass a contribution scores the accuracy after it less that after the
survivor before it, out of one replay; as many rounds are played as the worst one's balance covers.

Its books are kept as they were: a stake lies in its owner's market balance from the start, what is
left of a contribution that drops out is added to that, and of those that survive only the gain of
the last pass. So nobody loses a stake, and gains of earlier passes are lost.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.agents.agent import Agent
from simulation.datasets.imdb import Reviews
from simulation.datasets.samples import Samples
from simulation.errors import DatasetError
from simulation.learning.evaluation import Evaluation
from simulation.learning.examined import ExaminedLearner, replay
from simulation.learning.float_perceptron import FloatPerceptron
from simulation.report.progress import Progress, untold
from simulation.scenarios.market.parameters import CONTRIBUTORS


@dataclass(frozen=True)
class Setting:
    """What the reference chose: sizes, and a bounty in units of a stake."""

    initial: int = 10
    contributions: int = 9_990
    test_size: int = 1_000
    pieces: int = 10
    bounty: float = 100_000.0


@dataclass(frozen=True)
class Participation:
    """Who contributed what, in order.

    Attributes:
        authors: number of each contribution's author.
        at_s: when it came.
    """

    authors: NDArray[np.intp]
    at_s: NDArray[np.int64]


@dataclass(frozen=True)
class Sharing:
    """How the bounty was shared.

    Attributes:
        balances: what the market pays to each contributor.
        passes: passes that were played.
        survivors: authors of the contributions that were in the last one.
        paid: units that left the bounty.
    """

    balances: tuple[float, ...]
    passes: int
    survivors: NDArray[np.intp]
    paid: float


@dataclass(frozen=True)
class ReferenceRun:
    """Everything that one run tells.

    Attributes:
        participation: who contributed.
        sharing: how it was paid.
        accuracies: on the pieces that score, of the initial model and after each contribution.
        accuracy_start: of the initial model on all test reviews.
        accuracy_end: of the model that learnt every contribution once, on all test reviews.
    """

    participation: Participation
    sharing: Sharing
    accuracies: NDArray[np.float64]
    accuracy_start: float
    accuracy_end: float


def run_reference(
    reviews: Reviews,
    seed: int,
    setting: Setting | None = None,
    contributors: Sequence[Agent] = CONTRIBUTORS,
    progress: Progress = untold,
) -> ReferenceRun:
    """Run the market once.

    Args:
        reviews: the first of the training ones are contributed, the first test ones score.
        seed: of the one stream from which everything is drawn.
        setting: sizes and bounty; default: the reference's.
        contributors: who takes part.
        progress: told how far it is.

    Raises:
        DatasetError: there are fewer reviews than the setting asks for.
    """
    setting = setting or Setting()
    _check_supply(reviews, setting)
    stream = random.Random(seed)  # noqa: S311
    opened = stream.randrange(setting.pieces)
    model = FloatPerceptron(reviews.train.feature_count)
    model.fit(reviews.train.between(0, setting.initial))
    whole = Evaluation(reviews.test)
    accuracy_start = whole.accuracy(model)
    participation = participate(stream, contributors, setting.contributions, accuracy_start)
    progress(0.1)
    samples = reviews.train.between(setting.initial, setting.initial + setting.contributions)
    bad = np.array([not each.behaviour.is_good for each in contributors])[participation.authors]
    rights = replay(
        ExaminedLearner(model, _scoring(reviews.test, setting, opened)),
        samples,
        samples.labels ^ bad.astype(np.int8),
    )
    progress(0.9)
    accuracies = np.array(rights) / (setting.test_size - setting.test_size // setting.pieces)
    sharing = share(accuracies, participation.authors, len(contributors), setting.bounty)
    progress(1.0)
    return ReferenceRun(participation, sharing, accuracies, accuracy_start, whole.accuracy(model))


def participate(
    stream: random.Random, contributors: Sequence[Agent], count: int, accuracy: float
) -> Participation:
    """Let contributors take their turns until there are `count` contributions.

    Args:
        stream: what everything is drawn from.
        contributors: who takes turns.
        count: when it ends.
        accuracy: of the model that good contributors look at.
    """
    order = list(range(len(contributors)))
    stream.shuffle(order)
    turns = [
        (contributors[each].draw_wait_s(stream), contributors[each].name, each) for each in order
    ]
    heapq.heapify(turns)
    authors: list[int] = []
    times: list[int] = []
    while len(authors) < count:
        now_s, name, each = turns[0]
        contributor = contributors[each]
        if contributor.behaviour.contributes(accuracy, stream):
            contributor.draw_offer_units(stream)
            stream.random()  # whether the reference draws a point
            authors.append(each)
            times.append(now_s)
        heapq.heapreplace(turns, (now_s + contributor.draw_wait_s(stream), name, each))
    return Participation(np.array(authors), np.array(times))


def share(
    accuracies: NDArray[np.float64], authors: NDArray[np.intp], contributors: int, bounty: float
) -> Sharing:
    """Share the bounty as the reference does.

    Args:
        accuracies: of the initial model, then after each contribution.
        authors: author of each contribution, below `contributors`.
        contributors: how many there are.
        bounty: rounds that are played at most.
    """
    paid_out = np.bincount(authors, minlength=contributors).astype(np.float64)
    balances = np.ones(len(authors))
    surviving = np.arange(len(authors))
    remaining, passes = bounty, 0
    while remaining > 0 and len(surviving):
        passes += 1
        after = accuracies[surviving + 1]
        scores = after - np.concatenate([accuracies[:1], after[:-1]])
        worst = int(scores.argmin())
        rounds = remaining
        if scores[worst] < 0:
            rounds = min(balances[surviving[worst]] / -scores[worst], remaining)
        remaining -= rounds
        if remaining == 0:
            np.add.at(paid_out, authors[surviving], scores * rounds)
            break
        balances[surviving] += scores * rounds
        out = balances[surviving] < 1
        np.add.at(paid_out, authors[surviving[out]], balances[surviving[out]])
        surviving = surviving[~out]
    stakes = len(authors)
    return Sharing(
        tuple(paid_out.tolist()), passes, authors[surviving], float(paid_out.sum()) - stakes
    )


def _check_supply(reviews: Reviews, setting: Setting) -> None:
    needed = setting.initial + setting.contributions, setting.test_size
    there = len(reviews.train), len(reviews.test)
    if there[0] < needed[0] or there[1] < needed[1]:
        raise DatasetError(
            f"The reference's market needs {needed[0]:,} reviews to contribute and {needed[1]:,} "
            f"to test with, and there are {there[0]:,} and {there[1]:,}: give the whole dataset."
        )


def _scoring(test: Samples, setting: Setting, opened: int) -> Samples:
    """The test set without its opened piece."""
    numbers = np.arange(setting.test_size)
    start, end = (int(piece / setting.pieces * setting.test_size) for piece in (opened, opened + 1))
    kept = (numbers < start) | (numbers >= end)
    return Samples(test.features[: setting.test_size][kept], test.labels[: setting.test_size][kept])
