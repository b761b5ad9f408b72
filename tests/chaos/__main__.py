"""`python -m tests.chaos --rounds N --seed S`: exit code 0 only when every promise held."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.chaos import report
from tests.chaos.scenario import Scenario, make_deck, play


@click.command()
@click.option("--rounds", default=36, show_default=True, help="Faults to play.")
@click.option("--seed", default=1, show_default=True, help="Of the order and size of the faults.")
@click.option("--only", default="", help="Play only faults with this in their name.")
@click.option("--report", "report_path", default="chaos-report.json", show_default=True, type=Path)
@click.option("--keep", is_flag=True, help="Keep the folder with logs and database.")
def main(rounds: int, seed: int, only: str, report_path: Path, keep: bool) -> None:
    """Break everything around a relayer under load, and count what became of it."""
    started_at = time.monotonic()

    def tell(line: str) -> None:
        click.echo(f"{time.monotonic() - started_at:7.1f} s  {line}")

    deck = [fault for fault in make_deck(20 * rounds, seed) if only in fault.__name__][:rounds]
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        verdict = play(Scenario(deck, seed), folder, tell)
    finally:
        if keep:
            tell(f"everything is in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    report.write(verdict, report_path)
    click.echo(report.as_text(verdict))
    sys.exit(0 if verdict.faultless else 1)


if __name__ == "__main__":
    main()
