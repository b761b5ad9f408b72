"""The set-up scripts say in one sentence what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
#: Everything that the scripts call before they look for what they need.
TOOLS = ("bash", "env", "dirname", "cat", "cksum", "grep", "head", "sed", "id")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that is the whole PATH: basic tools, neither Node nor Python nor apt."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, f"{tool} is missing on this machine"
        (folder / tool).symlink_to(found)
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files of a fresh clone that set-up looks at."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    for name in ("pyproject.toml", "requirements.lock", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    return folder


def install(programs: Path, name: str, prints: str, exit_code: int = 0) -> None:
    program = programs / name
    program.write_text(f"#!/usr/bin/env bash\necho '{prints}'\nexit {exit_code}\n")
    program.chmod(0o755)


def run(clone: Path, programs: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": str(programs)}
    environment.pop("PYTHON", None)
    return subprocess.run(
        [str(clone / "scripts" / command[0]), *command[1:]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_one_sentence(result: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    for part in parts:
        assert part in result.stderr


def test_missing_node_is_one_clear_sentence(clone: Path, programs: Path) -> None:
    assert_one_sentence(run(clone, programs, "setup-node"), "needs Node.js 20 or newer", "none")


def test_old_node_is_one_clear_sentence(clone: Path, programs: Path) -> None:
    install(programs, "node", "v18.19.0")
    assert_one_sentence(run(clone, programs, "setup-node"), "needs Node.js 20", "v18.19.0")


def test_node_without_npm_is_one_clear_sentence(clone: Path, programs: Path) -> None:
    install(programs, "node", "v22.1.0")
    assert_one_sentence(run(clone, programs, "setup-node"), "needs npm")


def test_missing_python_is_one_clear_sentence(clone: Path, programs: Path) -> None:
    result = run(clone, programs, "setup-python", "runtime")
    assert_one_sentence(result, "needs Python 3.11 or newer", "missing", "PYTHON=")


def test_old_python_is_one_clear_sentence(clone: Path, programs: Path) -> None:
    install(programs, "python3", "Python 3.9.2", exit_code=1)
    result = run(clone, programs, "setup-python", "runtime")
    assert_one_sentence(result, "needs Python 3.11 or newer", "python3 here is")


def test_unknown_kind_of_set_up_shows_how_to_call_it(clone: Path, programs: Path) -> None:
    result = run(clone, programs, "setup-python", "everything")
    assert result.returncode == 2
    assert result.stderr == "usage: scripts/setup-python runtime|dev|proof\n"


def test_second_run_of_the_set_up_does_nothing(clone: Path, programs: Path) -> None:
    install(programs, "node", "v22.1.0")
    npm = programs / "npm"
    npm.write_text("#!/usr/bin/env bash\n/bin/mkdir -p node_modules\necho installed\n")
    npm.chmod(0o755)
    first, second = (run(clone, programs, "setup-node") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert "installed" in first.stdout
    assert second.stdout == ""
