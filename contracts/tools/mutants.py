"""Remove one defence of the contracts after the other and see that its tests notice each time.

`python contracts/tools/mutants.py` applies every mutation of contracts/mutants.toml to a copy of
the repository, runs the tests that must catch it, and prints which of them did. The exit code is 1
when one of them passes without the defence, or when a mutation no longer fits the source. `--only
NAME` tries one of them. Only what a mutation touches is compiled anew, without via-IR where the
code allows it (profile `mutants` of foundry.toml).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
MUTANTS = REPOSITORY / "contracts" / "mutants.toml"
#: What forge keeps between runs: the compiled contracts, and what it knows of them.
KEPT = ("out", "cache")
#: Folders of contracts/test that the others import from.
SHARED = ("support", "reference", "plain")
#: Forge names a failed test behind the reason.
FAILED_TEST = re.compile(r"^\[FAIL.*\] (test\w*)\(", re.MULTILINE)
PASSED_TEST = re.compile(r"^\[PASS\] (test\w*)\(", re.MULTILINE)


class MutationError(Exception):
    """A mutation does not fit the source, or the mutated source does not compile."""


@dataclass(frozen=True)
class Mutant:
    """One defence taken out: `old` becomes `new` in `file`, and each test of `caught_by` fails.

    `rows` are the threats of docs/security.md that the defence stands against. `optimized`: the
    tests measure gas, so they need the code as it is deployed.
    """

    name: str
    rows: list[str]
    file: str
    old: str
    new: str
    caught_by: list[str]
    optimized: bool = False

    @property
    def profile(self) -> str:
        """The profile of foundry.toml under which it is compiled."""
        return "default" if self.optimized else "mutants"


def read_mutants(path: Path) -> list[Mutant]:
    """Read the committed mutations."""
    return [Mutant(**entry) for entry in read_list(path)["mutant"]]


def read_list(path: Path) -> dict[str, Any]:
    """Read the whole list, `without` included: rows that no single removal belongs to."""
    return tomllib.loads(path.read_text("utf-8"))


def mutate(source: str, mutant: Mutant) -> str:
    """The source with the defence taken out.

    Raises:
        MutationError: the defence is not there exactly once.
    """
    if source.count(mutant.old) != 1:
        raise MutationError(f"{mutant.name}: {mutant.file} does not hold the defence exactly once.")
    return source.replace(mutant.old, mutant.new)


def files_of(tests: Iterable[str], directory: Path) -> list[str]:
    """Where tests are written, as paths relative to the repository.

    Raises:
        MutationError: there is no test of that name.
    """
    texts = {path: path.read_text("utf-8") for path in sorted(directory.rglob("*.t.sol"))}
    found: set[str] = set()
    for test in tests:
        places = [path for path, text in texts.items() if f"function {test}(" in text]
        if not places:
            raise MutationError(f"there is no test named {test}.")
        found |= {f"contracts/test/{path.relative_to(directory)}" for path in places}
    return sorted(found)


def run_forge(root: Path, profile: str, *parameters: str) -> subprocess.CompletedProcess[str]:
    """Run forge under a profile, whatever it says of code that is left over of a defence."""
    environment = {**os.environ, "FOUNDRY_PROFILE": profile, "FOUNDRY_DENY": "never"}
    environment["SOLC_QUICK_START"] = "1"
    return subprocess.run(  # noqa: S603
        [str(root / "contracts/tools/forge"), *parameters],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def run_tests(root: Path, profile: str, tests: Iterable[str]) -> tuple[set[str], set[str]]:
    """Run some tests; returns those that passed and those that failed.

    Raises:
        MutationError: the contracts do not compile.
    """
    names = sorted(set(tests))
    files = [path.removeprefix("contracts/") for path in files_of(names, root / "contracts/test")]
    paths, pattern = f"contracts/{{{','.join(files)},}}", rf"^({'|'.join(names)})\("
    result = run_forge(root, profile, "test", "--match-path", paths, "--match-test", pattern)
    passed, failed = PASSED_TEST.findall(result.stdout), FAILED_TEST.findall(result.stdout)
    if not passed and not failed:
        raise MutationError(f"no test ran:\n{result.stdout}{result.stderr}")
    return set(passed), set(failed)


def copy_repository(target: Path, tests: Iterable[str]) -> None:
    """Copy what forge needs for some tests, with what is compiled already.

    Forge reads every file of tests anew in each run, compiled or not: so those that hold none of
    them stay out.
    """
    shutil.copytree(REPOSITORY / "contracts", target / "contracts", symlinks=True)
    shutil.copytree(REPOSITORY / "tests" / "vectors", target / "tests" / "vectors")
    shutil.copy(REPOSITORY / "foundry.toml", target)
    (target / "node_modules").symlink_to((REPOSITORY / "node_modules").resolve())
    needed = {target / file for file in files_of(tests, REPOSITORY / "contracts" / "test")}
    for path in (target / "contracts" / "test").rglob("*.sol"):
        shared = path.parent.name in SHARED
        if path not in needed and not shared:
            path.unlink()


def move_compiled(source: Path, target: Path) -> None:
    """Put compiled contracts in the place of others."""
    for name in KEPT:
        shutil.rmtree(target / name, ignore_errors=True)
        shutil.copytree(source / name, target / name)


def compile_twins(copy: Path) -> None:
    """Compile the plain twins, which tests read from forge's output, and leave them as they are.

    Raises:
        MutationError: they do not compile.
    """
    contracts = copy / "contracts"
    result = run_forge(copy, "mutants", "build", "contracts/test/plain")
    built = sorted((contracts / "out" / "mutants").glob("Plain*.sol"))
    if result.returncode != 0 or not built:
        raise MutationError(f"the plain twins do not compile:\n{result.stdout}{result.stderr}")
    for twin in built:
        shutil.copytree(twin, contracts / "out" / twin.name, dirs_exist_ok=True)
    shutil.rmtree(contracts / "test" / "plain")


def check_baseline(copy: Path, mutants: list[Mutant]) -> None:
    """Hold that the tests pass while every defence stands, and keep what was compiled for them.

    Raises:
        MutationError: one of them fails.
    """
    compile_twins(copy)
    for profile in sorted({mutant.profile for mutant in mutants}):
        tests = {test for m in mutants if m.profile == profile for test in m.caught_by}
        passed, failed = run_tests(copy, profile, tests)
        # Two suites may have a test of one name.
        wanting = failed | (tests - passed)
        if wanting:
            raise MutationError(f"fail with every defence in place: {', '.join(sorted(wanting))}")
    move_compiled(copy / "contracts", copy / "compiled")


def survivors_of(copy: Path, mutant: Mutant) -> set[str]:
    """The tests that must catch a mutation and do not.

    Raises:
        MutationError: the defence is not there, or the source without it does not compile.
    """
    source = copy / mutant.file
    original = source.read_text("utf-8")
    move_compiled(copy / "compiled", copy / "contracts")
    source.write_text(mutate(original, mutant), "utf-8")
    try:
        _, failed = run_tests(copy, mutant.profile, mutant.caught_by)
    finally:
        source.write_text(original, "utf-8")
    return set(mutant.caught_by) - failed


def report(copy: Path, mutant: Mutant) -> bool:
    """Try one mutation and print what came of it; tells whether all its tests caught it."""
    started = time.monotonic()
    try:
        passing = survivors_of(copy, mutant)
    except MutationError as error:
        print(f"{mutant.name}: {error}", file=sys.stderr, flush=True)
        return False
    caught = ", ".join(test for test in mutant.caught_by if test not in passing)
    told = f"SURVIVES {', '.join(sorted(passing))}" if passing else f"caught by {caught}"
    print(f"{mutant.name}: {told} ({time.monotonic() - started:.0f} s)", flush=True)
    return not passing


def main() -> int:
    """Try the mutations and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", metavar="NAME", nargs="+", help="try these mutations alone")
    only = parser.parse_args().only
    mutants = [mutant for mutant in read_mutants(MUTANTS) if only is None or mutant.name in only]
    if not mutants:
        print(f"there is no mutation named {', '.join(only or [])}.", file=sys.stderr)
        return 1
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        copy = Path(directory)
        try:
            copy_repository(copy, {test for mutant in mutants for test in mutant.caught_by})
            check_baseline(copy, mutants)
        except MutationError as error:
            print(error, file=sys.stderr)
            return 1
        caught = sum([report(copy, mutant) for mutant in mutants])
    minutes = (time.monotonic() - started) / 60
    print(f"{caught} of {len(mutants)} mutations caught in {minutes:.0f} minutes")
    return 0 if caught == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
