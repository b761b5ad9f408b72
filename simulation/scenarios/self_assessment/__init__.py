"""Self-assessment on real data: an honest agent against one that spends more to do harm."""

import time
from collections.abc import Callable
from pathlib import Path

from relayer.chain.node import Node
from simulation.datasets.imdb import Reviews, load_reviews
from simulation.errors import ParameterError, ReplayError
from simulation.report.progress import Progress, untold
from simulation.result import Result
from simulation.scenarios.guessing import beside_guessing
from simulation.scenarios.self_assessment.findings import result_of
from simulation.scenarios.self_assessment.ours import OwnRun
from simulation.scenarios.self_assessment.outcome import Outcome
from simulation.scenarios.self_assessment.parameters import SelfAssessmentScenario
from simulation.scenarios.self_assessment.reference import ReferenceRun
from simulation.scenarios.self_assessment.relayed import relay

__all__ = ["SelfAssessmentScenario", "run_self_assessment", "simulate_self_assessment"]


def simulate_self_assessment(
    scenario: SelfAssessmentScenario | None = None,
    reviews: Reviews | Path | None = None,
    *,
    progress: Progress = untold,
    clock: Callable[[], float] = time.perf_counter,
    replay_on: Node | None = None,
) -> Result:
    """Simulate self-assessment.

    Args:
        scenario: what was chosen; default: the published agents under our rules.
        reviews: what is learnt and tested with, or where it lies; default: the data folder.
        progress: told how far the run is.
        clock: seconds of a clock that never goes back.
        replay_on: node of a development chain on which the real contracts do all of it once more.

    Raises:
        DatasetError: the data is missing, malformed or too small.
        ParameterError: this cannot be simulated, or not be replayed.
        SimulationError: the initial model does not settle.
        ReplayError: the chain cannot replay it or ends otherwise.
    """
    scenario = SelfAssessmentScenario() if scenario is None else scenario
    started_at = clock()
    if not isinstance(reviews, Reviews):
        reviews = load_reviews(reviews)
    if scenario.exact and replay_on is not None:
        raise ParameterError("The contracts have other rules than the reference: replay our run.")
    outcome = run_self_assessment(scenario, reviews, progress)
    relayed = relay(scenario, outcome) if outcome.deeds else None
    seconds = clock() - started_at
    replayed = None if replay_on is None else _replay(replay_on, scenario, reviews, outcome)
    result = result_of(scenario, outcome, relayed, seconds=seconds, replayed=replayed)
    return beside_guessing(result, reviews.test.labels[: scenario.test_samples])


def _replay(
    node: Node, scenario: SelfAssessmentScenario, reviews: Reviews, outcome: Outcome
) -> int:
    """Let the contracts do the same; returns the number of their transactions."""
    from simulation.replay.self_assessment import replay_on_chain

    end = replay_on_chain(node, scenario, reviews, outcome)
    if differences := end.differences(outcome):
        raise ReplayError(f"The chain ended otherwise: {' '.join(differences)} Report a bug.")
    return end.transactions


def run_self_assessment(
    scenario: SelfAssessmentScenario, reviews: Reviews, progress: Progress = untold
) -> Outcome:
    """The same with everything that was done on the way, for whoever looks closer.

    Raises:
        DatasetError: there are too few reviews for these numbers of samples.
        ParameterError: nothing is left for the initial model.
        SimulationError: the initial model does not settle.
    """
    used = reviews.limited(scenario.samples, scenario.test_samples)
    if int(len(used.train) * scenario.initial_share) < 1:
        raise ParameterError(
            f"The initial model has no sample to learn: use more than {len(used.train)} samples, "
            "or give it a larger share of them."
        )
    run = ReferenceRun if scenario.exact else OwnRun
    return run(scenario, used, progress).run()
