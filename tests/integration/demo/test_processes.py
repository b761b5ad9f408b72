"""The supervisor against real processes."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sample_game.demo import processes
from sample_game.demo.errors import ProcessFailedError, ToolMissingError
from sample_game.demo.instance import identity_of
from sample_game.demo.processes import Supervisor

SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"
#: Starts a child of its own, prints its id, and waits for ever.
PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(600)"
)
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPER


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_gone(pid: int) -> bool:
    return identity_of(pid) is None


def wait_for(condition: Callable[[], bool], at_most_s: float = 10) -> None:
    give_up_at = time.monotonic() + at_most_s
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def remembered() -> list[int]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, remembered: list[int]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "logs", remembered.append)
    yield supervisor
    supervisor.stop()


def test_output_goes_to_a_file_of_the_process(supervisor: Supervisor) -> None:
    managed = supervisor.start("sleeper", python(SLEEPER), os.environ)
    supervisor.wait_until("it prints", lambda: "ready" in managed.log.read_text(), 10)
    assert managed.log.name == "sleeper.log"


def test_started_process_is_remembered(supervisor: Supervisor, remembered: list[int]) -> None:
    managed = supervisor.start("sleeper", python(SLEEPER), os.environ)
    assert remembered == [managed.process.pid]


def test_stop_ends_the_process_and_its_children(supervisor: Supervisor) -> None:
    managed = supervisor.start("parent", python(PARENT), os.environ)
    supervisor.wait_until("it has a child", lambda: managed.log.read_text().strip() != "", 10)
    child = int(managed.log.read_text())
    supervisor.stop()
    wait_for(lambda: is_gone(managed.process.pid) and is_gone(child))


def test_stop_leaves_processes_of_others_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    other = Supervisor(tmp_path / "other", lambda _: None)
    try:
        stranger = other.start("stranger", python(SLEEPER), os.environ)
        supervisor.start("own", python(SLEEPER), os.environ)
        supervisor.stop()
        assert stranger.process.poll() is None
    finally:
        other.stop()


def test_process_that_ignores_the_kind_signal_is_ended_by_force(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GRACE_S", 0.2)
    managed = supervisor.start("stubborn", python(STUBBORN), os.environ)
    supervisor.wait_until("it is deaf", lambda: "ready" in managed.log.read_text(), 10)
    supervisor.stop()
    assert managed.process.returncode == -signal.SIGKILL


def test_process_that_ends_is_reported_with_its_last_words(supervisor: Supervisor) -> None:
    code = "import sys; print('the tank is empty'); sys.exit(3)"
    supervisor.start("worker", python(code), os.environ)
    with pytest.raises(ProcessFailedError) as caught:
        supervisor.wait_until("never", lambda: False, 10)
    assert "worker ended with exit code 3" in str(caught.value)
    assert "the tank is empty" in str(caught.value)
    assert "worker.log" in str(caught.value)


def test_process_that_is_killed_is_reported_with_the_signal(supervisor: Supervisor) -> None:
    managed = supervisor.start("worker", python(SLEEPER), os.environ)
    managed.process.kill()
    managed.process.wait()
    with pytest.raises(ProcessFailedError, match="worker was ended by signal 9"):
        supervisor.check()


def test_service_that_ends_with_zero_is_a_failure_too(supervisor: Supervisor) -> None:
    managed = supervisor.start("worker", python("pass"), os.environ)
    managed.process.wait()
    with pytest.raises(ProcessFailedError, match="worker ended with exit code 0"):
        supervisor.check()


def test_command_that_succeeds_passes(supervisor: Supervisor) -> None:
    supervisor.run("deploy", python("pass"), os.environ)


def test_command_that_fails_is_reported(supervisor: Supervisor) -> None:
    with pytest.raises(ProcessFailedError, match="deploy ended with exit code 1"):
        supervisor.run("deploy", python("raise SystemExit(1)"), os.environ)


def test_condition_that_never_comes_true_is_reported_with_all_logs(supervisor: Supervisor) -> None:
    managed = supervisor.start("sleeper", python(SLEEPER), os.environ)
    supervisor.wait_until("it prints", lambda: "ready" in managed.log.read_text(), 10)
    with pytest.raises(
        ProcessFailedError, match=r"in vain until pigs fly(.|\n)*sleeper(.|\n)*ready"
    ):
        supervisor.wait_until("pigs fly", lambda: False, 0.1)


def test_missing_program_is_one_clear_sentence(supervisor: Supervisor) -> None:
    with pytest.raises(ToolMissingError) as caught:
        supervisor.start("chain", ["/nowhere/anvil"], os.environ)
    assert str(caught.value) == (
        "chain cannot start because /nowhere/anvil is not there: run `make setup`."
    )
