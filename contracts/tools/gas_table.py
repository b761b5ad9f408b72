"""Measure what contributions cost in gas, and keep the figures under version control.

`python contracts/tools/gas_table.py` runs the gas tests, rewrites contracts/snapshots/gas.json and
prints a table; its last line is the same figures as JSON. Figures are gas for each contribution:
the whole transaction, with its 21,000 and its calldata, divided by the number of contributions.
Those of a prediction market (market_…) are gas for whole transactions instead. How they are
measured is written in contracts/test/gas/Gas.t.sol and MarketGas.t.sol. What each classifier costs
by its size goes into contracts/snapshots/classifiers.json; docs/reference/classifiers.md shows it.
With `--check` nothing is written, and the exit code is 1 when a figure differs from the committed
one.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SNAPSHOT = REPOSITORY / "contracts" / "snapshots" / "gas.json"
CLASSIFIERS = SNAPSHOT.with_name("classifiers.json")
#: The contracts of tests that measure what is written there.
MEASURING = "GasTest|ClassifierCostsTest"
FORGE = REPOSITORY / "contracts" / "tools" / "forge"
SIZES = (1, 10, 50, 100)
#: Weights for the job of 0xDeCA10B's sentiment model; see `tests/benchmarks/sentiment_gas.py`.
OWN_WEIGHTS = "SENTIMENT_WEIGHTS"
#: A figure's name is what was done, the size of the batch and, where it matters, the features of
#: each sample.
NAME = re.compile(r"(?P<deed>\w+?)_n(?P<size>\d+)(_f(?P<features>\d+)|_(?P<model>imdb20))?")
#: What the figures of a whole market (20 contributions, 64 scoring test records) say.
MARKET_TITLES = {
    "market_total": "whole market, all transactions",
    "market_worst_step": "whole market, dearest transaction",
}


class MeasurementError(Exception):
    """The gas tests did not deliver figures; the message says why."""


def measure() -> dict[Path, dict[str, int]]:
    """Run the gas tests and return, for each snapshot, gas per contribution by name.

    Raises:
        MeasurementError: a gas test fails, or there are no figures.
    """
    # What is compared with lies among the tests, which a run of some of them does not compile.
    run(["build"], dict(os.environ))
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        # With other weights the figures would not be those under version control.
        environment = {name: text for name, text in os.environ.items() if name != OWN_WEIGHTS}
        environment["FOUNDRY_SNAPSHOTS"] = directory
        run(["test", "--match-contract", MEASURING, "--gas-snapshot-emit=true"], environment)
        written = {path: Path(directory) / path.name for path in (SNAPSHOT, CLASSIFIERS)}
        if not all(path.exists() for path in written.values()):
            raise MeasurementError("the gas tests wrote no snapshot.")
        return {path: read(copy) for path, copy in written.items()}


def run(arguments: list[str], environment: dict[str, str]) -> None:
    """Run forge.

    Raises:
        MeasurementError: it fails; the message has its output.
    """
    result = subprocess.run(  # noqa: S603
        [str(FORGE), *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise MeasurementError(f"forge {arguments[0]} fails:\n{result.stdout}{result.stderr}")


def read(path: Path) -> dict[str, int]:
    """Read a snapshot: gas per contribution by name."""
    return {name: int(gas) for name, gas in json.loads(path.read_text("utf-8")).items()}


def write(path: Path, figures: dict[str, int]) -> None:
    """Write a snapshot that is under version control."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")


def table(figures: dict[str, int]) -> list[str]:
    """Lay the figures out: a row for each deed, a column for each size of batch."""
    rows: dict[str, dict[int, int]] = {}
    for name, gas in figures.items():
        if name in MARKET_TITLES:
            continue
        parts = NAME.fullmatch(name)
        if parts is None:
            raise MeasurementError(f"{name} does not say how large its batch was (…_n100_f10).")
        title = parts["deed"].replace("_", " ")
        if parts["features"]:
            title += f", {parts['features']} features"
        if parts["model"]:
            title += ", reviews of 20 words out of 1,000"
        rows.setdefault(title, {})[int(parts["size"])] = gas
    width = max(len(title) for title in rows)
    lines = [f"{'gas per contribution':{width}}" + "".join(f"{f'N={n}':>10}" for n in SIZES)]
    for title, cells in sorted(rows.items()):
        numbers = "".join(f"{f'{cells[n]:,}' if n in cells else '-':>10}" for n in SIZES)
        lines.append(f"{title:{width}}{numbers}")
    return lines + market_lines(figures)


def market_lines(figures: dict[str, int]) -> list[str]:
    """Lay out the figures of a whole market, a line for each."""
    width = max(len(title) for title in MARKET_TITLES.values())
    return [
        f"{title:{width}}{figures[name]:>12,}"
        for name, title in MARKET_TITLES.items()
        if name in figures
    ]


def differences(committed: dict[str, int], measured: dict[str, int]) -> list[str]:
    """Name every figure that is new, gone or other than the committed one."""
    return [
        f"{name}: {committed.get(name, 'none')} committed, {measured.get(name, 'none')} measured"
        for name in sorted(committed.keys() | measured.keys())
        if committed.get(name) != measured.get(name)
    ]


def check(path: Path, measured: dict[str, int]) -> int:
    """Compare with a committed snapshot; return the exit code."""
    found = differences(read(path) if path.exists() else {}, measured)
    if not found:
        print(f"gas: all {len(measured)} figures of {path.name} are as committed")
        return 0
    print(f"gas: figures differ from contracts/snapshots/{path.name}:", file=sys.stderr)
    for difference in found:
        print(f"  {difference}", file=sys.stderr)
    print("Run `make gas`, explain the change and commit the snapshot.", file=sys.stderr)
    return 1


def main() -> int:
    """Print the table, or check the snapshot; return the exit code."""
    parser = argparse.ArgumentParser(description="Measure gas per contribution.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    arguments = parser.parse_args()
    try:
        measured = measure()
        lines = table(measured[SNAPSHOT])
    except MeasurementError as error:
        print(f"gas: {error}", file=sys.stderr)
        return 1
    if arguments.check:
        return max([check(path, figures) for path, figures in measured.items()])
    for path, figures in measured.items():
        write(path, figures)
    print("\n".join(lines))
    print(json.dumps(measured[SNAPSHOT], sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
