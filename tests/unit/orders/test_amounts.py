"""Amounts in words lose nothing."""

import pytest

from relayer.orders.amounts import in_words


@pytest.mark.parametrize(
    ("amount_wei", "words"),
    [
        (0, "0 wei"),
        (999_999, "999999 wei"),
        (1_500_000_000, "1.5 gwei"),
        (10**13, "0.00001 ether"),
        (10**18 + 1, "1.000000000000000001 ether"),
        (-(2 * 10**18), "-2 ether"),
        (123_456_789 * 10**30, "123456789000000000000 ether"),
    ],
)
def test_amounts_are_exact_in_the_unit_that_reads_best(amount_wei: int, words: str) -> None:
    assert in_words(amount_wei) == words
