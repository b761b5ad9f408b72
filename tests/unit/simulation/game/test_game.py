"""The simulated word game: honest players teach, liars lose, and every wei is somewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from sample_game.simulated_players.clue_book import ClueBook, load_clue_book
from simulation import GameScenario, simulate_game, simulate_gamified
from simulation.errors import ParameterError
from simulation.scenarios.game import play
from simulation.scenarios.game.outcome import Outcome

#: The clues that ship with the game.
SMALL = GameScenario(
    contributions=600,
    players=60,
    refund_wait_s=120,
    forfeit_wait_s=400,
    settle_every_s=60.0,
    checkpoints=5,
    test_rounds_per_word=5,
)
CROOKED = replace(SMALL, liars=0.15, lazy=0.1, sybils=0.1)


@cache
def book() -> ClueBook:
    return load_clue_book(SMALL.words)


@cache
def played(scenario: GameScenario) -> Outcome:
    return play(scenario, book())


@pytest.mark.parametrize("mechanism", ["self-assessment", "gamified"])
def test_a_seed_tells_everything(mechanism: str) -> None:
    scenario = replace(SMALL, contributions=150, mechanism=mechanism)  # type: ignore[arg-type]
    first, again, other = (
        simulate_game(replace(scenario, seed=seed), book(), clock=lambda: 0.0) for seed in (1, 1, 2)
    )
    assert first == again
    assert first.numbers != other.numbers


def test_the_model_learns_to_guess_from_clues_that_nobody_played_with() -> None:
    accuracies = [point.top1 for point in played(SMALL).checkpoints]
    assert accuracies[0] < 0.1
    assert accuracies[-1] > 0.8


def test_stakes_of_liars_are_lost_and_honest_players_share_them() -> None:
    purses = played(CROOKED).purses
    assert purses["honest"].share > 1
    assert purses["liars"].share < 0.75
    assert purses["lazy"].share < 1


@pytest.mark.parametrize("scenario", [CROOKED, replace(CROOKED, mechanism="gamified")])
def test_everything_is_settled_and_every_wei_accounted_for(scenario: GameScenario) -> None:
    outcome = played(scenario)
    end = outcome.house[-1]
    assert outcome.ends.total() == scenario.contributions
    assert end.open_stakes_wei == 0
    assert end.reserved_wei == 0
    paid_wei = end.from_rewards_wei + outcome.to_players_wei
    assert paid_wei == sum(purse.rewards_wei for purse in outcome.purses.values())
    assert paid_wei <= outcome.forfeited_wei
    kept_wei = sum(purse.kept_wei for purse in outcome.purses.values())
    assert kept_wei == outcome.to_players_wei
    staked_wei = sum(purse.staked_wei for purse in outcome.purses.values())
    refunded_wei = sum(purse.refunded_wei for purse in outcome.purses.values())
    assert staked_wei == refunded_wei + outcome.forfeited_wei


def test_where_players_confirm_each_other_lies_earn_hardly_a_point() -> None:
    outcome = played(replace(CROOKED, mechanism="gamified"))
    true, false = outcome.late_share(is_true=True), outcome.late_share(is_true=False)
    assert true is not None
    assert false is not None
    assert true < 0.4 < 0.9 < false
    assert outcome.house[-1].from_rewards_wei == 0


def test_a_ring_of_four_is_stuck_after_three_points_each_when_validators_must_differ() -> None:
    ring = replace(SMALL, mechanism="gamified", sybils=4 / 60, sybils_lie=True, liars=0.0)
    free, limited = (
        played(replace(ring, distinct_validators=distinct)).purses["sybils"].points
        for distinct in (0, 3)
    )
    assert free > 3 * 4
    assert limited <= 3 * 4


def test_the_result_has_what_programs_read() -> None:
    result = simulate_gamified(replace(SMALL, contributions=100), book(), clock=lambda: 0.0)
    assert result.numbers["seconds"] == 0.0
    assert set(result.numbers["balances"]) == {"honest", "liars"}
    assert result.numbers["accuracy_end"] >= result.numbers["accuracy_start"]
    assert result.parameters["mechanism"] == "gamified"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"liars": 0.7, "lazy": 0.5}, "leave some honest ones over"),
        ({"refund_wait_s": 900, "forfeit_wait_s": 900}, "shorten it"),
        ({"deck": "nowhere"}, "There is no deck nowhere: choose of"),
        ({"contributions": 0}, "contributions must be at least 1"),
    ],
)
def test_an_impossible_game_is_refused_with_its_remedy(
    changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ParameterError, match=sentence):
        replace(SMALL, **changes)  # type: ignore[arg-type]
