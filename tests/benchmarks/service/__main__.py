"""Measures, prints, writes bench-report.json: `python -m tests.benchmarks.service`."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

from tests.benchmarks.service import accepting, dashboard, hour, million, mining

PARTS = ("accepting", "mining", "restart", "million", "ops", "hour")


def main() -> None:
    """Measure the chosen parts, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="measure this part only")
    parser.add_argument("--contributions", type=int, default=18_000, help="mined in each run")
    parser.add_argument("--rows", type=int, default=1_000_000, help="settled rows in the store")
    parser.add_argument(
        "--hour", type=int, default=hour.RATE_PER_S * hour.HOUR_S, help="an hour's contributions"
    )
    parser.add_argument("--report", type=Path, default=Path("bench-report.json"))
    options = parser.parse_args()
    figures: dict[str, float] = {"load_average_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        folder = Path(directory)
        for part in options.part or PARTS:
            figures |= _measure(part, folder, options)
            for name, value in figures.items():
                figures[name] = round(value, 1 if value < 1000 else 0)
            print(json.dumps(figures, indent=2), flush=True)
    options.report.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _measure(part: str, folder: Path, options: argparse.Namespace) -> dict[str, float]:
    if part == "accepting":
        (folder / "accepting").mkdir()
        return accepting.measure(folder / "accepting")
    if part == "mining":
        return mining.measure(folder, options.contributions)
    if part == "restart":
        return mining.restart(folder)
    if part == "hour":
        return hour.measure(folder, options.hour)
    if part == "ops":
        return dashboard.measure(folder / "ops", options.rows)
    return million.measure(folder / "million", options.rows)


if __name__ == "__main__":
    main()
