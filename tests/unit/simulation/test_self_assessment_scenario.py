"""Runs of self-assessment: the reference's to the last digit, ours to the last wei."""

from dataclasses import replace

import pytest

from simulation.agents.agent import Agent
from simulation.agents.behaviour import Adversarial, Honest, Lazy
from simulation.datasets.imdb import Reviews
from simulation.errors import DatasetError, ParameterError
from simulation.scenarios.self_assessment import (
    SelfAssessmentScenario,
    run_self_assessment,
    simulate_self_assessment,
)
from simulation.scenarios.self_assessment.outcome import Outcome
from simulation.scenarios.self_assessment.parameters import UNIT_WEI
from tests.unit.simulation.drawn_samples import draw_samples

REVIEWS = Reviews(draw_samples(3_000), draw_samples(400, seed=2))
SMALL = SelfAssessmentScenario(evaluations=10)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run_self_assessment(SMALL, REVIEWS)


def test_the_same_seed_gives_the_same_run_and_another_seed_another(outcome: Outcome) -> None:
    again = run_self_assessment(SMALL, REVIEWS)
    assert (again.deeds, again.points) == (outcome.deeds, outcome.points)
    other = run_self_assessment(replace(SMALL, seed=2), REVIEWS)
    assert other.deeds != outcome.deeds


def test_no_wei_is_made_or_lost(outcome: Outcome) -> None:
    start_wei = sum(agent.start_units for agent in SMALL.agents) * UNIT_WEI
    assert sum(outcome.end_wei.values()) + outcome.left_wei == start_wei
    assert 0 <= outcome.left_wei < len(outcome.deeds)


def test_every_sample_is_contributed_once_and_settled_once(outcome: Outcome) -> None:
    numbers = list(range(len(REVIEWS.train) - 240))
    added = [deed.number for deed in outcome.deeds if deed.kind == "contributed"]
    settled = [deed.number for deed in outcome.deeds if deed.kind in ("refunded", "forfeited")]
    assert added == sorted(settled) == numbers


def test_nothing_is_settled_before_its_wait(outcome: Outcome) -> None:
    rules = SMALL.mechanism
    waits = {"refunded": rules.refund_wait_s, "forfeited": rules.forfeit_wait_s}
    added_at = {deed.number: deed.at for deed in outcome.deeds if deed.kind == "contributed"}
    for deed in outcome.deeds:
        if deed.kind in waits:
            assert deed.at - added_at[deed.number] >= waits[deed.kind]


def test_the_honest_profit_from_what_the_others_lose(outcome: Outcome) -> None:
    shares = outcome.points[-1].shares
    assert shares["Good"] > 1.02
    assert shares["Bad"] < 0.98


def test_who_tosses_a_coin_loses_as_well() -> None:
    agents = (SMALL.agents[0], Agent("Lazy", Lazy(), wait_mean_s=3600, wait_deviation_s=360))
    shares = run_self_assessment(replace(SMALL, agents=agents), REVIEWS).points[-1].shares
    assert shares["Lazy"] < 1 < shares["Good"]


def test_among_the_honest_nobody_loses_much() -> None:
    agents = (SMALL.agents[0], Agent("Other", Honest(), wait_deviation_s=60))
    shares = run_self_assessment(replace(SMALL, agents=agents), REVIEWS).points[-1].shares
    assert all(0.98 < share < 1.02 for share in shares.values())


def test_a_purse_that_is_empty_stops_its_owner() -> None:
    poor = Agent("Bad", Adversarial(), 100, 100, 3, wait_mean_s=900, wait_deviation_s=90)
    outcome = run_self_assessment(replace(SMALL, agents=(SMALL.agents[0], poor)), REVIEWS)
    assert outcome.points[-1].shares["Bad"] < 0.2
    assert outcome.end_wei["Bad"] >= 0


def test_a_run_ends_when_nobody_can_contribute_any_more() -> None:
    rules = replace(SMALL.mechanism, min_stake_wei=10**24, max_stake_wei=10**24)
    outcome = run_self_assessment(replace(SMALL, mechanism=rules), REVIEWS)
    assert outcome.deeds == ()
    assert set(outcome.points[-1].shares.values()) == {1.0}


def test_points_are_noted_evenly_and_progress_is_told() -> None:
    told: list[float] = []
    result = simulate_self_assessment(
        SMALL, REVIEWS, progress=told.append, clock=iter([2, 5]).__next__
    )
    figures = {figure.name: figure for figure in result.figures}
    assert len(figures["balances"].at) == len(figures["accuracy"].at) == 12
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
    assert result.numbers["seconds"] == 3
    assert result.numbers["accuracy_start"] == figures["accuracy"].lines[0].values[0] / 100
    assert result.numbers["balances"]["Bad"] == figures["balances"].lines[1].values[-1] / 100


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"samples": 0}, "samples is 0: give at least 1"),
        ({"initial_share": 1.0}, "share of the initial model is 1.0"),
        ({"agents": ()}, "at least one agent"),
        ({"agents": (SMALL.agents[0],) * 2}, "a name of its own"),
    ],
)
def test_impossible_parameters_are_refused_in_a_sentence(
    overrides: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ParameterError, match=sentence):
        replace(SMALL, **overrides)  # type: ignore[arg-type]


def test_agents_that_could_never_act_are_refused() -> None:
    for overrides in ({"wait_mean_s": 0.5}, {"offer_deviation_units": -1}, {"start_units": 10}):
        with pytest.raises(ParameterError, match="Good"):
            replace(SMALL.agents[0], **overrides)
    with pytest.raises(ParameterError, match="mistakes"):
        Honest(mistakes=1.5)


def test_more_samples_than_there_are_is_told() -> None:
    with pytest.raises(DatasetError, match="has 3000 samples, 5000 are asked for"):
        run_self_assessment(replace(SMALL, samples=5_000), REVIEWS)


def test_a_run_of_the_reference_comes_out_to_the_last_digit(imdb: Reviews) -> None:
    outcome = run_self_assessment(SelfAssessmentScenario(seed=2, exact=True, evaluations=1), imdb)
    end = outcome.points[-1]
    assert {name: round(100 * share, 3) for name, share in end.shares.items()} == {
        "Good": 199.449,
        "Bad": 0.551,
    }
    assert round(end.day, 2) == 155.52
    assert [round(each, 4) for each in (outcome.measured[0], outcome.measured[-1])] == [
        0.7920,
        0.7870,
    ]
    assert (min(outcome.measured), max(outcome.measured)) == (0.77980, 0.7920)
    assert len(outcome.measured) == 70
    assert outcome.counts == {
        "refund Good Good": 16_474,
        "refund Bad Bad": 931,
        "report Good Bad": 2_551,
        "report Bad Good": 4_037,
        "take Good Good": 2_772,
        "take Good Bad": 2_344,
        "take Bad Good": 469,
    }
