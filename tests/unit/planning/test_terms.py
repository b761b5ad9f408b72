"""Terms are read exactly, written so that they are read again, and are those of the planner."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from relayer.planning import readings, terms
from relayer.planning.readings import ReadingError
from simulation.planner import Question

VALUES: list[tuple[terms.Reading, Any, str]] = [
    (terms.AMOUNT, 1, "1wei"),
    (terms.AMOUNT, 10**12, "1000gwei"),
    (terms.AMOUNT, 10**15, "0.001ether"),
    (terms.AMOUNT, 123 * 10**18 + 1, "123.000000000000000001ether"),
    (terms.GWEI_PRICE, 0, "0"),
    (terms.GWEI_PRICE, 7, "0.000000007"),
    (terms.GWEI_PRICE, 2 * 10**9, "2"),
    (terms.SHARE, 0.03, "3%"),
    (terms.SHARE, 1.0, "100%"),
    (terms.SHARE, 0.125, "12.5%"),
    (terms.PERCENT, 150, "150%"),
    (terms.DURATION, 86_400, "1d"),
    (terms.DURATION, 90, "90s"),
    (terms.DURATION, 5_400, "90m"),
    (terms.WHOLE, 5_000, "5000"),
    (terms.NUMBER, 0.25, "0.25"),
    (terms.NUMBER, 100.0, "100"),
    (terms.DECIMAL, Decimal("3000.10"), "3000.1"),
]


@pytest.mark.parametrize(("reading", "value", "text"), VALUES)
def test_a_value_is_written_so_that_it_is_read_again(
    reading: terms.Reading, value: Any, text: str
) -> None:
    assert reading.show(value) == text
    assert reading.read(text) == value


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (readings.read_amount_wei, ["", "1", "0wei", "0.5wei", "-1ether", "1e3gwei", "1 eth"]),
        (readings.read_gwei_price_wei, ["", "-1", "1e9", "0.0000000001", "nan", "1,5"]),
        (readings.read_share, ["", "many", "-3%", "3%%", "nan", "1e-2", "inf"]),
        (readings.read_duration_s, ["", "0s", "1", "1.5h", "-1d", "1w", "9999d"]),
        (readings.read_whole, ["", "-1", "1.0", "9" * 19, "\N{ARABIC-INDIC DIGIT FIVE}"]),
        (readings.read_decimal, ["", "-1", "nan", "inf", "1e9", "1_000", "."]),
    ],
)
def test_what_is_no_value_is_refused(read: Any, texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(ReadingError, match=r"write|not a positive|not a whole|longer"):
            read(text)


def test_every_term_is_one_of_the_question_and_its_usual_value_is_read_again() -> None:
    usual = {field.name: field.default for field in fields(Question)}
    for term in terms.TERMS:
        value: Any = usual[term.name]
        if value is not None:
            assert term.read(term.reading.show(value)) == value
