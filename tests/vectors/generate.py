"""Golden vectors that bind Solidity, Python and JavaScript together.

`python -m tests.vectors.generate` writes them, `--check` only compares. Typed data is hashed and
signed here by eth_account, not by the relayer's own code; models and features are written by the
Python twins and read by the contracts' tests and the browser modules' tests.

Numbers that may exceed 2^53, maps and byte strings are strings, so that every JSON reader gets
them right.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.vectors import features, models, typed_data

DIRECTORY = Path(__file__).parent


def vectors() -> dict[str, Any]:
    """All vectors by the name of their file."""
    return {
        "eip712.json": typed_data.vectors(),
        "features.json": features.vectors(),
        "fixed_log.json": models.fixed_log_vectors(),
        "naive_bayes.json": models.naive_bayes_vectors(),
        "sparse_perceptron.json": models.sparse_perceptron_vectors(),
    }


def as_text(content: Any) -> str:
    """The bytes of a vector file: readable, ASCII, sorted by nothing but the generator."""
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def main() -> int:
    """Write the vectors, or compare them with `--check`."""
    parser = argparse.ArgumentParser(description="Golden vectors of the project")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    stale = [
        name
        for name, content in vectors().items()
        if not (DIRECTORY / name).exists() or (DIRECTORY / name).read_text() != as_text(content)
    ]
    if options.check:
        for name in stale:
            print(f"{name} is stale: run `python -m tests.vectors.generate`", file=sys.stderr)
        return 1 if stale else 0
    for name, content in vectors().items():
        (DIRECTORY / name).write_text(as_text(content))
    return 0


if __name__ == "__main__":
    sys.exit(main())
