"""One demo per directory, and no process left over from a demo that was killed.

The lock is a file lock: the operating system drops it with the process, so a stale one cannot
exist. The file itself remembers the started processes; the next demo ends those that outlived a
`kill -9`, each recognised by its start time, because a process id alone may belong to a stranger.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sample_game.demo.errors import AlreadyRunningError

#: How long killed processes may take to vanish, and how often to look, in seconds.
GONE_WITHIN_S, POLL_S = 30.0, 0.02
#: Where Linux shows its processes; other systems ask `ps`.
PROCESSES = Path("/proc")


class Instance:
    """Holds the lock of a demo directory as a context manager."""

    def __init__(self, directory: Path):
        self._path = directory / "demo.lock"
        self._children: dict[int, str] = {}
        #: How many processes of a killed demo were ended on entering.
        self.leftovers_ended = 0

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = self._read().get("pid", "unknown")
            self._file.close()
            raise AlreadyRunningError(
                f"A demo is already running here (process {owner}): "
                f"stop it with Ctrl-C in its terminal, or with `kill {owner}`."
            ) from error
        self.leftovers_ended = end_processes(self._read().get("children", {}))
        self._write()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._children.clear()
        self._write()
        self._file.close()

    def remember(self, pid: int) -> None:
        """Note a started process, so that a later demo can end it if this one is killed."""
        identity = identity_of(pid)
        if identity is not None:
            self._children[pid] = identity
            self._write()

    def _read(self) -> dict[str, Any]:
        self._file.seek(0)
        try:
            content = json.loads(self._file.read() or "{}")
        except json.JSONDecodeError:
            # A demo killed while writing leaves half a file; it had not started anything new yet.
            return {}
        return content if isinstance(content, dict) else {}

    def _write(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "children": self._children}, self._file)
        self._file.flush()


def identity_of(pid: int) -> str | None:
    """What tells a process from a later one with the same id: when it started; None if gone."""
    if (PROCESSES / "self" / "stat").exists():
        fields = _fields_after_name(PROCESSES / str(pid) / "stat")
        return fields[19] if fields else None
    listing = subprocess.run(  # noqa: S603
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return listing.stdout.strip() or None


def end_processes(children: dict[str, str]) -> int:
    """Kill the process groups whose leaders are still those that were remembered.

    Returns when they are gone, and with them their ports.
    """
    alive = [int(pid) for pid, identity in children.items() if identity_of(int(pid)) == identity]
    for pid in alive:
        os.killpg(pid, signal.SIGKILL)
    give_up_at = time.monotonic() + GONE_WITHIN_S
    while any(_group_exists(pid) for pid in alive) and time.monotonic() < give_up_at:
        time.sleep(POLL_S)
    return len(alive)


def _fields_after_name(status: Path) -> list[str]:
    """What the kernel says of a process: state, parent, group and so on; empty when it is gone.

    A dead process that nobody has buried counts as gone, but not before its last thread has ended:
    the first one may be dead while others still hold the ports. The name comes before these fields,
    in brackets, and may hold spaces and brackets of its own.
    """
    try:
        fields = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    state, threads = fields[0], fields[17]
    return [] if state == "Z" and threads == "1" else fields


def _group_exists(leader: int) -> bool:
    if (PROCESSES / "self" / "stat").exists():
        members = (_fields_after_name(status) for status in PROCESSES.glob("[0-9]*/stat"))
        return any(fields[2] == str(leader) for fields in members if fields)
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True
