"""The command `relayer`, and the real server that it starts."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from relayer import __version__
from relayer.cli import COMMANDS, main
from relayer.cli.web import gunicorn_command
from relayer.clock import ManualClock
from relayer.settings import Settings
from tests.house import STRANGER, House

START_S = 60


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_help_lists_every_command_with_its_purpose() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name, purpose in COMMANDS.items():
        assert name in result.output
        assert purpose.split()[0] in result.output


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_that_begins_as_the_list_does(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert COMMANDS[name] in " ".join(result.output.split())


def test_version_is_the_package_s() -> None:
    assert run("--version").output == f"relayer, version {__version__}\n"


def test_an_unknown_command_is_refused() -> None:
    assert run("dance").exit_code == 2


def test_config_shows_values_sources_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELAYER_SIGNER_PASSWORD", "opensesame")
    monkeypatch.setenv("RELAYER_CONFIRMATIONS", "7")
    result = run("config", "--json", "--port", "1234")
    table = json.loads(result.output)
    assert table["port"] == {"value": 1234, "source": "flag --port"}
    assert table["confirmations"]["value"] == 7
    assert table["signer_password"]["value"] == "***"
    text = run("config").output
    assert "opensesame" not in text + result.output
    assert re.search(r"confirmations +7 +environment RELAYER_CONFIRMATIONS", text)


def test_config_of_a_named_file(tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text("port = 4321")
    table = json.loads(run("--config", str(file), "config", "--json").output)
    assert table["port"] == {"value": 4321, "source": str(file)}


def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAYER_POTR", "1")
    result = run("config")
    assert result.exit_code == 1
    assert result.output == (
        "Error: unknown setting RELAYER_POTR in the environment; did you mean RELAYER_PORT?\n"
    )


def test_status_reads_the_store_and_ends_with_one_when_nothing_is_accepted(house: House) -> None:
    house.send(house.contribution())
    database = str(house.settings.database)
    # The house's clock stands still in the past, so its worker's last sign of life is old.
    closed = run("status", "--json", "--database", database)
    assert closed.exit_code == 1
    state = json.loads(closed.output)
    assert state["contributions"] == {"queued": 1}
    assert (state["accepting"], state["head_block"]) == (False, 7)
    assert "no sign of life of the worker" in state["in_the_way"]
    house.clock.advance(time.time() - house.clock.now())
    house.open_doors()
    opened = run("status", "--database", database)
    assert opened.exit_code == 0
    assert re.search(r"accepting +yes", opened.output)
    assert re.search(r"contributions +1 queued", opened.output)


def test_status_is_shown_again_until_somebody_stops_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ThirdTimeStopped(ManualClock):
        def sleep(self, duration_s: float) -> None:
            super().sleep(duration_s)
            house.send(house.contribution(nonce=int(self.monotonic())))
            if self.monotonic() > 25:
                raise KeyboardInterrupt

    monkeypatch.setattr("relayer.cli.status.SystemClock", ThirdTimeStopped)
    database = str(house.settings.database)
    watched = run("status", "--watch", "10s", "--json", "--database", database)
    assert watched.exit_code == 0
    states = [json.loads(line) for line in watched.output.splitlines()]
    assert [state["contributions"].get("queued") for state in states] == [None, 1, 2]
    text = run("status", "--watch", "--database", database).output
    assert len(re.findall(r"^accepting +yes$", text, re.MULTILINE)) == 13
    assert "\033" not in text


def test_programs_get_json_and_nothing_else_from_commands_that_change_something(
    house: House, tmp_path: Path
) -> None:
    database = str(house.settings.database)

    def facts(*arguments: str) -> Any:
        result = run(*arguments, "--json", "--database", database)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    key = facts("keys", "create", "Hunch")
    assert key["key"].startswith(f"house_{key['id']}")
    assert facts("keys", "rotate", key["id"])["key"] != key["key"]
    webhook = facts("webhooks", "add", key["id"], "https://game.example/hook")
    assert webhook["secret"].startswith("whsec_")
    assert facts("webhooks", "rotate", webhook["id"])["secret"] != webhook["secret"]
    assert facts("webhooks", "replay", webhook["id"]) == {"id": webhook["id"], "messages": 0}
    assert facts("webhooks", "remove", webhook["id"]) == {"id": webhook["id"]}
    revoked = {"id": key["id"], "revoked_before": False}
    assert facts("keys", "revoke", key["id"]) == revoked
    assert facts("keys", "revoke", key["id"]) == {**revoked, "revoked_before": True}
    banned = {"subject": STRANGER, "reason": "floods"}
    assert facts("ban", STRANGER, "--reason", "floods") == {**banned, "expires_at": None}
    assert facts("unban", STRANGER) == {"subject": banned["subject"], "was_banned": True}
    paused = facts("pause", "sending", "--reason", "fees", "--for", "30m")
    assert (paused["paused"], paused["resumes_at"] > time.time()) == ("sending", True)
    assert facts("resume", "sending") == {"resumed": "sending", "was_paused": True}
    copy = tmp_path / "copy.db"
    assert facts("backup", str(copy)) == {"file": str(copy), "size_bytes": copy.stat().st_size}


def test_status_without_a_database_says_what_to_do(tmp_path: Path) -> None:
    result = run("status", "--database", str(tmp_path / "none.db"))
    assert result.exit_code == 1
    assert "start `relayer web`" in result.output


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("web", "--port", str(port), "--database", str(tmp_path / "relayer.db"))
    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in result.output
    assert "--port" in result.output


def test_the_server_opens_no_control_socket_and_listens_where_it_is_told() -> None:
    command = gunicorn_command(Settings(host="::1", port=0, web_workers=3, web_threads=5))
    assert "--no-control-socket" in command
    assert {"--bind=[::1]:0", "--workers=3", "--threads=5"} <= set(command)


@pytest.fixture
def server(house: House) -> Iterator[str]:
    """The real server in its own processes, on a free port."""
    arguments = [
        sys.executable, "-m", "relayer", "web", "--port", "0",
        "--database", str(house.settings.database),
        "--deployment", str(house.settings.deployment),
    ]  # fmt: skip
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        yield _address(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(START_S) == 0
    finally:
        process.kill()
        process.stderr.close()


def _address(process: subprocess.Popen[str]) -> str:
    log = ""
    for line in process.stderr or ():
        log += line
        listening = re.search(r"Listening at: (http://\S+)", line)
        if listening:
            return listening[1]
    raise AssertionError(f"the server did not start:\n{log}")


def test_the_server_serves_and_ends_when_it_is_told(house: House, server: str) -> None:
    assert requests.get(f"{server}/healthz", timeout=START_S).json() == {"alive": True}
    response = requests.get(f"{server}/v1/nothing", timeout=START_S)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not-found"


def test_the_server_refuses_a_chunked_body_beyond_the_limit(house: House, server: str) -> None:
    chunks = (b" " * 65_536 for _ in range(5))
    response = requests.post(
        f"{server}/v1/contributions",
        data=chunks,
        headers={"Content-Type": "application/json"},
        timeout=START_S,
    )
    assert response.json()["code"] == "body-too-large"
