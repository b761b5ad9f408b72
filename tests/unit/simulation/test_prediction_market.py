"""The rule of the prediction market, in exact integers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.wire import Record
from simulation.mechanisms.prediction_market import (
    MarketError,
    Outcome,
    accounts_of,
    score,
    time_out,
)

UNIT = 3 * 10**18


def score_tenths(*rights: int, accounts: list[int] | None = None) -> Outcome:
    """Stakes of 1 and a bounty of 100 units; accuracies in tenths."""
    return score(
        rights,
        accounts or list(range(len(rights) - 1)),
        test_size=10,
        stake_wei=UNIT,
        bounty_wei=100 * UNIT,
    )


def gains(outcome: Outcome) -> list[int]:
    """What each contribution gained or lost, in thirds of a unit."""
    return [(payout - UNIT) * 3 // UNIT for payout in outcome.payouts_wei]


@pytest.mark.parametrize(
    ("rights", "thirds"),
    [((5, 6, 8), [30, 60]), ((5, 7, 6), [60, -3]), ((9, 8, 5), [-1, -3])],
)
def test_the_examples_of_the_design(rights: tuple[int, ...], thirds: list[int]) -> None:
    assert gains(score_tenths(*rights)) == thirds


def test_gains_of_earlier_passes_are_kept() -> None:
    # B ruins itself in the first pass while A gains; A is then scored alone.
    outcome = score_tenths(5, 7, 1)
    rounds_wei = 10 * UNIT // 6
    assert outcome.passes[0].rounds_wei == rounds_wei
    assert outcome.passes[0].dropped == (1,)
    assert outcome.payouts_wei[0] == UNIT + 20 * UNIT


def test_whoever_runs_out_first_decides_so_that_nobody_owes() -> None:
    # After the first pass B (balance 150) and D (balance 100) are left with the same bad score. As
    # many rounds as B's balance covers would leave D 50 in debt.
    outcome = score((2, 0, 1, 0, 0), range(4), test_size=6, stake_wei=100, bounty_wei=10_000)
    assert [played.scores for played in outcome.passes] == [(-2, 1, -1, 0), (0, -1, 0, -1)]
    assert [played.rounds_wei for played in outcome.passes] == [300, 600]
    assert outcome.payouts_wei == (0, 50, 50, 0)
    assert outcome.returned_wei == 10_000 + 300


def test_a_group_has_one_score() -> None:
    outcome = score_tenths(4, 7, 8, 7, accounts=[0, 1, 0])
    assert gains(outcome) == [30, 30, 30]


def test_accounts_are_contributions_or_contributors() -> None:
    records = [Record(player, 0, b"") for player in ("a", "b", "a")]
    assert accounts_of(records, grouped=False) == [0, 1, 2]
    assert accounts_of(records, grouped=True) == [0, 1, 0]


def test_a_time_out_shares_the_bounty_and_returns_the_rest() -> None:
    assert time_out(3, stake_wei=5, bounty_wei=10) == Outcome((8, 8, 8), 1)
    assert time_out(0, stake_wei=5, bounty_wei=10) == Outcome((), 10)


@given(
    rights=st.lists(st.integers(0, 20), min_size=2, max_size=12),
    stake_wei=st.integers(1, 10**20),
    bounty_wei=st.integers(1, 10**24),
    data=st.data(),
)
def test_no_money_is_made_and_nobody_owes(
    rights: list[int], stake_wei: int, bounty_wei: int, data: st.DataObject
) -> None:
    count = len(rights) - 1
    drawn = data.draw(st.lists(st.integers(0, count), min_size=count, max_size=count))
    accounts = [sorted(set(drawn)).index(account) for account in drawn]
    outcome = score(rights, accounts, test_size=20, stake_wei=stake_wei, bounty_wei=bounty_wei)
    assert min(outcome.payouts_wei) >= 0
    assert outcome.returned_wei >= 0
    assert sum(outcome.payouts_wei) + outcome.returned_wei == bounty_wei + count * stake_wei
    assert len(outcome.passes) <= len(set(accounts)) + 1


@pytest.mark.parametrize(
    "changed",
    [
        {"rights": (5, 6)},
        {"rights": (5, 6, 11)},
        {"accounts": (0, 2)},
        {"accounts": ()},
        {"test_size": 0},
        {"stake_wei": 0},
        {"bounty_wei": 0},
    ],
)
def test_numbers_of_no_market_are_refused(changed: dict[str, object]) -> None:
    sound: dict[str, object] = {
        "rights": (5, 6, 8),
        "accounts": (0, 1),
        "test_size": 10,
        "stake_wei": 1,
        "bounty_wei": 1,
    }
    with pytest.raises(MarketError):
        score(**(sound | changed))  # type: ignore[arg-type]
