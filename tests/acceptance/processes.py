"""Real processes of the command `relayer`, which tests start, kill and start again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

POLL_S = 0.1
READY_S = 60.0


class Process:
    """One process group; `kill` ends all of it at once, as a power cut would."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.log = Path(environment["TEST_LOGS"]) / f"{name}.log"
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "relayer", *arguments],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL for the process and its children."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self._process.terminate()
        return self._process.wait(30)

    def members(self) -> list[int]:
        """The ids of the process and its children."""
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(ProcessLookupError, ValueError):
                if os.getpgid(int(entry.name)) == self._process.pid:
                    found.append(int(entry.name))
        return found

    def require_running(self) -> None:
        """Fail with the process's own words when it has ended."""
        code = self._process.poll()
        if code is not None:
            raise AssertionError(f"ended with {code}:\n{self.log.read_text('utf-8')[-4000:]}")


def wait_for(
    condition: Callable[[], bool], what: str, *processes: Process, within_s: float = READY_S
) -> None:
    """Poll a condition with a bound; an ended process ends the wait with its words."""
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        if condition():
            return
        for process in processes:
            process.require_running()
        time.sleep(POLL_S)
    logs = "\n".join(process.log.read_text("utf-8")[-3000:] for process in processes)
    raise AssertionError(f"not within {within_s} s: {what}\n{logs}")
