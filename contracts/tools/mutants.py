"""Remove one defence of the contracts after the other and see that a test notices each time.

`python contracts/tools/mutants.py` applies every mutation of contracts/mutants.toml to a copy of
the repository, runs the tests that ought to fail, and prints which of them caught it. The exit
code is 1 when a mutation survives or no longer fits the source. `--only NAME` tries one. Each
mutation compiles contracts through via-IR anew: minutes for each.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MUTANTS = REPOSITORY / "contracts" / "mutants.toml"
#: Forge names a failed test behind the reason, a failed invariant below its sequence of calls.
FAILED_TEST = re.compile(r"^(?:\[FAIL.*\] | )((?:test|invariant)\w*)\(", re.MULTILINE)


class MutationError(Exception):
    """A mutation does not fit the source, or the mutated source does not compile."""


@dataclass(frozen=True)
class Mutant:
    """One defence taken out: `old` becomes `new` in `file`; `tests` (a forge path) must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: str


def read_mutants(path: Path) -> list[Mutant]:
    """Read the committed mutations."""
    return [Mutant(**entry) for entry in tomllib.loads(path.read_text("utf-8"))["mutant"]]


def mutate(source: str, mutant: Mutant) -> str:
    """The source with the defence taken out.

    Raises:
        MutationError: the defence is not there exactly once.
    """
    if source.count(mutant.old) != 1:
        raise MutationError(f"{mutant.name}: {mutant.file} does not hold the defence exactly once.")
    return source.replace(mutant.old, mutant.new)


def caught_by(copy: Path, mutant: Mutant) -> list[str]:
    """The tests that fail on a copy of the repository without the defence.

    Raises:
        MutationError: the defence is not there, or the source without it does not compile.
    """
    source = copy / mutant.file
    original = source.read_text("utf-8")
    source.write_text(mutate(original, mutant), "utf-8")
    try:
        command = [str(copy / "contracts/tools/forge"), "test", "--match-path", mutant.tests]
        # What is left over of a defence may be unused: only here no reason to stop. That a test
        # fails is enough: the shortest way to the failure is not looked for.
        environment = {
            **os.environ,
            "FOUNDRY_DENY": "never",
            "FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "0",
        }
        result = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, text=True, check=False
        )
    finally:
        source.write_text(original, "utf-8")
    if "Compilation failed" in result.stdout + result.stderr:
        raise MutationError(f"{mutant.name} does not compile:\n{result.stdout}{result.stderr}")
    return sorted(set(FAILED_TEST.findall(result.stdout)))


def copy_repository(target: Path) -> None:
    """Copy what forge needs, with what is compiled already."""
    shutil.copytree(REPOSITORY / "contracts", target / "contracts", symlinks=True)
    shutil.copytree(REPOSITORY / "tests" / "vectors", target / "tests" / "vectors")
    shutil.copy(REPOSITORY / "foundry.toml", target)
    (target / "node_modules").symlink_to((REPOSITORY / "node_modules").resolve())


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
                tests = caught_by(copy, mutant)
            except MutationError as error:
                print(error, file=sys.stderr)
                survivors += 1
                continue
            survivors += not tests
            told = f"caught by {', '.join(tests)}" if tests else "SURVIVES"
            print(f"{mutant.name}: {told}", flush=True)
    if not mutants:
        print(f"there is no mutation named {only}.", file=sys.stderr)
    return 0 if mutants and not survivors else 1


if __name__ == "__main__":
    sys.exit(main())
