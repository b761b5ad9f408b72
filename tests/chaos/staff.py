"""Web and worker: started, killed at points or at random, started again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from signal import SIGKILL

from tests.chaos.entry import FUSE_VARIABLE, NOTE_VARIABLE, WEB, WORKER
from tests.chaos.fuse import Spot, to_text
from tests.chaos.nursery import Child, Nursery


class Role(StrEnum):
    """The processes of a relayer."""

    WEB = WEB
    WORKER = WORKER


@dataclass
class Staff:
    """Keeps one process for each role.

    Args:
        nursery: where processes come from.
        environment: variables of both.
        folder: for logs and notes.
        tell: is told what happens, in a line.
    """

    nursery: Nursery
    environment: dict[str, str]
    folder: Path
    tell: Callable[[str], None] = lambda line: None
    kills: int = 0
    #: Where processes died, in the words of the fuse.
    places: list[str] = field(default_factory=list)
    #: Last words of processes that ended though nobody killed them.
    unasked: list[str] = field(default_factory=list)
    #: Whether a process may end with an error: one that is started onto a full disk does.
    may_end: bool = False
    _processes: dict[Role, Child] = field(default_factory=dict)

    def ensure(self, role: Role, spot: Spot | None = None) -> None:
        """Start the process unless it runs; with a spot it carries a fuse."""
        if self.runs(role):
            return
        environment = dict(self.environment)
        if spot is not None:
            self._note(role).unlink(missing_ok=True)
            environment |= {FUSE_VARIABLE: to_text(spot), NOTE_VARIABLE: str(self._note(role))}
        log = self.folder / f"{role}.log"
        self._processes[role] = self.nursery.bear(role, environment, log)

    def ensure_all(self) -> None:
        """Start what does not run."""
        for role in Role:
            self.ensure(role)

    def runs(self, role: Role) -> bool:
        """Whether the process runs; one that died of its fuse is counted, any other end noted."""
        process = self._processes.get(role)
        if process is None:
            return False
        code = process.exit_code()
        if code is None:
            return True
        del self._processes[role]
        note = self._note(role)
        if code == -SIGKILL and note.exists():
            self._count(role, note.read_text("utf-8"))
            note.unlink()
        else:
            process.kill()
            end = f"{role} ended with {code}: {last_words(process)}"
            if not self.may_end:
                self.unasked.append(end)
            self.tell(end)
        return False

    def kill(self, *roles: Role) -> None:
        """SIGKILL."""
        for role in roles:
            if self.runs(role):
                self._processes.pop(role).kill()
                self._note(role).unlink(missing_ok=True)
                self._count(role, "any moment")

    def dismiss(self) -> None:
        """End all processes when the harness is done."""
        for process in self._processes.values():
            process.kill()
        self._processes.clear()
        self.nursery.close()

    def pids(self, role: Role) -> list[int]:
        """The process and its children."""
        if not self.runs(role):
            return []
        first = self._processes[role].pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text("utf-8").split()
        return [first, *map(int, children)]

    def _count(self, role: Role, place: str) -> None:
        self.kills += 1
        self.places.append(f"{role}: {place}")
        self.tell(f"killed {role} at {place}")

    def _note(self, role: Role) -> Path:
        return self.folder / f"{role}.blown"


def last_words(process: Child) -> str:
    """The end of a process's log."""
    return process.log.read_text("utf-8", "replace")[-1500:]
