"""One demo per directory, against real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sample_game.demo.errors import AlreadyRunningError
from sample_game.demo.instance import Instance, end_processes, identity_of

#: Takes the lock, starts a child in a group of its own, prints its id, and waits for ever.
DEMO = """
import subprocess, sys, time
from pathlib import Path
from sample_game.demo.instance import Instance
with Instance(Path(sys.argv[1])) as instance:
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    child = subprocess.Popen(sleeper, stdout=subprocess.DEVNULL, start_new_session=True)
    instance.remember(child.pid)
    print(child.pid, flush=True)
    time.sleep(600)
"""

#: Ends its first thread while another one goes on, as a kill may look for a moment.
HEADLESS = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
print(flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    ) as process:
        yield process
        process.kill()


def start_demo(directory: Path) -> tuple[subprocess.Popen[str], int]:
    demo = subprocess.Popen(
        [sys.executable, "-c", DEMO, str(directory)], stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    return demo, int(demo.stdout.readline())


def kill_dead(demo: subprocess.Popen[str]) -> None:
    demo.kill()
    demo.communicate()


def test_second_demo_gets_one_clear_sentence(tmp_path: Path) -> None:
    with Instance(tmp_path):
        with pytest.raises(AlreadyRunningError) as caught, Instance(tmp_path):
            pytest.fail("two demos ran at once")
        pid = os.getpid()
        assert str(caught.value) == (
            f"A demo is already running here (process {pid}): "
            f"stop it with Ctrl-C in its terminal, or with `kill {pid}`."
        )


def test_directory_is_free_again_after_the_demo(tmp_path: Path) -> None:
    for _ in range(2):
        with Instance(tmp_path) as instance:
            assert instance.leftovers_ended == 0


def test_demo_after_a_kill_ends_what_was_left_over(tmp_path: Path) -> None:
    demo, child = start_demo(tmp_path)
    try:
        kill_dead(demo)
        assert identity_of(child) is not None
        with Instance(tmp_path) as instance:
            assert instance.leftovers_ended == 1
    finally:
        end_processes({str(child): identity_of(child) or ""})


def test_stranger_with_a_remembered_id_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    assert end_processes({str(sleeper.pid): "another start time"}) == 0
    assert sleeper.poll() is None


def test_process_is_told_from_another_by_its_start(sleeper: subprocess.Popen[bytes]) -> None:
    identity = identity_of(sleeper.pid)
    assert identity is not None
    assert end_processes({str(sleeper.pid): identity}) == 1
    assert sleeper.wait(10) == -signal.SIGKILL
    assert identity_of(sleeper.pid) is None


def test_process_whose_first_thread_alone_has_ended_is_not_gone() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HEADLESS], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            give_up_at = time.monotonic() + 10
            while "\nState:\tZ" not in Path(f"/proc/{process.pid}/status").read_text():
                assert time.monotonic() < give_up_at, "its first thread did not end"
                time.sleep(0.01)
            identity = identity_of(process.pid)
            assert identity is not None
            assert end_processes({str(process.pid): identity}) == 1
            assert identity_of(process.pid) is None
        finally:
            process.kill()


def test_half_written_lock_file_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "demo.lock").write_text('{"pid": 12', encoding="utf-8")
    with Instance(tmp_path) as instance:
        assert instance.leftovers_ended == 0
