"""``relayer export-dataset``: a trainer's dataset, as the chain has it, as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from relayer.chain.answers import Block
from relayer.cli.chain_reading import Reading, open_reading, reading_options
from relayer.rebuild.dataset import LabelNames
from relayer.rebuild.dataset_file import (
    DatasetDraft,
    Manifest,
    copy_dataset,
    manifest_path,
    write_dataset,
)

_STANDARD_OUTPUT = "-"


@click.command("export-dataset")
@click.option("--out", required=True, metavar="FILE", help="File to write; - for standard output.")
@reading_options
@click.pass_context
def command(ctx: click.Context, /, out: str, **options: Any) -> None:
    """Write a trainer's dataset, as the chain has it, as JSON Lines.

    Asks only a node. One contribution a line, in the order in which the chain took them; the same
    chain, block and names of labels give the same bytes. The file appears when it is complete,
    with FILE.manifest.json beside it: its block, its counts, its SHA-256.
    """
    path = None if out == _STANDARD_OUTPUT else Path(out)
    with open_reading(ctx, options) as reading, DatasetDraft.at(path) as draft:
        manifest = reading.source.at_block(
            reading.choose, lambda block: _write(reading, draft, block)
        )
        if path is None:
            copy_dataset(draft, sys.stdout.buffer)
        else:
            draft.publish(manifest)
    where = "standard output" if path is None else f"{path} and {manifest_path(path)}"
    click.echo(
        f"wrote {manifest.lines} contributions of block {manifest.block_number} to {where}; "
        f"sha256 {manifest.sha256}",
        err=True,
    )


def _write(reading: Reading, draft: DatasetDraft, block: Block) -> Manifest:
    draft.restart()
    history = reading.source.history(block.number)
    names = LabelNames.of(history, reading.source.parts, reading.labels)
    return write_dataset(
        draft.stream, history.batches(), reading.source.parts, names, block, reading.source.report
    )
