"""Run slither over contracts/src and hold its findings against the committed explanations.

`python contracts/tools/slither_check.py` prints every finding that contracts/slither-triage.toml
does not explain, and every explanation that explains nothing any more; the exit code is 1 when
there is either. Slither runs from .venv-proof (`scripts/setup-python proof`), through the pinned
forge and compiler of the repository, into folders of its own: what was built before stays.
"""

import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
TRIAGE = REPOSITORY / "contracts" / "slither-triage.toml"
SLITHER = REPOSITORY / ".venv-proof" / "bin" / "slither"
TOOLS = REPOSITORY / "contracts" / "tools"


class AnalysisError(Exception):
    """Slither did not run to its end; the message holds what it said."""


@dataclass(frozen=True)
class Finding:
    """What one detector says about one place, such as `Tanks._budgetOf`."""

    check: str
    place: str
    says: str


@dataclass(frozen=True)
class Explanation:
    """Why the findings of a detector in some places (shell patterns) are no defects."""

    check: str
    places: tuple[str, ...]
    reason: str

    def explains(self, finding: Finding) -> bool:
        """Whether this is about the finding."""
        return self.check == finding.check and any(
            fnmatch.fnmatchcase(finding.place, pattern) for pattern in self.places
        )

    def stale_places(self, findings: Iterable[Finding]) -> list[str]:
        """The patterns under which nothing is found any more."""
        found = [finding.place for finding in findings if finding.check == self.check]
        return [pattern for pattern in self.places if not fnmatch.filter(found, pattern)]


def analyse() -> list[Finding]:
    """Run slither and return what it finds in our own sources.

    Raises:
        AnalysisError: slither is not installed, or failed.
    """
    if not SLITHER.exists():
        raise AnalysisError("slither is not installed: run scripts/setup-python proof.")
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        report = Path(directory) / "slither.json"
        environment = {
            **os.environ,
            "FOUNDRY_PROFILE": "default",
            "FOUNDRY_OUT": "contracts/out/slither",
            "FOUNDRY_CACHE_PATH": "contracts/cache/slither",
            "PATH": os.pathsep.join((str(SLITHER.parent), str(TOOLS), os.environ["PATH"])),
        }
        command = [str(SLITHER), ".", "--filter-paths", "node_modules", "--json", str(report)]
        result = subprocess.run(  # noqa: S603
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
        )
        # Its exit code counts findings; only a report that is there and says so is a success.
        answer = json.loads(report.read_text("utf-8")) if report.exists() else {"success": False}
    if not answer["success"]:
        raise AnalysisError(f"slither fails:\n{result.stdout}{result.stderr}")
    return [
        Finding(entry["check"], place_of(entry["elements"]), entry["description"].strip())
        for entry in answer["results"].get("detectors", [])
    ]


def place_of(elements: list[dict[str, Any]]) -> str:
    """`Contract.function`, `Contract` or the file that a finding is about, by its first element."""
    if not elements:
        return "everywhere"
    element = elements[0]
    while element["type"] not in {"function", "contract"}:
        parent = element.get("type_specific_fields", {}).get("parent")
        if parent is None:
            return Path(element["source_mapping"]["filename_relative"]).name
        element = parent
    if element["type"] == "contract":
        return str(element["name"])
    return f"{element['type_specific_fields']['parent']['name']}.{element['name']}"


def read_triage(path: Path) -> list[Explanation]:
    """Read the committed explanations."""
    entries = tomllib.loads(path.read_text("utf-8"))["explained"]
    return [Explanation(entry["check"], tuple(entry["in"]), entry["reason"]) for entry in entries]


def complaints(findings: list[Finding], explanations: list[Explanation]) -> list[str]:
    """One text for each finding without explanation and each explanation without finding."""
    texts = [
        f"{finding.check} in {finding.place} is not explained:\n{finding.says}\n"
        for finding in findings
        if not any(explanation.explains(finding) for explanation in explanations)
    ]
    texts += [
        f"{TRIAGE.name} explains {explanation.check} in {place}, where nothing is found any more."
        for explanation in explanations
        for place in explanation.stale_places(findings)
    ]
    return texts


def main() -> int:
    """Analyse, print what is open, and return the exit code."""
    try:
        findings = analyse()
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return 1
    explanations = read_triage(TRIAGE)
    texts = complaints(findings, explanations)
    for text in texts:
        print(text, file=sys.stderr)
    if texts:
        print(f"mend it, or say in contracts/{TRIAGE.name} why it is no defect.", file=sys.stderr)
        return 1
    print(f"slither: {len(findings)} findings, all explained by {len(explanations)} entries.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
