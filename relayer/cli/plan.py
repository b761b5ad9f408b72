"""``relayer plan``: what a house for a game will need, cost and get back."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relayer.cli.plan_terms import term_options
from relayer.cli.printing import json_option
from relayer.cli.simulation_extra import require_simulation_extra
from relayer.cli.simulation_options import command_line

if TYPE_CHECKING:
    from simulation.planner import Best, PriceRow, Question
    from simulation.planner.telling import AmountRow, Answer

_GWEI = 10**9


@click.command("plan")
@term_options
@click.option("--seeds", type=int, help="Runs that it is drawn from.")
@click.option("--seed", type=int, help="The first of them.")
@click.option(
    "--quick", "by_formulas", is_flag=True, help="Answer by formulas alone, as the dashboard does."
)
@click.option("--sweep", type=int, help="Play so many games first, to find the best parameters.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for report.html, a picture and numbers.json.",
)
@click.option("--workers", type=int, help="Processes; without it one for each core.")
@json_option
def command(
    *,
    as_json: bool,
    workers: int | None,
    sweep: int | None,
    out: Path | None,
    by_formulas: bool,
    **asked: Any,
) -> None:
    """Plan the budget of a house: tank, daily cost, and what comes back when.

    Simulates the house's money for weeks, at prices and traffic that differ from run to run.
    What is not given is as `docs/how-to/plan-a-budget.md` says.
    """
    if by_formulas and out is not None:
        raise click.UsageError("A report is drawn from simulated runs: leave out --quick or --out.")
    require_simulation_extra()
    from simulation.planner import Question, best
    from simulation.planner.allowance import player_daily_budget_gwei
    from simulation.report import ProgressBar

    question = Question(**{name: value for name, value in asked.items() if value is not None})
    found: Best | None = None
    if sweep is not None:
        with ProgressBar("playing", sys.stderr) as progress:
            found = best(question, sweep, workers=workers, progress=progress)
        question = found.question
    told, lines = _estimated(question) if by_formulas else _planned(question, workers, out)
    budget_gwei = player_daily_budget_gwei(question)
    told["player_daily_budget_gwei"] = budget_gwei
    if as_json:
        click.echo(json.dumps(told | ({"best": found.to_json()} if found else {})))
        return
    for line in [*(_best_lines(found) if found else []), *lines]:
        click.echo(line)
    click.echo(
        f"Against floods set player_daily_budget_gwei = {budget_gwei}: four times what a player "
        "contributes."
    )


def _planned(
    question: Question, workers: int | None, out: Path | None
) -> tuple[dict[str, Any], list[str]]:
    """The answer of many simulated runs, for programs and for people."""
    from simulation.planner import plan, telling
    from simulation.report import ProgressBar

    with ProgressBar("planning", sys.stderr) as progress:
        answer = plan(question, workers=workers, progress=progress)
    runs = f", {question.seeds} runs ({answer.seconds:.1f} s)"
    rows = telling.amount_rows(answer, answer.relayer_float)
    lines = [telling.headline(question) + runs, *_lines(question, answer, rows, answer.prices)]
    if out is not None:
        from simulation.planner.findings import result_of
        from simulation.report import write_report

        write_report(out, result_of(answer), command_line(click.get_current_context()))
        lines += ["", f"The report is {out / 'report.html'}."]
    return answer.to_json(), lines


def _estimated(question: Question) -> tuple[dict[str, Any], list[str]]:
    """The answer of the formulas, for programs and for people."""
    from simulation.planner import price_table, quick, telling

    answer, prices = quick(question), price_table(question)
    rows = telling.amount_rows(answer)
    lines = [f"{telling.headline(question)}, by formulas", *_lines(question, answer, rows, prices)]
    return telling.estimate_json(question, answer, prices), lines


def _best_lines(found: Best) -> list[str]:
    """The parameters that were found, for people."""
    question, games = found.question, sum(row.games for row in found.rows)
    return [
        f"Best of {len(found.rows)} pairs of waits by {games} games, and of stakes and windows:",
        f"  stake {question.stake_wei} wei, refund wait {question.refund_wait_s} s, forfeit wait "
        f"{question.forfeit_wait_s} s, max_wait_s = {question.max_wait_s:g}, "
        f"settle_max_delay_s = {question.settle_max_delay_s:g}",
        f"  {question.caught:.1%} of the false contributions are caught, {question.mistaken:.1%} "
        "of the true ones lost in the worst of 100 games",
        "",
    ]


def _lines(
    question: Question, answer: Answer, rows: Sequence[AmountRow], prices: Sequence[PriceRow]
) -> list[str]:
    """An answer for people."""
    from simulation.planner import telling

    money = _money(question)
    advice = telling.remedy(answer)
    return [
        "",
        f"{'':<34}{telling.USUALLY:>26}{telling.WORSE:>26}",
        *(
            f"{row.words:<34}{money(row.spread.mean_wei):>26}{money(row.spread.worst_wei):>26}"
            for row in rows
        ),
        "",
        *telling.sentences(question, answer),
        "",
        "the same game at typical prices (orientation, see the page about budgets):",
        *(
            f"  {row.name:<30}{row.base_fee_wei / _GWEI:>10g} gwei"
            f"{money(row.estimate.daily_cost_wei):>28} a day"
            for row in prices
        ),
        *(["", advice] if advice else []),
    ]


def _money(question: Question) -> Callable[[int], str]:
    def shown(amount_wei: int) -> str:
        ether = Decimal(amount_wei) / 10**18
        return f"{question.in_currency(amount_wei):,} ({ether:.4g} ETH)"

    return shown
