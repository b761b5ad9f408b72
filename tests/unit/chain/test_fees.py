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


@given(
    max_fee=st.integers(1, 10**15),
    tip=st.integers(0, 10**15),
    base_fee=st.integers(0, 10**12),
    percent=st.integers(10, 100),
)
def test_replacement_always_satisfies_the_rule_of_nodes(
    max_fee: int, tip: int, base_fee: int, percent: int
) -> None:
    previous = Fees(max(max_fee, tip), tip)
    bumped = FeePolicy(10**18, GWEI, percent).bump(previous, base_fee)
    assert 100 * bumped.max_fee_per_gas_wei > 110 * previous.max_fee_per_gas_wei
    assert 100 * bumped.max_priority_fee_per_gas_wei >= 110 * tip
    assert bumped.max_priority_fee_per_gas_wei > tip
    assert bumped.max_priority_fee_per_gas_wei <= bumped.max_fee_per_gas_wei
