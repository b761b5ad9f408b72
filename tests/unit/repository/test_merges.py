"""No file carries what a merge that went wrong leaves behind."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("contracts", "docs", "relayer", "sample_game", "scripts", "simulation", "tests")
KINDS = (".css", ".html", ".js", ".json", ".md", ".py", ".sh", ".sol", ".sql", ".toml")
#: Seven of one sign at the start of a line, as git writes them around two versions of a place.
MARK = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


def test_no_file_holds_two_versions_of_one_place() -> None:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.*")]
    read = [file for file in files if file.suffix in KINDS and file.is_file()]
    assert len(read) > 1_000
    marked = [file for file in read if MARK.search(file.read_text(encoding="utf-8"))]
    assert [str(file.relative_to(ROOT)) for file in marked] == []
