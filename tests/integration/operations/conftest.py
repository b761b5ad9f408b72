"""A chain with one house on it, made by the commands themselves; each test gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from relayer.cli import main
from tests.chain import Anvil


@pytest.fixture(scope="module")
def started_anvil() -> Iterator[Anvil]:
    """A chain for all tests of a file."""
    anvil = Anvil()
    yield anvil
    anvil.stop()


@pytest.fixture(scope="module")
def deployed_home(started_anvil: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house after `relayer init` and `relayer deploy`."""
    folder = tmp_path_factory.mktemp("new") / "house"
    url, config = started_anvil.url, ["--config", f"{folder}/relayer.toml"]
    steps = (
        ["init", str(folder), "--rpc-url", url, "--name", "Hunch"],
        [*config, "deploy", "--development", "--plan", f"{folder}/plan.toml"],
    )
    for step in steps:
        result = CliRunner().invoke(main, step)
        assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def anvil(started_anvil: Anvil, deployed_home: Path) -> Iterator[Anvil]:
    """The chain as it was after the deployment."""
    snapshot = started_anvil.node.request("evm_snapshot", [])
    yield started_anvil
    started_anvil.node.request("evm_revert", [snapshot])


@pytest.fixture
def home(anvil: Anvil, deployed_home: Path, tmp_path: Path) -> Path:
    """A copy of the house, file modes included."""
    copied = Path(shutil.copytree(deployed_home, tmp_path / "house"))
    assert (copied / "signer.json").stat().st_mode & 0o777 == 0o600
    return copied
