"""Offers and bumps: what nodes demand, what the operator allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.errors import FeeCapError
from relayer.chain.fees import FeePolicy, Fees

GWEI = 10**9


def make_policy(cap_wei: int = 100 * GWEI, tip_wei: int = GWEI, bump: int = 10) -> FeePolicy:
    return FeePolicy(cap_wei, tip_wei, bump)


def test_first_offer_is_twice_the_base_fee_and_the_tip() -> None:
    assert make_policy().first(7 * GWEI) == Fees(15 * GWEI, GWEI)


def test_first_offer_stays_within_the_cap() -> None:
    # 2 * 60 + 1 is above the cap of 100
    assert make_policy().first(60 * GWEI) == Fees(100 * GWEI, GWEI)


def test_tip_shrinks_to_what_the_cap_leaves() -> None:
    assert make_policy(tip_wei=5 * GWEI).first(98 * GWEI) == Fees(100 * GWEI, 2 * GWEI)


def test_base_fee_above_the_cap_is_not_offered() -> None:
    with pytest.raises(FeeCapError, match="above the cap"):
        make_policy().first(101 * GWEI)


def test_bump_rounds_up_and_adds_one_wei_on_both_fields() -> None:
    # ceil(101 * 1.1) + 1 = 113, ceil(11 * 1.1) + 1 = 14
    assert make_policy(tip_wei=0).bump(Fees(101, 11), 1) == Fees(113, 14)


def test_bump_follows_a_risen_base_fee() -> None:
    bumped = make_policy().bump(Fees(15 * GWEI, GWEI), 20 * GWEI)
    assert bumped.max_fee_per_gas_wei == 41 * GWEI


def test_bump_beyond_the_cap_is_refused() -> None:
    with pytest.raises(FeeCapError, match="replacement"):
        make_policy().bump(Fees(95 * GWEI, GWEI), GWEI)


def test_bump_below_what_nodes_accept_is_refused() -> None:
    with pytest.raises(ValueError, match="10 %"):
        make_policy(bump=9)


def test_later_bumps_are_larger_up_to_double() -> None:
    policy = make_policy(cap_wei=10**6, tip_wei=0)
    bumps = [policy.bump(Fees(1_000, 100), 0, attempts=n) for n in (1, 2, 5, 40)]
    assert [fees.max_fee_per_gas_wei for fees in bumps] == [1_101, 1_201, 1_501, 2_001]
    assert [fees.max_priority_fee_per_gas_wei for fees in bumps] == [111, 121, 151, 201]


def test_bump_takes_the_room_that_the_cap_leaves() -> None:
    assert make_policy(cap_wei=1_150, tip_wei=0).bump(Fees(1_000, 100), 0, attempts=5) == Fees(
        1_150, 151
    )


def test_first_tip_is_what_others_tip_within_the_own_one() -> None:
    assert make_policy(tip_wei=5).first(7, usual_tip_wei=2) == Fees(16, 2)
    assert make_policy(tip_wei=5).first(7, usual_tip_wei=9) == Fees(19, 5)


def test_bump_follows_the_tips_of_others() -> None:
    previous = Fees(15 * GWEI, 5 * GWEI)
    bumped = make_policy().bump(previous, GWEI, usual_tip_wei=9 * GWEI)
    assert bumped.max_priority_fee_per_gas_wei == 9 * GWEI


def test_bump_never_more_than_doubles_the_tip() -> None:
    bumped = make_policy().bump(Fees(15 * GWEI, GWEI), GWEI, usual_tip_wei=90 * GWEI)
    assert bumped.max_priority_fee_per_gas_wei == 2 * GWEI + 1


WEI = st.integers(0, 10**15)


@given(
    max_fee=st.integers(1, 10**15),
    tip=WEI,
    base_fee=st.integers(0, 10**12),
    cap=WEI,
    percent=st.integers(10, 100),
    attempts=st.integers(1, 200),
    usual=st.none() | WEI,
)
def test_replacement_satisfies_the_rule_of_nodes_within_the_cap_or_is_refused(
    max_fee: int,
    tip: int,
    base_fee: int,
    cap: int,
    percent: int,
    attempts: int,
    usual: int | None,
) -> None:
    previous = Fees(max(max_fee, tip), tip)
    policy = FeePolicy(cap, GWEI, percent)
    least = -(-previous.max_fee_per_gas_wei * (100 + percent) // 100) + 1
    try:
        bumped = policy.bump(previous, base_fee, attempts=attempts, usual_tip_wei=usual)
    except FeeCapError:
        assert least > cap
        return
    assert 100 * bumped.max_fee_per_gas_wei >= 110 * previous.max_fee_per_gas_wei
    assert 100 * bumped.max_priority_fee_per_gas_wei >= 110 * tip
    assert bumped.max_fee_per_gas_wei > previous.max_fee_per_gas_wei
    assert bumped.max_priority_fee_per_gas_wei > tip
    assert bumped.max_priority_fee_per_gas_wei <= bumped.max_fee_per_gas_wei <= cap


@given(base_fee=WEI, cap=WEI, tip=WEI, usual=st.none() | WEI, bumps=st.integers(0, 40))
def test_a_whole_life_of_attempts_stays_within_the_cap(
    base_fee: int, cap: int, tip: int, usual: int | None, bumps: int
) -> None:
    policy = FeePolicy(cap, tip, 12)
    try:
        fees = policy.first(base_fee, usual)
        assert fees.max_priority_fee_per_gas_wei <= tip
        for attempt in range(bumps):
            assert fees.max_priority_fee_per_gas_wei <= fees.max_fee_per_gas_wei <= cap
            raised = policy.bump(fees, base_fee, attempts=attempt + 1, usual_tip_wei=usual)
            assert 100 * raised.max_fee_per_gas_wei >= 112 * fees.max_fee_per_gas_wei
            fees = raised
    except FeeCapError:
        pass
