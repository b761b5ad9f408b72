"""`python -m simulation.attacks`: the table of docs/explanation/attack-study.md."""

import sys
from pathlib import Path

import click

from relayer.errors import RelayerError
from simulation.attacks.quotas import quota_study, quota_tables
from simulation.attacks.study import study, tables


@click.command()
@click.option(
    "--dataset", type=click.Path(path_type=Path), help="Clues; default: the shipped ones."
)
@click.option(
    "--seeds", type=click.IntRange(1), default=5, show_default=True, help="Games of each kind."
)
def main(dataset: Path | None, seeds: int) -> None:
    """Play every attack and print its table in Markdown."""
    try:
        for line in tables(study(dataset, seeds)):
            click.echo(line)
        for line in quota_tables(quota_study(dataset, seeds)):
            click.echo(line)
    except RelayerError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
