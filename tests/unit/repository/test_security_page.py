"""The security page names tests: each must exist."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


def test_every_test_that_the_security_page_names_exists() -> None:
    page = (REPOSITORY / "docs" / "security.md").read_text("utf-8")
    named = set(re.findall(r"`(test\w+)`", page))
    sources = "\n".join(
        path.read_text("utf-8") for path in (REPOSITORY / "contracts" / "test").rglob("*.sol")
    )
    written = set(re.findall(r"function (test\w+)\(", sources))

    assert len(named) > 20
    assert named - written == set()
