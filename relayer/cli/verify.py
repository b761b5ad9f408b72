"""``relayer verify``: rebuild a model from chain data alone and compare it with the chain."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from relayer.cli.chain_reading import open_reading, reading_options
from relayer.cli.printing import json_option, print_json
from relayer.rebuild.errors import Discrepancy
from relayer.rebuild.finding import Finding
from relayer.rebuild.verification import Verification, verify


@click.command("verify")
@click.option(
    "--dataset",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Dataset file to compare with the chain as well.",
)
@json_option
@reading_options
@click.pass_context
def command(ctx: click.Context, /, dataset: Path | None, as_json: bool, **options: Any) -> None:
    """Rebuild a trainer's model from chain data alone and compare it with the chain.

    Asks only a node. Every batch is checked against its own header and, while it is open, against
    the commitment on the chain; all of them are learnt again in order; every word of the model is
    compared as of one block. Ends with 0 if everything agrees; with 1 if not, naming the first
    place that is wrong.
    """
    started_at = time.monotonic()
    with open_reading(ctx, options) as reading:
        try:
            result = reading.source.at_block(
                reading.choose,
                lambda block: verify(reading.source, block, dataset=dataset, labels=reading.labels),
            )
        except Discrepancy as discrepancy:
            _show_finding(discrepancy.finding, as_json=as_json)
            ctx.exit(1)
    duration_s = time.monotonic() - started_at
    if as_json:
        print_json({**result.as_json(), "duration_s": round(duration_s, 3)})
    else:
        _show(result, duration_s)


def _show_finding(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        print_json({"agrees": False, "finding": finding.as_json()})
        return
    click.echo(f"WRONG     {finding.subject}: {finding.message}")
    if finding.expected is not None:
        click.echo(f"expected  {finding.expected}")
    if finding.found is not None:
        click.echo(f"found     {finding.found}")
    if finding.transaction_hash is not None:
        click.echo(f"sent in   {finding.transaction_hash}")


def _show(result: Verification, duration_s: float) -> None:
    parts, ledger = result.parts, result.ledger
    click.echo(f"trainer   {parts.trainer} {parts.name}, chain {parts.chain_id}")
    click.echo(f"block     {result.block.number} {result.block.hash}")
    click.echo(
        f"history   {ledger.batches} batches, {ledger.accepted} contributions: {ledger.open} open, "
        f"{ledger.refunded} refunded, {ledger.forfeited} forfeited; "
        f"{ledger.records - ledger.accepted} unfit records"
    )
    click.echo(f"model     {parts.classifier_kind}, {result.words} words: {result.model_note}")
    if result.foreign_code:
        names = ", ".join(result.foreign_code)
        click.echo(f"code      not known here: {names}; what they answer is taken on trust")
    if result.dataset_lines is not None:
        click.echo(f"dataset   {result.dataset_lines} lines as on the chain")
    rate = ledger.records / max(duration_s, 1e-9)
    click.echo(f"agrees    in {duration_s:.1f} s, {rate:.0f} records a second")
