"""Limits against floods and rings: what the study finds, and that defaults and pages follow it."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.settings import Settings
from relayer.settings.limits import LimitSettings
from sample_game.fair_play.exchange import NETWORK_POINTS_A_DAY, PAIR_POINTS_A_DAY
from simulation.attacks import QUOTA_ATTACKS, Attack, QuotaFinding, quota_study
from simulation.attacks.quotas import RECOMMENDED_A_DAY, USUAL_A_DAY, quota_tables
from simulation.attacks.study import GAME
from simulation.errors import ParameterError
from simulation.planner import Question
from simulation.planner.allowance import TIMES_THE_USUAL, player_daily_budget_gwei

PAGE = Path(__file__).parents[3] / "docs/explanation/attack-study.md"
FLOODS, RINGS, _ = QUOTA_ATTACKS
RECOMMENDED = f"{RECOMMENDED_A_DAY} a day for each player"
LIMITS = LimitSettings()
#: Keys of the ring that is played.
RING_KEYS = 10


def rows(attack: Attack, *titles: str) -> list[QuotaFinding]:
    variants = dict(attack.variants)
    chosen = tuple((title, variants[title]) for title in titles)
    return quota_study(seeds=1, attacks=[Attack(attack.name, attack.rule, chosen)])


def test_the_recommended_quota_shrinks_a_flood_and_turns_nobody_honest_down() -> None:
    calm, flooded, limited = rows(FLOODS, "nobody hurries, no limit", "no limit", RECOMMENDED)
    assert flooded.paid_by_fee > 1.8 * calm.paid_by_fee
    assert limited.paid_by_fee < 1.3 * calm.paid_by_fee
    assert limited.honest_refused == 0 < 0.7 < limited.attackers_refused


def test_trust_by_default_shrinks_a_flood_and_no_ring() -> None:
    default = f"trust_start = {LIMITS.trust_start}"
    flooded, trusted = rows(FLOODS, "no limit", default)
    assert trusted.paid_by_fee < 0.75 * flooded.paid_by_fee
    assert trusted.honest_refused == 0
    free, ring = rows(RINGS, "no limit", default)
    assert ring.points_share == free.points_share > 0.5


def test_the_quota_of_a_key_turns_honest_players_down_as_well() -> None:
    (keyed,) = rows(FLOODS, "2000 a day for the game's key")
    assert keyed.honest_refused > 0.2


def test_hunch_lets_a_ring_have_less_than_the_recommended_quota() -> None:
    assert USUAL_A_DAY * TIMES_THE_USUAL == RECOMMENDED_A_DAY
    assert NETWORK_POINTS_A_DAY / RING_KEYS <= RECOMMENDED_A_DAY
    assert PAIR_POINTS_A_DAY <= RECOMMENDED_A_DAY


def test_the_page_states_the_defaults_that_it_speaks_of() -> None:
    page = PAGE.read_text("utf-8")
    assert f"`trust_start = {LIMITS.trust_start}`" in page
    assert f"`trust_per_forfeited = {LIMITS.trust_per_forfeited}`" in page
    assert Settings.player_daily_budget_gwei is None
    assert "`player_daily_budget_gwei` has no default" in page
    assert f"{PAIR_POINTS_A_DAY} points a day for a pair" in page
    assert f"{NETWORK_POINTS_A_DAY} for a network" in page
    assert f"{RECOMMENDED_A_DAY} a day" in page


def test_the_page_has_a_row_for_everything_that_is_played() -> None:
    page = PAGE.read_text("utf-8")
    for attack in QUOTA_ATTACKS:
        assert f"**{attack.name}**" in page
        for title, _ in attack.variants:
            assert f"\n| {title} | " in page


def test_a_table_has_as_many_cells_as_columns() -> None:
    lines = [line for line in quota_tables(rows(FLOODS, "no limit")) if "|" in line]
    assert len({line.count("|") for line in lines}) == 1


def test_a_plan_names_a_budget_that_pays_four_times_what_a_player_contributes() -> None:
    question = Question(rounds_per_day=10)
    once, twice = (player_daily_budget_gwei(Question(rounds_per_day=each)) for each in (10, 20))
    assert once == pytest.approx(twice / 2, rel=1e-6)
    assert once * 10**9 > TIMES_THE_USUAL * 10 * question.stake_wei


def test_a_game_without_room_for_anybody_is_refused() -> None:
    for change in ({"player_quota": 0}, {"key_quota": 0}, {"trust_start": 0}):
        with pytest.raises(ParameterError, match="must be at least 1"):
            type(GAME)(**change)  # type: ignore[arg-type]
    for haste in (0.5, float("nan"), 10**9):
        with pytest.raises(ParameterError, match="haste is 1 to"):
            type(GAME)(haste=haste)
