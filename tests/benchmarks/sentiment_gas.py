"""What a review costs in gas with the weights of 0xDeCA10B's own sentiment model.

    python -m tests.benchmarks.sentiment_gas [--model FILE]

FILE is its `imdb-sentiment-model.json`: 1,000 weights, an intercept of 5 and a learning rate of one
half. It is no part of this repository; without --model it is looked for in ../shared/data/decai.
The weights are taken in units of 1/1024, in which `contracts/test/gas/SentimentGas.t.sol` measures.
`make gas` measures the same job with drawn weights of the same range; both figures are printed. The
exit code is 1 when the file is missing or wrong, or a figure is above the reach of the test.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from contracts.tools import gas_table

REPOSITORY: Final = Path(__file__).resolve().parents[2]
OWN_MODEL: Final = REPOSITORY.parent / "shared" / "data" / "decai" / "imdb-sentiment-model.json"
TEST: Final = "contracts/test/gas/SentimentGas.t.sol"
KEYS: Final = ("add_update_n100_imdb20", "settle_n100_imdb20")
WORDS: Final = 1_000
UNIT: Final = 1_024


class ModelFileError(Exception):
    """The file with the weights is missing or not the one that is meant; the message says how."""


def packed_weights(model: dict[str, Any]) -> bytes:
    """The weights as the gas test reads them: int16, big endian, in units of 1/1024.

    Raises:
        ModelFileError: it is another model, or a weight does not fit.
    """
    weights = model.get("weights")
    if not isinstance(weights, list) or len(weights) != WORDS:
        raise ModelFileError(f"the file does not hold {WORDS:,} weights.")
    if (model.get("intercept"), model.get("learningRate")) != (5, 0.5):
        raise ModelFileError("the intercept is not 5, or the learning rate not 0.5.")
    try:
        return struct.pack(f">{WORDS}h", *(round(weight * UNIT) for weight in weights))
    except (struct.error, TypeError, ValueError, OverflowError) as error:
        raise ModelFileError(f"a weight is no number between -32 and 32 ({error}).") from error


def read_weights(path: Path) -> bytes:
    """The packed weights of a file.

    Raises:
        ModelFileError: it is missing or of another form.
    """
    try:
        model = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelFileError(
            f"{path} is not there ({error.strerror}). The weights of 0xDeCA10B are no part of this "
            "repository: name their file with --model."
        ) from error
    except ValueError as error:
        raise ModelFileError(f"{path} is not JSON: {error}") from error
    if not isinstance(model, dict):
        raise ModelFileError(f"{path} does not hold a model.")
    return packed_weights(model)


def measure(weights: bytes) -> dict[str, int]:
    """Gas for each review by name, with these weights.

    Raises:
        MeasurementError: the gas test fails: a figure is above its reach, for instance.
    """
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        environment = {
            **os.environ,
            gas_table.OWN_WEIGHTS: f"0x{weights.hex()}",
            "FOUNDRY_SNAPSHOTS": directory,
        }
        gas_table.run(["build"], environment)
        test = ["test", "--match-path", TEST, "--gas-snapshot-emit=true"]
        gas_table.run(test, environment)
        return gas_table.read(Path(directory) / gas_table.SNAPSHOT.name)


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description="Gas of a review with 0xDeCA10B's own weights.")
    parser.add_argument("--model", type=Path, default=OWN_MODEL, help="imdb-sentiment-model.json")
    arguments = parser.parse_args()
    try:
        own = measure(read_weights(arguments.model))
    except (ModelFileError, gas_table.MeasurementError) as error:
        print(f"sentiment_gas: {error}", file=sys.stderr)
        return 1
    drawn = gas_table.read(gas_table.SNAPSHOT)
    print(f"own weights: {arguments.model}; drawn weights: {gas_table.SNAPSHOT.name}")
    print("| gas per review, batch of 100 | own weights | drawn weights |\n| --- | --- | --- |")
    for key in KEYS:
        print(f"| {key} | {own[key]:,} | {drawn[key]:,} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
