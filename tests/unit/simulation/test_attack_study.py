"""The study of attacks: what is played, what comes out, and what the page says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.attacks import ATTACKS, Attack, study
from simulation.attacks.study import tables
from simulation.errors import ParameterError

PAGE = Path(__file__).parents[3] / "docs/explanation/attack-study.md"
FARMING, FLIPPING, _, RINGS = ATTACKS


def only(attack: Attack, *rows: int) -> list[Attack]:
    return [Attack(attack.name, attack.rule, tuple(attack.variants[row] for row in rows))]


def test_stakes_up_to_the_fee_leave_a_farmer_nothing_and_high_ones_pay_it() -> None:
    low, high = study(seeds=1, attacks=only(FARMING, 1, -1))
    assert low.kept_by_fee < 0.01
    assert high.kept_by_fee > 0.5
    assert low.back < 0.8, "with an own stake it loses in any case"


def test_liars_lose_most_of_what_they_stake() -> None:
    (usual,) = study(seeds=1, attacks=only(FLIPPING, 1))
    assert usual.back < 0.4
    assert (usual.false_caught or 0) > 0.7


def test_a_ring_of_four_is_stuck_and_one_of_five_is_not() -> None:
    titles = [title for title, _ in RINGS.variants]
    rows = titles.index("4 keys, 3"), titles.index("5 keys, 3")
    four, five = study(seeds=1, attacks=only(RINGS, *rows))
    assert four.attackers_points < 0.6 < five.attackers_points


def test_the_page_has_a_row_for_everything_that_is_played() -> None:
    page = PAGE.read_text("utf-8")
    for attack in ATTACKS:
        assert f"**{attack.name}**" in page
        for title, _ in attack.variants:
            assert f"\n| {title} | " in page


def test_a_table_has_as_many_cells_as_columns() -> None:
    lines = [line for line in tables(study(seeds=1, attacks=only(FLIPPING, 0))) if "|" in line]
    assert len({line.count("|") for line in lines}) == 1


def test_a_study_without_games_is_refused() -> None:
    with pytest.raises(ParameterError, match="raise --seeds"):
        study(seeds=0)
