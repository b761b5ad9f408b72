"""Removes one defence of the service after the other and sees that each named test notices.

`python -m tests.mutants` applies every mutation of tests/mutants.toml to a copy of the repository
and runs the tests that the entry names there. Every one of them must fail: one that passes holds
nothing. The exit code is 1 when a test passes without the defence, or a mutation no longer fits the
source. `--only NAME` tries one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
MUTANTS = REPOSITORY / "tests" / "mutants.toml"
#: What is copied, because it may be mutated or because Python starts from it; the rest is linked.
COPIED = ("relayer", "sample_game", "simulation", "tests", "pyproject.toml")
#: Longest that one test may take without its defence.
TEST_TIMEOUT_S = 60
_FAILED = re.compile(r"^FAILED (\S+?\.py::\w+(?:\[.*?\])?)(?: - .*)?$", re.MULTILINE)
#: Exit codes of pytest: all passed, some failed.
_PASSED, _SOME_FAILED = 0, 1


class MutationError(Exception):
    """A mutation does not fit the source, or the tests cannot be run without the defence."""


@dataclass(frozen=True)
class Mutant:
    """One defence taken out: `old` becomes `new` in `file`, and each of `tests` must fail."""

    name: str
    #: The threat of docs/security.md that the defence stands against, word for word.
    threat: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Untried:
    """Tests of a threat that no single line taken out would fail, and why that is so."""

    threat: str
    reason: str
    tests: tuple[str, ...]


def read_untried(path: Path) -> list[Untried]:
    """Read what is not tried, each with its reason."""
    entries = tomllib.loads(path.read_text("utf-8"))["untried"]
    return [Untried(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def read_mutants(path: Path) -> list[Mutant]:
    """Read the committed mutations."""
    entries = tomllib.loads(path.read_text("utf-8"))["mutant"]
    return [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def mutate(source: str, mutant: Mutant) -> str:
    """The source with the defence taken out.

    Raises:
        MutationError: the defence is not there exactly once.
    """
    if source.count(mutant.old) != 1:
        raise MutationError(f"{mutant.name}: {mutant.file} does not hold the defence exactly once.")
    return source.replace(mutant.old, mutant.new)


def copy_repository(target: Path) -> None:
    """Copy the packages, and link whatever else tests look at."""
    for entry in REPOSITORY.iterdir():
        copy = target / entry.name
        if entry.name not in COPIED:
            if not entry.name.startswith("."):
                copy.symlink_to(entry)
        elif entry.is_dir():
            shutil.copytree(entry, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(entry, copy)


def passing_without(copy: Path, mutant: Mutant) -> list[str]:
    """The named tests that pass on a copy of the repository without the defence.

    Raises:
        MutationError: the defence is not there, or the tests cannot be run without it.
    """
    source = copy / mutant.file
    original = source.read_text("utf-8")
    source.write_text(mutate(original, mutant), "utf-8")
    try:
        result = subprocess.run(  # the tests of this repository
            [
                *(sys.executable, "-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider"),
                *("--tb=no", f"--timeout={TEST_TIMEOUT_S}", *mutant.tests),
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "500"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        source.write_text(original, "utf-8")
    if result.returncode not in (_PASSED, _SOME_FAILED):
        raise MutationError(f"{mutant.name} cannot be tested:\n{result.stdout}{result.stderr}")
    return not_failed(mutant.tests, result.stdout)


def not_failed(tests: Sequence[str], output: str) -> list[str]:
    """Those tests that pytest does not count among the failed; of one with cases any case does."""
    failed = [name.partition("[") for name in _FAILED.findall(output)]
    names = {name for name, _, _ in failed} | {"".join(parts) for parts in failed}
    return [test for test in tests if test not in names]


def main() -> int:
    """Try the mutations and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", metavar="NAME", help="try this mutation alone")
    only = parser.parse_args().only
    mutants = [mutant for mutant in read_mutants(MUTANTS) if only in (None, mutant.name)]
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        copy = Path(directory)
        copy_repository(copy)
        for mutant in mutants:
            try:
                passing = passing_without(copy, mutant)
            except MutationError as error:
                print(error, file=sys.stderr)
                survivors += 1
                continue
            survivors += bool(passing)
            told = f"SURVIVES {', '.join(passing)}" if passing else f"fails {len(mutant.tests)}"
            print(f"{mutant.name}: {told}", flush=True)
    if not mutants:
        print(f"there is no mutation named {only}.", file=sys.stderr)
    return 0 if mutants and not survivors else 1


if __name__ == "__main__":
    sys.exit(main())
