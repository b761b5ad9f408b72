"""What simulated runs would cost a house: money is only moved, and nobody's is made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulation import simulate_market, simulate_self_assessment
from simulation.datasets.imdb import Reviews
from simulation.errors import ParameterError
from simulation.house import House, HousePrices
from simulation.scenarios.market import relayed as of_market
from simulation.scenarios.market.parameters import MarketScenario
from simulation.scenarios.market.series import run_series
from simulation.scenarios.self_assessment import SelfAssessmentScenario, run_self_assessment
from simulation.scenarios.self_assessment import relayed as of_self_assessment
from tests.unit.simulation.reviews import made_up

MARKETS = MarketScenario(
    markets=2, market_size=120, test_size=250, block=5, skipped_words=0, stake=5
)
RUN = SelfAssessmentScenario(samples=200)
FULL_WEI = 10**30


@pytest.fixture(scope="module")
def reviews() -> Reviews:
    return made_up()


def assert_books_balance(house: House) -> None:
    tank = house.tank
    assert (tank.reserved_wei, house.open_stakes_wei) == (0, 0)
    fees_of_tank_wei = house.credited_wei - house.from_rewards_wei
    assert FULL_WEI - tank.available_wei == fees_of_tank_wei + house.forfeited_wei
    assert 0 <= house.from_rewards_wei <= house.credited_wei
    assert sum(house.units.values()) > 0


def test_the_books_of_markets_balance(reviews: Reviews) -> None:
    series = run_series(MARKETS, reviews)
    relayed = of_market.relay(MARKETS, series)
    assert_books_balance(relayed.house)
    assert sum(relayed.fees_wei.values()) == relayed.house.from_rewards_wei > 0
    stake_wei = MARKETS.stake_wei
    payouts_wei = [paid for market in series.markets for paid in market.outcome.payouts_wei]
    assert relayed.house.forfeited_wei == sum(max(0, stake_wei - paid) for paid in payouts_wei)
    earned_wei = sum(max(0, paid - stake_wei) for paid in payouts_wei)
    assert relayed.house.rewards_wei + relayed.house.from_rewards_wei == earned_wei
    assert set(relayed.house.units) == {"drawing", "adding", "replaying", "passes", "settling"}


def test_contributions_that_come_together_leave_together(reviews: Reviews) -> None:
    relayed = of_market.relay(MARKETS, run_series(MARKETS, reviews))
    assert relayed.contributions == 240
    assert 240 / MARKETS.block <= relayed.batches < 2 * 240 / MARKETS.block


def test_the_books_of_self_assessment_balance(reviews: Reviews) -> None:
    outcome = run_self_assessment(RUN, reviews)
    relayed = of_self_assessment.relay(RUN, outcome)
    assert_books_balance(relayed.house)
    assert sum(relayed.fees_wei.values()) == relayed.house.from_rewards_wei > 0
    lost = [deed.amount_wei for deed in outcome.deeds if deed.kind == "forfeited"]
    assert relayed.house.forfeited_wei == sum(lost)
    assert relayed.contributions == 184 >= relayed.batches


def test_who_pays_fees_has_so_much_less_and_the_rest_is_as_before(reviews: Reviews) -> None:
    dear = replace(RUN, prices=HousePrices(base_fee_wei=10**11, block_s=12.0))
    cheap, costly = (simulate_self_assessment(each, reviews).numbers for each in (RUN, dear))
    assert cheap["balances"] == costly["balances"]
    for name, share in cheap["balances"].items():
        assert share >= cheap["balances_after_fees"][name] >= costly["balances_after_fees"][name]
    assert costly["house"]["gas_wei"] > 1_000 * cheap["house"]["gas_wei"]
    assert costly["house"]["gas"] == cheap["house"]["gas"]


def test_reports_show_gas_and_fees(reviews: Reviews) -> None:
    for result in (simulate_market(MARKETS, reviews), simulate_self_assessment(RUN, reviews)):
        figure = next(each for each in result.figures if each.name == "house")
        assert [line.label for line in figure.lines][:2] == ["spent on gas", "came back as fees"]
        assert result.numbers["house"]["share_reimbursed"] > 0
        assert any("got back" in sentence for sentence in result.summary)


def test_nothing_costs_gas_where_the_reference_is_run(reviews: Reviews) -> None:
    result = simulate_self_assessment(replace(RUN, exact=True), reviews)
    assert "house" not in result.numbers
    assert [figure.name for figure in result.figures] == ["balances", "accuracy"]


@pytest.mark.parametrize(
    ("prices", "told"),
    [
        ({"base_fee_wei": 0}, "at least 1 wei"),
        ({"tip_wei": -1}, "at least 0"),
        ({"base_fee_wei": 10**16}, "a million gwei"),
        ({"block_s": 0.0}, "every hour at least"),
        ({"block_s": float("nan")}, "every hour at least"),
    ],
)
def test_prices_that_no_chain_has_are_told(prices: dict[str, float], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        HousePrices(**prices)  # type: ignore[arg-type]
