"""``relayer simulate market``: who gains from prediction markets, and what data they buy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from relayer.cli.gas_prices import price_options
from relayer.cli.simulation_extra import require_simulation_extra
from relayer.cli.simulation_options import (
    hand_over,
    progress_bar,
    simulation_options,
    with_prices,
)


@click.command("market")
@simulation_options
@click.option("--markets", type=int, help="Held one after the other.  [default: 13]")
@click.option("--market-size", type=int, help="Contributions of each.  [default: 768]")
@click.option("--test-size", type=int, help="Reviews that score in each.  [default: 1000]")
@click.option("--block", type=int, help="Contributions sent in a row.  [default: 10]")
@click.option("--stake", type=int, help="Of a contribution, in units.  [default: 10]")
@click.option("--bounty-percent", type=int, help="Bounty in percent of all stakes.  [default: 100]")
@click.option("--most-words", type=int, help="Words of a review, the rarest.  [default: 64]")
@click.option("--skipped-words", type=int, help="Frequent words left out.  [default: 30]")
@click.option(
    "--grouped/--ungrouped", default=None, help="Score by contributor.  [default: grouped]"
)
@click.option("--sybils", is_flag=True, default=None, help="An address for each lie.")
@click.option(
    "--classifier",
    type=click.Choice(["naive-bayes", "sparse-perceptron"]),
    help="What a market teaches.  [default: naive-bayes]",
)
@click.option("--max-wait-s", type=float, help="Longest wait for a batch.  [default: 20]")
@price_options
def command(
    *, dataset: Path | None, seed: int, exact: bool, out: Path | None, as_json: bool, **chosen: Any
) -> None:
    """Simulate prediction markets on reviews: three good contributors, two that always lie."""
    require_simulation_extra()
    from simulation import MarketScenario, simulate_market

    given = {name: value for name, value in chosen.items() if value is not None}
    if exact and given:
        raise click.UsageError(
            "The reference simulation has a market of its own: leave the other flags away, "
            "or --exact."
        )
    scenario = MarketScenario(seed=seed, exact=exact, **with_prices(given, MarketScenario))
    with progress_bar("market") as progress:
        result = simulate_market(scenario, dataset, progress=progress)
    hand_over(result, out, as_json=as_json)
