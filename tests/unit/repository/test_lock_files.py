"""The check of the lock files, on the repository and on files that do not fit."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = (
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-proof.lock",
)


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, looking at a copy of the repository's files."""
    spec = importlib.util.spec_from_file_location("check_locks", ROOT / "scripts/check_locks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "check_locks", module)
    spec.loader.exec_module(module)
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_lock_files_of_the_repository_fit(check: ModuleType) -> None:
    assert check.main() == 0


def test_new_dependency_without_a_pin_is_noticed(
    check: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(tmp_path / "pyproject.toml", '"flask>=3.1,<4",', '"flask>=3.1,<4", "brand-new>=1",')
    assert check.main() == 1
    assert "requirements.lock does not meet 'brand-new>=1': run scripts/lock" in (
        capsys.readouterr().err
    )


def test_raised_bound_is_noticed(check: ModuleType, tmp_path: Path) -> None:
    replace(tmp_path / "pyproject.toml", '"flask>=3.1,<4"', '"flask>=3.99,<4"')
    assert check.main() == 1


def test_proving_tool_that_is_newer_than_its_pin_is_noticed(
    check: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(tmp_path / "pyproject.toml", '"halmos>=0.3.3,<0.4"', '"halmos>=9"')
    assert check.main() == 1
    assert "requirements-proof.lock does not meet 'halmos>=9'" in capsys.readouterr().err


def test_versions_that_differ_between_the_lock_files_are_noticed(
    check: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "requirements.lock"
    pin = next(line for line in lock.read_text().splitlines() if line.startswith("click=="))
    replace(lock, pin, "click==8.4.0 \\")
    assert check.main() == 1
    assert "different versions of click" in capsys.readouterr().err
