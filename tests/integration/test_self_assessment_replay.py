"""A simulated run, done by the real contracts, ends with the same purses and the same model."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from relayer.chain.node import Node
from simulation.agents.behaviour import Honest
from simulation.datasets.imdb import Reviews
from simulation.errors import ParameterError, ReplayError
from simulation.mechanisms.self_assessment import SelfAssessmentParameters
from simulation.replay.self_assessment import ChainEnd, replay_on_chain
from simulation.scenarios.self_assessment import (
    SelfAssessmentScenario,
    run_self_assessment,
    simulate_self_assessment,
)
from simulation.scenarios.self_assessment.outcome import Outcome
from simulation.scenarios.self_assessment.parameters import SCATTERED_AGENTS, UNIT_WEI
from tests.chain import Anvil
from tests.unit.simulation.drawn_samples import draw_samples

REVIEWS = Reviews(draw_samples(240, noise=0.1), draw_samples(50, seed=2))
#: The honest agent errs often, and waits are short enough for forfeits in between.
SCENARIO = SelfAssessmentScenario(
    seed=3,
    initial_share=0.75,
    evaluations=5,
    agents=(
        replace(SCATTERED_AGENTS[0], behaviour=Honest(mistakes=0.2)),
        replace(SCATTERED_AGENTS[1], wait_mean_s=1_200),
    ),
    mechanism=SelfAssessmentParameters(
        cost_weight=UNIT_WEI // 7,
        min_stake_wei=UNIT_WEI // 3,
        max_stake_wei=40 * UNIT_WEI,
        refund_wait_s=3_600,
        forfeit_wait_s=6 * 3_600,
    ),
)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run_self_assessment(SCENARIO, REVIEWS)


@pytest.fixture(scope="module")
def end(outcome: Outcome) -> Iterator[ChainEnd]:
    """The chain's end."""
    anvil = Anvil()
    try:
        yield replay_on_chain(anvil.node, SCENARIO, REVIEWS, outcome)
    finally:
        anvil.stop()


def test_the_run_has_everything_that_can_happen(outcome: Outcome) -> None:
    for kind in ("contributed", "refunded", "forfeited", "claimed"):
        for agent in ("Good", "Bad"):
            assert outcome.counts.get(f"{kind} {agent}", 0) >= 2
    assert outcome.counts["contributed Good"] + outcome.counts["contributed Bad"] == 60


def test_the_chain_ends_with_the_same_purses_to_the_wei_and_the_same_model(
    end: ChainEnd, outcome: Outcome
) -> None:
    assert end.end_wei == outcome.end_wei
    assert end.left_wei == outcome.left_wei
    assert list(end.weights) == outcome.model.weights.tolist()
    assert end.differences(outcome) == []
    assert end.transactions == len(outcome.deeds)


def test_every_difference_is_told(end: ChainEnd, outcome: Outcome) -> None:
    purses = {**outcome.end_wei, "Bad": outcome.end_wei["Bad"] + 1}
    other = replace(outcome, end_wei=purses, left_wei=outcome.left_wei - 1)
    sentences = replace(end, weights=[0, *end.weights[1:]]).differences(other)
    assert len(sentences) == 3
    assert sentences[0].startswith("Bad has ")


def test_the_simulation_tells_that_the_contracts_did_the_same(outcome: Outcome) -> None:
    anvil = Anvil()
    try:
        result = simulate_self_assessment(SCENARIO, REVIEWS, replay_on=anvil.node)
    finally:
        anvil.stop()
    assert result.numbers["replayed_transactions"] == len(outcome.deeds)
    assert "every purse is equal to the wei" in result.summary[-1]


def test_a_run_of_the_reference_is_not_replayed() -> None:
    with pytest.raises(ParameterError, match="other rules than the reference"):
        simulate_self_assessment(
            replace(SCENARIO, exact=True), REVIEWS, replay_on=Node("http://127.0.0.1:9")
        )


def test_a_node_that_does_not_sign_for_enough_agents_is_told(outcome: Outcome) -> None:
    anvil = Anvil("--accounts", "3")
    try:
        with pytest.raises(ReplayError, match="signs for 1 agents and there are 2: start anvil"):
            replay_on_chain(anvil.node, SCENARIO, REVIEWS, outcome)
    finally:
        anvil.stop()
