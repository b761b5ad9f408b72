"""The rules of self-assessment, on stories short enough to be reckoned by hand."""

import pytest

from simulation.errors import ParameterError, SimulationError
from simulation.mechanisms.self_assessment import SelfAssessment, SelfAssessmentParameters

DAY_S = 86_400


def make_mechanism(**overrides: int) -> SelfAssessment:
    fields = {
        "cost_weight": 10,
        "min_stake_wei": 100,
        "max_stake_wei": 36_000,
        "refund_wait_s": DAY_S,
        "forfeit_wait_s": 9 * DAY_S,
    }
    return SelfAssessment(SelfAssessmentParameters(**(fields | overrides)), now=0)


def add_and_settle(
    mechanism: SelfAssessment, player: str, added_at: int, *, agrees: bool, after_s: int
) -> None:
    stake_wei = mechanism.stake_wei(added_at)
    mechanism.take_stakes(1, stake_wei, added_at)
    mechanism.settle(
        [player],
        [agrees],
        stake_wei=stake_wei,
        added_at=added_at,
        now=added_at + after_s,
        payer=player,
    )


def test_stake_falls_with_the_root_of_the_seconds_and_has_bounds() -> None:
    mechanism = make_mechanism()
    prices = [mechanism.stake_wei(at) for at in (0, 3, 4, 99, 100, 10**6, 10**9)]
    assert prices == [36_000, 36_000, 18_000, 4_000, 3_600, 100, 100]
    assert make_mechanism(max_stake_wei=500).stake_wei(0) == 500


def test_all_contributions_of_a_block_pay_one_price() -> None:
    mechanism = make_mechanism()
    mechanism.take_stakes(2, 2 * 3_600, 100)
    assert mechanism.stake_wei(100) == 3_600
    mechanism.take_stakes(1, 3_600, 100)
    assert mechanism.stake_wei(104) == 18_000


def test_stakes_that_are_not_what_they_cost_are_refused() -> None:
    with pytest.raises(SimulationError, match="cost 7200 wei and 7199 were sent"):
        make_mechanism().take_stakes(2, 7_199, 100)


def test_a_stake_comes_back_from_the_refund_wait_on_and_is_lost_from_the_forfeit_wait_on() -> None:
    mechanism = make_mechanism()
    add_and_settle(mechanism, "ann", 100, agrees=True, after_s=DAY_S - 1)
    assert mechanism.claimable_wei == {}
    add_and_settle(mechanism, "ann", 200, agrees=True, after_s=DAY_S)
    add_and_settle(mechanism, "bob", 300, agrees=False, after_s=9 * DAY_S - 1)
    assert (mechanism.points("ann"), mechanism.unclaimed_wei("ann")) == (1, 0)
    add_and_settle(mechanism, "bob", 400, agrees=False, after_s=9 * DAY_S)
    assert (mechanism.points("bob"), mechanism.unclaimed_wei("ann")) == (0, 3_600)


def test_forfeits_wait_for_the_first_points_and_are_shared_in_proportion() -> None:
    mechanism = make_mechanism(min_stake_wei=300, max_stake_wei=300)
    add_and_settle(mechanism, "bad", 100, agrees=False, after_s=9 * DAY_S)
    assert mechanism.waiting_wei == 300
    add_and_settle(mechanism, "ann", 200, agrees=True, after_s=DAY_S)
    add_and_settle(mechanism, "ann", 300, agrees=True, after_s=DAY_S)
    add_and_settle(mechanism, "bob", 400, agrees=True, after_s=DAY_S)
    add_and_settle(mechanism, "bad", 500, agrees=False, after_s=9 * DAY_S)
    # Ann had the only point when the first forfeit was shared; the second one three points share.
    assert mechanism.waiting_wei == 0
    assert [mechanism.claim(name) for name in ("ann", "bob", "bad")] == [1_100, 400, 0]
    assert mechanism.claim("ann") == mechanism.claim("bob") == 0
    assert mechanism.balance_wei == 0


def test_parameters_that_the_contract_refuses_are_refused() -> None:
    for overrides in (
        {"min_stake_wei": 0},
        {"min_stake_wei": 40_000},
        {"max_stake_wei": 1 << 81},
        {"forfeit_wait_s": DAY_S},
        {"cost_weight": 1 << 96},
    ):
        with pytest.raises(ParameterError):
            make_mechanism(**overrides)
