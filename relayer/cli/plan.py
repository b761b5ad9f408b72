"""``relayer plan``: what a house for a game will need, cost and get back."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relayer.cli.amounts import Amount
from relayer.cli.durations import Duration
from relayer.cli.gas_prices import GweiPrice
from relayer.cli.printing import json_option
from relayer.cli.shares import Share
from relayer.cli.simulation_extra import require_simulation_extra
from relayer.cli.simulation_options import command_line

if TYPE_CHECKING:
    from simulation.planner import Best, Plan

_GWEI = 10**9


@click.command("plan")
@click.option("--players", type=int, help="Players on a usual day.")
@click.option("--rounds-per-day", type=float, help="Contributions that each makes in a day.")
@click.option("--liars", type=Share(), help="Share of the contributions that are false.")
@click.option("--caught", type=Share(), help="Share of these that the model disagrees with.")
@click.option("--mistaken", type=Share(), help="The same of the honest ones.")
@click.option("--confirmed", type=Share(), help="Gamified: share that other players confirm.")
@click.option(
    "--mechanism",
    type=click.Choice(["self-assessment", "gamified"]),
    help="Which rule settles contributions.",
)
@click.option("--labels", type=int, help="Labels of the model.")
@click.option("--stake", "stake_wei", type=Amount(), help="Stake of a contribution.")
@click.option("--fee", type=Share(), help="What the fee schedule pays of the measured one.")
@click.option(
    "--refund-wait", "refund_wait_s", type=Duration(), help="From when on the model may agree."
)
@click.option(
    "--forfeit-wait", "forfeit_wait_s", type=Duration(), help="From when on stakes are lost."
)
@click.option(
    "--lapse-wait", "lapse_wait_s", type=Duration(), help="Gamified: when the unconfirmed lapse."
)
@click.option("--max-wait-s", type=float, help="Longest that a contribution waits for its batch.")
@click.option("--settle-max-delay-s", type=float, help="Longest that few wait to be settled.")
@click.option("--price-gwei", "base_fee_wei", type=GweiPrice(), help="Mean base fee.")
@click.option("--tip-gwei", "tip_wei", type=GweiPrice(), help="What the relayer tips.")
@click.option("--price-cap-gwei", "price_cap_wei", type=GweiPrice(), help="Most that is paid.")
@click.option("--volatility", type=float, help="How wildly the base fee moves; 0: not at all.")
@click.option("--block-s", type=float, help="Seconds between two blocks.")
@click.option("--currency-per-ether", type=Decimal, help="Price of an ether in your currency.")
@click.option("--days", type=int, help="How far the plan reaches.")
@click.option("--seeds", type=int, help="Runs that it is drawn from.")
@click.option("--seed", type=int, help="The first of them.")
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
    fee: float | None,
    sweep: int | None,
    out: Path | None,
    **asked: Any,
) -> None:
    """Plan the budget of a house: tank, daily cost, and what comes back when.

    Simulates the house's money for weeks, at prices and traffic that differ from run to run.
    What is not given is as `docs/how-to/plan-a-budget.md` says.
    """
    require_simulation_extra()
    from simulation.planner import Question, best, plan
    from simulation.report import ProgressBar

    given = {name: value for name, value in asked.items() if value is not None}
    question = Question(**given)
    if fee is not None:
        question = replace(question, fee_percent=round(fee * 100))
    found: Best | None = None
    if sweep is not None:
        with ProgressBar("playing", sys.stderr) as progress:
            found = best(question, sweep, workers=workers, progress=progress)
        question = found.question
    with ProgressBar("planning", sys.stderr) as progress:
        answer = plan(question, workers=workers, progress=progress)
    if out is not None:
        from simulation.planner.findings import result_of
        from simulation.report import write_report

        write_report(out, result_of(answer), command_line(click.get_current_context()))
    if as_json:
        told = answer.to_json() | ({"best": found.to_json()} if found else {})
        click.echo(json.dumps(told))
        return
    report = [] if out is None else ["", f"The report is {out / 'report.html'}."]
    for line in [*(_best_lines(found) if found else []), *_lines(answer), *report]:
        click.echo(line)


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


def _lines(answer: Plan) -> list[str]:
    """The plan for people."""
    question = answer.question
    money = _money(answer)
    hours = answer.reimbursed_after_s / 3_600
    lines = [
        f"{question.players:,} players, {question.contributions_per_day:,.0f} contributions a day, "
        f"{question.days} days, {question.seeds} runs ({answer.seconds:.1f} s)",
        "",
        f"{'':<34}{'usually':>26}{'1 in 100 is worse':>26}",
        _row("tank, to last without a top-up", money, answer.tank),
        _row("daily limit, at least", money, answer.day_outflow),
        _row("cost of a day", money, answer.daily_cost),
        _row("the relayer lays out, at most", money, answer.relayer_float),
        "",
        f"batches of {answer.batch_size:.1f}, sent {answer.waited_s:.1f} s after a contribution",
        f"the relayer gets back {answer.share_reimbursed:.1%} of its gas, after {hours:.1f} hours "
        f"on average, {answer.longest_reimbursement_s / 3_600:.0f} hours at most",
        f"rewards pay {answer.share_from_rewards:.1%} of the fees",
        "",
        "the same game at typical prices (orientation, see the page about budgets):",
    ]
    lines += [
        f"  {row.name:<30}{row.base_fee_wei / _GWEI:>10g} gwei"
        f"{money(row.estimate.daily_cost_wei):>28} a day"
        for row in answer.prices
    ]
    if answer.share_reimbursed < 1:
        lines += ["", _remedy(answer)]
    return lines


def _remedy(answer: Plan) -> str:
    short = 1 - answer.share_reimbursed
    return (
        f"The relayer is left with {short:.1%} of its gas: let batches wait longer (--max-wait-s, "
        "--settle-max-delay-s), raise the price cap, or pay a higher --fee."
    )


def _row(name: str, money: Callable[[int], str], spread: Any) -> str:
    return f"{name:<34}{money(spread.mean_wei):>26}{money(spread.worst_wei):>26}"


def _money(answer: Plan) -> Callable[[int], str]:
    def shown(amount_wei: int) -> str:
        ether = Decimal(amount_wei) / 10**18
        return f"{answer.in_currency(amount_wei):,} ({ether:.4g} ETH)"

    return shown
