"""A plan: means and worst cases over runs, in wei and in a currency, by API and command."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from relayer.cli import main
from simulation import Question, plan
from simulation.planner import NotSettledError
from simulation.planner.plan import worst

BRIEF = Question(players=300, days=5, seeds=4, forfeit_wait_s=7_200, volatility=0.05)
FLAGS = ["--players=300", "--days=5", "--seeds=4", "--forfeit-wait=2h", "--volatility=0.05"]


def test_the_worst_case_is_what_99_of_100_runs_do_not_exceed() -> None:
    assert worst(list(range(1, 101))) == 99
    assert worst([3, 1, 2]) == 3


def test_a_plan_does_not_hang_on_the_number_of_processes() -> None:
    alone, together = (plan(BRIEF, workers=workers) for workers in (1, 2))
    assert replace(alone, seconds=0.0) == replace(together, seconds=0.0)


def test_a_plan_tells_wei_and_currency_and_never_a_worst_case_better_than_the_mean() -> None:
    told = plan(replace(BRIEF, currency_per_ether=Decimal(2_000)), workers=1).to_json()
    for name in ("tank", "daily_limit", "relayer_float", "daily_gas", "daily_cost"):
        assert told[f"{name}_worst_wei"] >= told[f"{name}_wei"] > 0
    exact = Decimal(told["daily_cost_wei"]) * 2_000 / 10**18
    assert abs(Decimal(told["daily_cost_in_currency"]) - exact) <= Decimal("0.005")
    assert told["prices"][0]["name"] == "mainnet, busy"


def test_progress_is_told_up_to_the_end() -> None:
    told: list[float] = []
    plan(BRIEF, workers=1, progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_runs_too_few_for_prices_so_wild_are_refused_with_the_remedy() -> None:
    with pytest.raises(NotSettledError, match=r"known only to ±.*more --seeds"):
        plan(replace(BRIEF, seeds=3, days=2, volatility=2.5), workers=1)


def test_the_command_prints_one_json_object_for_programs() -> None:
    result = CliRunner().invoke(
        main, ["plan", *FLAGS, "--workers=1", "--liars", "5%", "--fee", "110%", "--json"]
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["seeds"] == 4
    assert isinstance(told["tank_wei"], int)


def test_the_command_tells_people_what_it_costs_and_what_to_do_when_gas_does_not_come_back() -> (
    None
):
    result = CliRunner().invoke(
        main, ["plan", *FLAGS, "--workers=1", "--price-gwei", "0.01", "--tip-gwei", "0"]
    )
    assert result.exit_code == 0, result.output
    assert "cost of a day" in result.output
    assert "let batches wait longer (--max-wait-s" in result.output


def test_by_formulas_the_command_prints_the_same_lines_and_members_at_once() -> None:
    lines, told = (
        CliRunner().invoke(main, ["plan", *FLAGS, "--quick", *more]) for more in ([], ["--json"])
    )
    assert (lines.exit_code, told.exit_code) == (0, 0), lines.output + told.output
    simulated, quickly = plan(BRIEF, workers=1).to_json(), json.loads(told.output)
    laid_out = {name for name in simulated if name.startswith("relayer_float")}
    assert set(simulated) - set(quickly) == {"seconds", *laid_out}
    assert quickly["seeds"] == 0
    assert quickly["prices"] == simulated["prices"]
    assert "cost of a day" in lines.output
    assert "1 in 100 is worse" in lines.output


def test_a_report_shows_the_tank_and_the_command_that_made_it(tmp_path: Path) -> None:
    flags = [*FLAGS, "--workers=1", "--stake=0.001ether", "--price-gwei=1", "--out", str(tmp_path)]
    result = CliRunner().invoke(main, ["plan", *flags], prog_name="relayer")
    assert result.exit_code == 0, result.output
    assert {"report.html", "tank.png", "numbers.json"} <= {each.name for each in tmp_path.iterdir()}
    numbers = json.loads((tmp_path / "numbers.json").read_text("utf-8"))
    assert "relayer plan --players 300" in numbers["command"]
    assert "--stake 0.001ether --forfeit-wait 2h --price-gwei 1 " in numbers["command"]
    assert numbers["numbers"]["tank_wei"] > 0


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--liars", "200%"], "Error: Liars is a share"),
        (["--liars", "many"], "many is no share from 0 on; write it as 3% or 0.03"),
        (["--price-gwei", "0.0000000001"], "not a whole number of wei"),
        (["--forfeit-wait", "1m"], "shorter than the forfeit wait"),
        (["--quick", "--out", "report"], "leave out --quick or --out"),
    ],
)
def test_the_command_refuses_what_cannot_be_in_one_sentence(
    flags: list[str], sentence: str
) -> None:
    result = CliRunner().invoke(main, ["plan", *flags])
    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output
