"""The service's defences that are taken out one by one: they fit source and security page."""

import re

import pytest

from tests.mutants import (
    MUTANTS,
    REPOSITORY,
    Mutant,
    MutationError,
    Untried,
    mutate,
    not_failed,
    read_mutants,
    read_untried,
)

LISTED = read_mutants(MUTANTS)
UNTRIED = read_untried(MUTANTS)
ENTRIES: list[Mutant | Untried] = [*LISTED, *UNTRIED]
PAGE = (REPOSITORY / "docs" / "security.md").read_text("utf-8")
NAME = re.compile(r"`(test_\w+)`")


def python_tests() -> set[str]:
    """The names of all tests in Python, each with its file."""
    return {
        f"{path.relative_to(REPOSITORY).as_posix()}::{name}"
        for path in (REPOSITORY / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE)
    }


def named_on_the_page() -> set[tuple[str, str]]:
    """Each threat with each of the Python tests that hold its defence."""
    names = {test.partition("::")[2] for test in python_tests()}
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return {
        (row[0].removeprefix("| "), name)
        for row in rows
        for name in NAME.findall(row[-1])
        if name in names
    }


def test_every_listed_defence_stands_in_its_source() -> None:
    for mutant in LISTED:
        source = (REPOSITORY / mutant.file).read_text("utf-8")
        assert mutate(source, mutant) != source


def test_names_are_unique_and_tests_exist() -> None:
    assert len({mutant.name for mutant in LISTED}) == len(LISTED)
    named = {test.partition("[")[0] for entry in ENTRIES for test in entry.tests}
    assert named - python_tests() == set()


def test_every_python_test_of_the_security_page_is_tried_or_has_a_reason() -> None:
    tried = {
        (mutant.threat, test.partition("::")[2].partition("[")[0])
        for mutant in ENTRIES
        for test in mutant.tests
    }
    assert len(tried) > 80
    assert named_on_the_page() - tried == set()
    assert tried - named_on_the_page() == set()
    assert all(len(entry.reason) > 20 for entry in UNTRIED)


def test_defence_that_is_gone_or_stands_twice_is_named() -> None:
    mutant = Mutant("the lock", "two come in", "door.py", "locked", "", ())
    for source in ("open", "locked and locked"):
        with pytest.raises(MutationError, match=r"the lock: door\.py"):
            mutate(source, mutant)


def test_a_test_that_passes_or_only_breaks_is_named() -> None:
    output = (
        "FAILED tests/a.py::test_sound - assert 1 == 2\n"
        "FAILED tests/a.py::test_of_cases[a b-[c]] - x\n"
        "ERROR tests/a.py::test_broken - no such fixture\n"
        "FAILED tests/a.py::test_longer_name\n"
    )
    tests = [f"tests/a.py::test_{name}" for name in ("sound", "of_cases", "broken", "longer")]
    assert not_failed(tests, output) == ["tests/a.py::test_broken", "tests/a.py::test_longer"]


def test_the_page_tells_how_to_try_them() -> None:
    assert f"`{MUTANTS.relative_to(REPOSITORY)}`" in PAGE
    assert "`make mutants-service`" in PAGE
