"""The arithmetic of quotas and trust, for any numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relayer.limits.quotas import MICROSECONDS, Quota, TrustRules
from tests.unit.limits.unhurried import UNHURRIED

QUOTAS = st.builds(Quota, st.integers(1, 10**4), st.integers(1, 10**12))
TIMES = st.integers(0, 2 * 10**15)


def take_all(quota: Quota, mark: int, now_us: int) -> tuple[int, int]:
    """Take as often as is allowed; the mark afterwards, and how often."""
    count = 0
    while quota.left(mark, now_us):
        mark, count = quota.taken(mark, now_us), count + 1
    return mark, count


@UNHURRIED
@given(st.integers(1, 200), st.integers(1, 10**12), TIMES)
def test_a_full_quota_allows_its_limit_and_not_one_more(
    limit: int, window_us: int, now_us: int
) -> None:
    quota = Quota(limit, window_us)
    mark, count = take_all(quota, 0, now_us)
    assert count == limit
    assert quota.left(mark, now_us) == 0
    assert quota.wait_s(mark, now_us) >= 1


@UNHURRIED
@given(QUOTAS, TIMES, TIMES)
def test_each_taken_one_leaves_one_fewer(quota: Quota, mark: int, now_us: int) -> None:
    left = quota.left(mark, now_us)
    assert 0 <= left <= quota.limit
    if left:
        assert quota.left(quota.taken(mark, now_us), now_us) == left - 1


@UNHURRIED
@given(QUOTAS, TIMES, TIMES)
def test_waiting_as_told_is_enough(quota: Quota, mark: int, now_us: int) -> None:
    later = now_us + quota.wait_s(mark, now_us) * MICROSECONDS
    assert quota.left(mark, later) >= 1


@UNHURRIED
@given(
    st.integers(1, 50),
    st.integers(1, 10**9),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
)
def test_no_span_of_time_brings_more_than_the_limit_and_what_was_earned(
    limit: int, window_us: int, pauses_us: list[int]
) -> None:
    quota, now_us, mark, count = Quota(limit, window_us), 10**15, 0, 0
    for pause_us in pauses_us:
        now_us += pause_us
        mark, taken = take_all(quota, mark, now_us)
        count += taken
    elapsed_us = now_us - 10**15 - pauses_us[0]
    assert count <= limit + elapsed_us * limit // window_us + 1


@UNHURRIED
@given(QUOTAS, TIMES, st.integers(0, 10**15))
def test_a_clock_set_back_locks_nobody_out_for_more_than_two_windows(
    quota: Quota, now_us: int, back_us: int
) -> None:
    mark = now_us + quota.depth_us
    assert quota.left(mark, now_us) == 0
    earlier = max(0, now_us - back_us)
    assert quota.wait_s(mark, earlier) <= -(-2 * quota.depth_us // MICROSECONDS)
    if quota.left(mark, earlier):
        assert quota.left(quota.taken(mark, earlier), earlier) == 0, "one passes and no more"


def test_a_quota_of_nothing_allows_nothing() -> None:
    quota = Quota(0, 60 * MICROSECONDS)
    assert quota.left(0, 10**15) == 0
    assert quota.wait_s(0, 10**15) == 60


TRUST = TrustRules(start=20, per_refunded=1, per_forfeited=5, most=100)
COUNTS = st.integers(0, 10**6)


@UNHURRIED
@given(COUNTS, COUNTS)
def test_trust_grows_with_refunds_and_falls_with_forfeits(refunded: int, forfeited: int) -> None:
    limit = TRUST.open_limit(refunded, forfeited)
    assert 1 <= limit <= 100
    assert TRUST.open_limit(refunded + 1, forfeited) >= limit
    assert TRUST.open_limit(refunded, forfeited + 1) <= limit


def test_trust_of_a_new_player_and_of_known_ones() -> None:
    assert TRUST.open_limit(0, 0) == 20
    assert TRUST.open_limit(30, 0) == 50
    assert TRUST.open_limit(0, 3) == 5
    assert TRUST.open_limit(0, 4) == 1
