"""What the benchmark takes for a halt of the machine, and which waiting times that leaves out."""

from __future__ import annotations

from tests.benchmarks.service.halts import (
    INTERVAL_S,
    Halt,
    Look,
    halts_of,
    without_halts,
)
from tests.benchmarks.service.load import Result

USUAL_S = 0.0003


def looks(*factors: float) -> list[Look]:
    """Looks in a row that took so many times the usual processor time."""
    return [
        Look(at=i * INTERVAL_S, until=i * INTERVAL_S + factor * USUAL_S, work_s=factor * USUAL_S)
        for i, factor in enumerate(factors)
    ]


def test_cold_caches_are_no_halt() -> None:
    assert halts_of(looks(1, 1, 2.5, 1, 1.2, 1)) == []


def test_slow_looks_in_a_row_are_one_halt_that_began_after_the_last_quick_one() -> None:
    found = halts_of(looks(1, 1, 1, 10, 1, 9, 1, 1, 1))
    assert found == [Halt(2 * INTERVAL_S, 5 * INTERVAL_S + 9 * USUAL_S)]


def test_slow_looks_far_apart_are_halts_of_their_own() -> None:
    assert len(halts_of(looks(1, 10, 1, 1, 1, 1, 1, 1, 1, 10, 1))) == 2


def test_nothing_looked_at_is_no_halt() -> None:
    assert halts_of([]) == []


def test_what_was_asked_before_in_or_as_long_again_after_a_halt_is_left_out() -> None:
    result = Result(asked_at_s=[0.90, 0.97, 1.02, 1.09, 1.11], latencies_s=[0.01, 0.04, 9, 9, 0.02])
    assert without_halts(result, [Halt(1.0, 1.05)]).latencies_s == [0.01, 0.02]
    assert without_halts(result, []).latencies_s == result.latencies_s
