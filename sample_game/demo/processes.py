"""Starts processes, waits until they are ready, notices when one ends, and ends them all.

Every process leads its own group, so that Ctrl-C in the terminal reaches the demo alone, which then
stops the groups that it started, last one first, and nothing else.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sample_game.demo.errors import ProcessFailedError, ToolMissingError

#: How long a process may take to end after SIGTERM, before SIGKILL, in seconds.
GRACE_S = 8.0
#: How often readiness and endings are looked at, in seconds.
POLL_S = 0.05
#: Lines of a log that are shown when its process fails.
TAIL_LINES = 12


@dataclass
class ManagedProcess:
    """A process that the demo started, and the file with all that it printed."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]
    #: A process that may end by itself, with exit code 0.
    may_end: bool

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def failure(self) -> str | None:
        """A sentence and the last lines of the log if the process ended as it should not."""
        code = self.process.poll()
        if code is None or (code == 0 and self.may_end):
            return None
        ending = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"{self.name} {ending}.{self.tail()}"

    def tail(self) -> str:
        """The last lines of the log, and where to read the rest."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        shown = "".join(f"\n    {line}" for line in lines)
        return f" All that it printed is in {self.log}.{shown}"


class Supervisor:
    """The processes of one demo, in the order of their start."""

    def __init__(self, logs: Path, remember: Callable[[int], None]):
        self._logs = logs
        self._remember = remember
        self._processes: list[ManagedProcess] = []

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        may_end: bool = False,
    ) -> ManagedProcess:
        """Start a process with its output in a file of its own.

        Raises:
            ToolMissingError: the program does not exist.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            try:
                process = subprocess.Popen(  # noqa: S603
                    command,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except FileNotFoundError as error:
                raise ToolMissingError(
                    f"{name} cannot start because {command[0]} is not there: run `make setup`."
                ) from error
        self._remember(process.pid)
        managed = ManagedProcess(name, log, process, may_end)
        self._processes.append(managed)
        return managed

    def wait_until(self, what: str, is_so: Callable[[], bool], at_most_s: float) -> None:
        """Wait for a condition while every process stays as it should.

        Raises:
            ProcessFailedError: a process ended, or the condition took too long.
        """
        give_up_at = time.monotonic() + at_most_s
        while not is_so():
            self.check()
            if time.monotonic() > give_up_at:
                tails = "".join(
                    f"\n  {managed.name}:{managed.tail()}" for managed in self._processes
                )
                raise ProcessFailedError(f"Waited {at_most_s:.0f} s in vain until {what}.{tails}")
            time.sleep(POLL_S)

    def leaders(self) -> dict[str, int]:
        """The process ids of what runs, by name; each leads a group of that number."""
        return {one.name: one.process.pid for one in self._processes if one.is_running}

    def check(self) -> None:
        """Look whether every process is as it should be.

        Raises:
            ProcessFailedError: one has ended; the message holds its last lines.
        """
        for managed in self._processes:
            failure = managed.failure()
            if failure:
                raise ProcessFailedError(failure)

    def run(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a command to its end.

        Raises:
            ProcessFailedError: it failed; the message holds its last lines.
        """
        managed = self.start(name, command, environment, may_end=True)
        self.wait_until(f"{name} is done", lambda: managed.process.poll() is not None, 120)
        self.check()

    def stop(self) -> None:
        """End every process group: first kindly and all at once, then by force."""
        for managed in reversed(self._processes):
            signal_group(managed.process, signal.SIGTERM)
        give_up_at = time.monotonic() + GRACE_S
        for managed in reversed(self._processes):
            try:
                managed.process.wait(max(0.0, give_up_at - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            finally:
                # The leader may be gone while a process of its group still runs.
                signal_group(managed.process, signal.SIGKILL)
                managed.process.wait()
        self._processes.clear()


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the group that a process leads; a group that is gone is fine."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
