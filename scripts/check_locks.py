"""Checks, without a network, that the Python lock files fit pyproject.toml and each other.

Exit code 1 and one line per difference when `scripts/lock` has to be run.
"""

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def pins(lock: str) -> dict[str, set[str]]:
    """The pinned versions by package name; markers may pin several versions of one package."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\").strip())
            versions = {specifier.version for specifier in requirement.specifier}
            found.setdefault(canonicalize_name(requirement.name), set()).update(versions)
    return found


def unmet(wanted: list[str], lock: str) -> list[str]:
    """One sentence for every wanted requirement that the lock file does not meet."""
    locked = pins(lock)
    sentences = []
    for text in wanted:
        requirement = Requirement(text)
        versions = locked.get(canonicalize_name(requirement.name), set())
        if not any(requirement.specifier.contains(version) for version in versions):
            sentences.append(f"{lock} does not meet {text!r}")
    return sentences


def main() -> int:
    """Prints every difference; returns the exit code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    running = project["project"]["dependencies"] + groups["build"]
    sentences = unmet(running, "requirements.lock")
    sentences += unmet(running + groups["dev"], "requirements-dev.lock")
    sentences += unmet(groups["proof"], "requirements-proof.lock")
    development = pins("requirements-dev.lock")
    for name, versions in pins("requirements.lock").items():
        if development.get(name) != versions:
            sentences.append(f"the lock files name different versions of {name}")
    for sentence in sentences:
        print(f"{sentence}: run scripts/lock", file=sys.stderr)
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
