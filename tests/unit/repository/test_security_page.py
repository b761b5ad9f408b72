"""The security page names tests and proofs: each must exist, and each threat has one."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
PAGE = (REPOSITORY / "docs" / "security.md").read_text("utf-8")
NAME = r"(?:test(?:Fuzz)?|invariant|check)_\w+"


def written() -> set[str]:
    """The names of all tests and proofs, in Solidity and in Python."""
    found: set[str] = set()
    for folder in ("test", "proof"):
        for path in (REPOSITORY / "contracts" / folder).rglob("*.sol"):
            found |= set(re.findall(rf"function ({NAME})\(", path.read_text("utf-8")))
    for path in (REPOSITORY / "tests").rglob("test_*.py"):
        found |= set(re.findall(rf"def ({NAME})\(", path.read_text("utf-8")))
    return found


def test_every_test_that_the_security_page_names_exists() -> None:
    named = set(re.findall(rf"`({NAME})`", PAGE))

    assert len(named) > 100
    assert named - written() == set()


def test_every_threat_names_a_test() -> None:
    threats = PAGE.partition("## Forwarding and money")[2].partition("## Not applicable")[0]
    rows = [line for line in threats.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| threat |")]

    assert len(rows) > 40
    assert [row for row in rows if not re.search(rf"`{NAME}`", row)] == []


def test_every_promise_is_on_the_page() -> None:
    promises = {name for name in written() if name.startswith("invariant_promise_")}

    assert len(promises) >= 6
    assert [name for name in promises if f"`{name}`" not in PAGE] == []
