"""The game as an operator starts it: one command, one process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from sample_game.__main__ import main
from tests.ports import reserve_port
from tests.stand_in_relayer import StandInRelayer, serving

STARTS_WITHIN_S = 60.0


def page_of(process: subprocess.Popen[bytes], url: str) -> requests.Response:
    """Return the page once the process serves it."""
    give_up_at = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            return requests.get(url, timeout=STARTS_WITHIN_S)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the game did not start")


def test_the_game_serves_at_a_remote_relayer_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port = reserve_port()
    with serving(StandInRelayer().app()) as relayer_url:
        command = [sys.executable, "-m", "sample_game", "--port", str(port)]
        environment = {**os.environ, "GAME_DATABASE": str(tmp_path / "hunch.db")}
        with subprocess.Popen([*command, "--relayer-url", relayer_url], env=environment) as process:
            try:
                url = f"http://127.0.0.1:{port}"
                assert "Hunch" in page_of(process, url).text
                assert requests.get(f"{url}/api/setup", timeout=10).json()["max_fee_gwei"] > 0
            finally:
                process.terminate()
            assert process.wait(STARTS_WITHIN_S) == 0


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"RELAYER_DEPLOYMENT": "nowhere.json"}, "cannot read the deployment file"),
        ({"GAME_PROT": "1"}, "Did you mean GAME_PORT?"),
        ({"GAME_RELAYER_URL": "127.0.0.1:8080"}, "must start with http"),
    ],
)
def test_a_wrong_setting_is_one_clear_sentence(environment: dict[str, str], complaint: str) -> None:
    result = CliRunner().invoke(main, env=environment)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert complaint in result.output
    assert result.output.count("\n") == 1
