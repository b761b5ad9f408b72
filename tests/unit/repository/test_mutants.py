"""The list of defences that are taken out to see that a test notices."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
TEST = re.compile(r"`(test(?:Fuzz)?_\w+)`")


def solidity_tests() -> set[str]:
    """The names of all tests in Solidity."""
    texts = (path.read_text("utf-8") for path in (ROOT / "contracts" / "test").rglob("*.t.sol"))
    return {name for text in texts for name in re.findall(r"function (test\w*)\(", text)}


def rows() -> dict[str, set[str]]:
    """The threats of the security page that name tests in Solidity, with these tests."""
    known = solidity_tests()
    tables = PAGE.partition("## Forwarding and money")[2].partition("## Not applicable")[0]
    found: dict[str, set[str]] = {}
    for line in tables.splitlines():
        cells = line.split(" | ")
        named = set(TEST.findall(cells[-1])) & known
        if len(cells) == 3 and named:
            found[cells[0].removeprefix("| ")] = named
    return found


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "contracts/tools/mutants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "mutants", module)
    spec.loader.exec_module(module)
    return module


def test_every_listed_defence_stands_in_its_source(script: ModuleType) -> None:
    listed = script.read_mutants(script.MUTANTS)
    for mutant in listed:
        source = (ROOT / mutant.file).read_text("utf-8")
        assert script.mutate(source, mutant) != source
    assert len({mutant.name for mutant in listed}) == len(listed) > 100


def test_every_test_in_solidity_that_an_attack_names_is_seen_to_fail(script: ModuleType) -> None:
    caught: dict[str, set[str]] = {}
    for mutant in script.read_mutants(script.MUTANTS):
        for row in mutant.rows:
            caught.setdefault(row, set()).update(mutant.caught_by)
    without = script.read_list(script.MUTANTS)["without"]
    spared = {entry["row"] for entry in without if "row" in entry}
    apart = {entry["test"] for entry in without if "test" in entry}
    attacks = rows()

    assert len(attacks) > 50
    assert spared | set(caught) == set(attacks)
    assert spared & set(caught) == set()
    assert apart <= {test for tests in attacks.values() for test in tests}
    for row in set(attacks) - spared:
        assert attacks[row] - caught[row] <= apart, row


def test_every_mutation_is_caught_by_a_test_that_its_row_names(script: ModuleType) -> None:
    attacks = rows()
    for mutant in script.read_mutants(script.MUTANTS):
        assert set(mutant.caught_by) <= {test for row in mutant.rows for test in attacks[row]}


def test_what_has_no_mutation_says_why(script: ModuleType) -> None:
    for entry in script.read_list(script.MUTANTS)["without"]:
        assert len(entry["reason"]) > 40


def test_defence_that_is_gone_or_stands_twice_is_named(script: ModuleType) -> None:
    mutant = script.Mutant("the lock", ["re-entrance"], "Tanks.sol", "locked", "", ["test_lock"])
    for source in ("open", "locked and locked"):
        with pytest.raises(script.MutationError, match=r"the lock: Tanks\.sol"):
            script.mutate(source, mutant)


def test_test_that_does_not_exist_is_named(script: ModuleType) -> None:
    with pytest.raises(script.MutationError, match="test_of_nothing"):
        script.files_of(["test_of_nothing"], ROOT / "contracts" / "test")


def test_failed_and_passed_tests_are_told_apart(script: ModuleType) -> None:
    output = (
        "[PASS] test_sound() (gas: 1)\n"
        "[FAIL: 1 != 0] test_broken() (gas: 2)\n"
        "[FAIL: x; counterexample: args=[1]] testFuzz_broken(uint256) (runs: 1)\n"
    )
    assert script.FAILED_TEST.findall(output) == ["test_broken", "testFuzz_broken"]
    assert script.PASSED_TEST.findall(output) == ["test_sound"]


def test_page_tells_how_many_defences_are_taken_out(script: ModuleType) -> None:
    count = len(script.read_mutants(script.MUTANTS))
    assert f"{count} defences are taken out" in PAGE
