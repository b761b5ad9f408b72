"""``relayer simulate self-assessment``: an honest agent against one that spends more to do harm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from relayer.chain.node import Node
from relayer.cli.durations import Duration
from relayer.cli.gas_prices import price_options
from relayer.cli.simulation_extra import require_simulation_extra
from relayer.cli.simulation_options import (
    hand_over,
    progress_bar,
    simulation_options,
    with_prices,
)


@click.command("self-assessment")
@simulation_options
@click.option("--samples", type=int, help="Use only so many reviews.  [default: all]")
@click.option("--test-samples", type=int, help="Test with only so many.  [default: all]")
@click.option(
    "--evaluations",
    type=int,
    default=200,
    show_default=True,
    help="Points at which accuracy and balances are noted.",
)
@click.option(
    "--refund-wait",
    "refund_wait_s",
    type=Duration(),
    help="From when on the model may agree.  [default: 1d]",
)
@click.option(
    "--forfeit-wait",
    "forfeit_wait_s",
    type=Duration(),
    help="From when on stakes are lost.  [default: 9d]",
)
@price_options
@click.option(
    "--replay-on-chain",
    metavar="URL",
    help="Let the real contracts do the same on this development chain (anvil), and compare.",
)
def command(
    *,
    dataset: Path | None,
    seed: int,
    exact: bool,
    out: Path | None,
    as_json: bool,
    samples: int | None,
    test_samples: int | None,
    evaluations: int,
    refund_wait_s: int | None,
    forfeit_wait_s: int | None,
    replay_on_chain: str | None,
    **prices: int | None,
) -> None:
    """Simulate self-assessment on reviews: an honest agent against one that spends more."""
    require_simulation_extra()
    from simulation import SelfAssessmentScenario, simulate_self_assessment

    if exact and (refund_wait_s or forfeit_wait_s):
        raise click.UsageError(
            "The reference simulation has waits of its own: "
            "leave --refund-wait and --forfeit-wait away, or --exact."
        )
    given = {name: value for name, value in prices.items() if value is not None}
    if exact and given:
        raise click.UsageError(
            "Nothing costs gas in the reference simulation: leave the prices away, or --exact."
        )
    scenario = SelfAssessmentScenario(
        seed=seed,
        exact=exact,
        samples=samples,
        test_samples=test_samples,
        evaluations=evaluations,
        **with_prices(given, SelfAssessmentScenario),
    )
    rules = scenario.mechanism
    rules = replace(
        rules,
        refund_wait_s=refund_wait_s or rules.refund_wait_s,
        forfeit_wait_s=forfeit_wait_s or rules.forfeit_wait_s,
    )
    with progress_bar("self-assessment") as progress:
        result = simulate_self_assessment(
            replace(scenario, mechanism=rules),
            dataset,
            progress=progress,
            replay_on=Node(replay_on_chain) if replay_on_chain else None,
        )
    hand_over(result, out, as_json=as_json)
