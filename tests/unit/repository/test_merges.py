"""No file carries what a merge that went wrong leaves behind."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
#: Seven of one sign at the start of a line, as git writes them between two versions of a place.
MARKS = r"^(<{7}|>{7}) "


def test_no_file_holds_two_versions_of_one_place() -> None:
    command = ["git", "grep", "-I", "-n", "-E", MARKS]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, ""), found.stderr
