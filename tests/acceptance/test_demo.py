"""The demo as a newcomer runs it: real processes, a real chain, real signals."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sample_game.demo.instance import end_processes, identity_of
from sample_game.demo.ports import HOST, Ports
from tests.ports import reserve_demo_ports

UP_WITHIN_S = 180
DOWN_WITHIN_S = 60


class RunningDemo:
    """A demo in a process of its own."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            demo_command(folder, ports),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """All that it printed so far."""
        return "".join(self.lines)

    def wait_for(self, words: str) -> None:
        """Wait until it has printed something."""
        give_up_at = time.monotonic() + UP_WITHIN_S
        while words not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < give_up_at, self.text
            time.sleep(0.05)

    def children(self) -> dict[str, str]:
        """The processes that it has started."""
        content = json.loads((self.folder / ".demo" / "demo.lock").read_text())
        children: dict[str, str] = content["children"]
        return children

    def end(self, number: signal.Signals) -> int:
        """Send a signal, wait for the end, return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(DOWN_WITHIN_S)
        self._reader.join(DOWN_WITHIN_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def _read(self) -> None:
        if self.process.stdout is not None:
            self.lines.extend(iter(self.process.stdout.readline, ""))


def demo_command(folder: Path, ports: Ports) -> list[str]:
    return [
        *(sys.executable, "-m", "sample_game.demo", "--directory", str(folder / ".demo")),
        *("--game-port", str(ports.game), "--relayer-port", str(ports.relayer)),
        *("--chain-port", str(ports.chain)),
    ]


def still_running(children: dict[str, str]) -> list[str]:
    return [pid for pid, identity in children.items() if identity_of(int(pid)) == identity]


@pytest.fixture
def demos(tmp_path: Path) -> Iterator[list[RunningDemo]]:
    started: list[RunningDemo] = []
    yield started
    for demo in started:
        demo.end(signal.SIGKILL)
        if (tmp_path / ".demo" / "demo.lock").exists():
            end_processes(demo.children())


@pytest.mark.timeout(400)
def test_demo_is_one_at_a_time_survives_a_kill_and_ends_all_it_started(
    tmp_path: Path, demos: list[RunningDemo]
) -> None:
    ports = reserve_demo_ports()
    killed = RunningDemo(tmp_path, ports)
    demos.append(killed)
    killed.wait_for("Ctrl-C ends the demo")
    assert requests.get(f"{ports.relayer_url}/status", timeout=10).ok
    assert requests.get(f"{ports.game_url}/", timeout=10).ok

    second = subprocess.run(
        demo_command(tmp_path, reserve_demo_ports()), capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"A demo is already running here (process {killed.process.pid})" in second.stderr

    left_over = killed.children()
    killed.end(signal.SIGKILL)
    assert still_running(left_over)

    again = RunningDemo(tmp_path, ports)
    demos.append(again)
    again.wait_for("books balance")
    assert "processes that a killed demo had left behind" in again.text
    assert still_running(left_over) == []

    children = again.children()
    assert again.end(signal.SIGINT) == 128 + signal.SIGINT
    assert "Stopped everything that the demo started." in again.text
    assert "Traceback" not in again.text
    assert still_running(children) == []


@pytest.mark.timeout(120)
def test_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    free = reserve_demo_ports()
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        ports = Ports(game=port, relayer=free.relayer, chain=free.chain)
        result = subprocess.run(
            demo_command(tmp_path, ports), capture_output=True, text=True, check=False
        )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert f"Port {port}, wanted for the game, is taken" in result.stderr


class Life:
    """One whole life in a process of its own, from its start."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        folder.mkdir()
        self._folder, self._output = folder, folder / "output"
        command = [*demo_command(folder, reserve_demo_ports()), "--oneshot"]
        foreign = {"RELAYER_MAX_WAIT_S": "a foreign setting that must not leak in"}
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [*command, "--contributions", "200", *arguments],
                cwd=folder,
                env={**os.environ, **foreign},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def report(self) -> Any:
        """Wait for a good end and return the report."""
        assert self.process.wait() == 0, self._output.read_text()
        return json.loads((self._folder / "demo-report.json").read_text())

    def end(self) -> None:
        """End it, and with it all that it has started."""
        self.process.terminate()
        self.process.wait(DOWN_WITHIN_S)


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Life]]:
    """A life of each mechanism, led at the same time: most of both is waiting."""
    folder = tmp_path_factory.mktemp("lives")
    mechanisms = ("self-assessment", "gamified")
    lives = {each: Life(folder / each, "--mechanism", each) for each in mechanisms}
    yield lives
    for life in lives.values():
        life.end()


@pytest.mark.timeout(600)
def test_one_whole_life_ends_with_balanced_books(lives: dict[str, Life]) -> None:
    report = lives["self-assessment"].report()
    contributions = report["contributions"]
    assert contributions["accepted"] >= 200
    assert contributions["settled"] + contributions["failed"] == contributions["accepted"]
    assert contributions["refunded"] > contributions["forfeited"] > 0
    assert report["books_balance"] is True
    assert report["wei"]["open_stakes"] == report["wei"]["tank_reserved"] == 0
    assert report["wei"]["relayer_withdrawn"] > 0
    assert 95 <= report["reimbursed_total_percent"] <= 115
    assert report["model"]["contributions"] == contributions["mined"]
    assert report["model"]["top1_on_held_out_clues"] > 0.5


@pytest.mark.timeout(600)
def test_one_whole_life_of_players_who_confirm_each_other_ends_with_balanced_books(
    lives: dict[str, Life],
) -> None:
    report = lives["gamified"].report()
    contributions = report["contributions"]
    assert contributions["settled"] + contributions["failed"] == contributions["accepted"]
    # some were confirmed by others, and those of the liars lapsed
    assert contributions["refunded"] > 0
    assert contributions["forfeited"] > 0
    assert report["books_balance"] is True
    assert report["wei"]["player_balances"] == report["wei"]["tank_reserved"] == 0
    assert report["wei"]["open_stakes"] == report["wei"]["rewards_distributed"] == 0
    assert 90 <= report["reimbursed_total_percent"] <= 120
