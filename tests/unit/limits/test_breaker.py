"""The breaker's rules, without store or clock."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from relayer.limits.breaker import BreakerRules, bad_per_mille, closed, moved
from relayer.store.intake_breaker import BreakerRow, BreakerState, PlayerEnds
from tests.unit.limits.unhurried import UNHURRIED

RULES = BreakerRules(percent=50, least_ends=20, window_s=600, pause_s=60, probes=5)
NOW = 1_000_000.0


def make_row(state: BreakerState, **overrides: Any) -> BreakerRow:
    fields: dict[str, Any] = {"since": NOW - 10, "until_at": NOW + 50, "probes_left": 0}
    return BreakerRow(state=state, **(fields | overrides))


OPEN = make_row(BreakerState.OPEN)
HALF_OPEN = make_row(BreakerState.HALF_OPEN, probes_left=3)
BAD = [PlayerEnds(good=0, bad=1)] * 20
GOOD = [PlayerEnds(good=1, bad=0)] * 20


def test_opens_when_half_of_the_players_ends_are_bad() -> None:
    after = moved(closed(NOW), BAD[:10] + GOOD[:10], NOW, RULES)
    assert after == BreakerRow(BreakerState.OPEN, NOW, NOW + 60, 0)


def test_stays_closed_below_the_share_and_below_the_least_number() -> None:
    start = closed(NOW)
    assert moved(start, BAD[:9] + GOOD[:10], NOW, RULES) == start
    assert moved(start, BAD[:9] + GOOD[:11], NOW, RULES) == start
    assert moved(start, BAD[:19], NOW, RULES) == start


def test_one_player_who_fails_a_thousand_times_does_not_open_it() -> None:
    ends = [PlayerEnds(good=0, bad=1_000), *GOOD[:3]]
    assert bad_per_mille(ends) == 250
    assert moved(closed(NOW), ends, NOW, RULES).state is BreakerState.CLOSED


def test_lets_probes_in_when_the_pause_is_over() -> None:
    assert moved(OPEN, BAD, OPEN.until_at - 1, RULES) == OPEN
    after = moved(OPEN, BAD, OPEN.until_at, RULES)
    assert (after.state, after.probes_left) == (BreakerState.HALF_OPEN, 5)


def test_closes_when_probes_end_well_and_opens_when_badly() -> None:
    assert moved(HALF_OPEN, GOOD[:4], NOW, RULES) == HALF_OPEN
    assert moved(HALF_OPEN, GOOD[:5], NOW, RULES).state is BreakerState.CLOSED
    assert moved(HALF_OPEN, BAD[:5], NOW, RULES).state is BreakerState.OPEN


def test_few_probes_are_enough_when_time_is_up() -> None:
    late = HALF_OPEN.until_at
    assert moved(HALF_OPEN, GOOD[:1], late, RULES).state is BreakerState.CLOSED
    assert moved(HALF_OPEN, BAD[:1], late, RULES).state is BreakerState.OPEN


def test_probes_that_came_to_no_end_are_given_out_anew() -> None:
    spent = make_row(BreakerState.HALF_OPEN, probes_left=0)
    after = moved(spent, [], spent.until_at, RULES)
    assert (after.state, after.probes_left) == (BreakerState.HALF_OPEN, 5)
    assert after.until_at > spent.until_at


def test_a_clock_that_was_set_back_does_not_keep_it_open() -> None:
    assert moved(OPEN, [], NOW - 86_400, RULES).state is BreakerState.HALF_OPEN


@UNHURRIED
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=5))
def test_the_share_lies_between_nothing_and_all(pairs: list[tuple[int, int]]) -> None:
    ends = [PlayerEnds(good, bad) for good, bad in pairs if good + bad]
    assert 0 <= bad_per_mille(ends) <= 1_000
