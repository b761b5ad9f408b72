"""Numbers in words: no digit is invented, and none that matters is lost."""

from __future__ import annotations

import pytest

from relayer.ops.formats import gwei, money, seconds


@pytest.mark.parametrize(
    ("amount_wei", "words"),
    [
        (0, "0"),
        (1, "0.000000001"),
        (1_500_000_000, "1.5"),
        (12_345 * 10**9, "12,345"),
        (2**80 * 10**9 + 7, "1,208,925,819,614,629,174,706,176.000000007"),
    ],
)
def test_gwei_are_exact(amount_wei: int, words: str) -> None:
    assert gwei(amount_wei) == words


@pytest.mark.parametrize(
    ("amount_wei", "words"),
    [
        (0, "0 wei"),
        (999, "999 wei"),
        (-3, "-3 wei"),
        (30 * 10**9, "30 gwei"),
        (1_234_567_890, "1.234 gwei"),
        (-30 * 10**9, "-30 gwei"),
        (10**14, "0.000100 ether"),
        (12 * 10**21 + 10**17, "12,000.100000 ether"),
        (-(10**18), "-1.000000 ether"),
    ],
)
def test_money_is_told_in_a_unit_that_shows_it(amount_wei: int, words: str) -> None:
    assert money(amount_wei) == words


@pytest.mark.parametrize(
    ("duration_s", "words"),
    [
        (0.314, "0.31 s"),
        (42.9, "42 s"),
        (60, "1 min"),
        (185, "3 min 5 s"),
        (7_800, "2 h 10 min"),
        (200_000, "2 d 7 h"),
    ],
)
def test_lengths_of_time_have_two_units_at_most(duration_s: float, words: str) -> None:
    assert seconds(duration_s) == words
