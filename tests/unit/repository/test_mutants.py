"""The list of defences that are taken out to see that a test notices."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


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
    assert len(listed) > 8
    for mutant in listed:
        source = (ROOT / mutant.file).read_text("utf-8")
        assert script.mutate(source, mutant) != source


def test_defence_that_is_gone_or_stands_twice_is_named(script: ModuleType) -> None:
    mutant = script.Mutant("the lock", "Tanks.sol", "locked", "", "tests")
    for source in ("open", "locked and locked"):
        with pytest.raises(script.MutationError, match=r"the lock: Tanks\.sol"):
            script.mutate(source, mutant)


def test_only_failed_tests_are_named(script: ModuleType) -> None:
    output = (
        "[PASS] test_sound() (gas: 1)\n"
        "[FAIL: 1 != 0] test_broken() (gas: 2)\n"
        "[FAIL: x; counterexample: args=[1]] testFuzz_broken(uint256) (runs: 1)\n"
        "[FAIL: 1 != 0]\n\t[Sequence]\n\t\tcalldata=add(uint256)\n invariant_broken() (runs: 5)\n"
    )
    found = script.FAILED_TEST.findall(output)
    assert found == ["test_broken", "testFuzz_broken", "invariant_broken"]
