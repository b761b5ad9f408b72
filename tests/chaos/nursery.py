"""Starts processes of the relayer within moments: by a fork of one that has imported everything.

Run as a process of its own it takes orders on stdin, a line of JSON each. A child leads a session
of its own, so that it dies as a whole; when the harness is gone all children are killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any


class Child:
    """A process that the nursery has started."""

    def __init__(self, nursery: Nursery, pid: int, log: Path) -> None:
        self._nursery = nursery
        self._code: int | None = None
        self.pid = pid
        self.log = log

    def exit_code(self) -> int | None:
        """The code it ended with (negative: the signal), or None while it runs."""
        if self._code is None:
            self._code = self._nursery.look(self.pid)
        return self._code

    def kill(self) -> None:
        """SIGKILL for the process and its children, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._code is None:
            self._code = self._nursery.look(self.pid, wait=True)


class Nursery:
    """The harness's side of the nursery."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def bear(self, role: str, environment: Mapping[str, str], log: Path) -> Child:
        """Start a process of this role."""
        order = {"role": role, "environment": dict(environment), "log": str(log)}
        return Child(self, self._order(order), log)

    def look(self, pid: int, *, wait: bool = False) -> int | None:
        """The exit code of a child, or None while it runs."""
        code: int | None = self._order({"pid": pid, "wait": wait})
        return code

    def close(self) -> None:
        """Kill the children that are left, and end the nursery."""
        for pipe in (self._process.stdin, self._process.stdout):
            _opened(pipe).close()
        self._process.wait(30)

    def _order(self, order: Mapping[str, Any]) -> Any:
        with self._lock:
            stdin, stdout = _opened(self._process.stdin), _opened(self._process.stdout)
            stdin.write(json.dumps(order) + "\n")
            stdin.flush()
            return json.loads(stdout.readline())


def _opened(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None, "the nursery talks through pipes"
    return pipe


def main() -> None:
    """Take orders until the harness is gone."""
    from tests.chaos import entry

    alive: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "role" in order:
            answer: int | None = os.fork()
            if answer == 0:
                _become(entry.run, order)
            alive.add(answer or 0)
        else:
            flags = 0 if order["wait"] else os.WNOHANG
            ended, status = os.waitpid(order["pid"], flags)
            answer = os.waitstatus_to_exitcode(status) if ended else None
            alive.discard(ended)
        print(json.dumps(answer), flush=True)
    for pid in alive:
        os.killpg(pid, signal.SIGKILL)


def _become(run: Any, order: Mapping[str, Any]) -> None:
    """Turn this fork into the process that was ordered; never returns."""
    os.setsid()
    os.environ.clear()
    os.environ.update(order["environment"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    code = 1
    try:
        run(order["role"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
