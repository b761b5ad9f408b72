"""The processes that are measured: web servers and workers, and what they weigh."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from relayer.cli.web import gunicorn_command
from relayer.settings import Settings
from tests.ports import reserve_port

READY_S = 60.0
KILOBYTES_PER_MEGABYTE = 1024
_PROPORTIONAL = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)


class Service:
    """A command with everything that it starts.

    Args:
        command: what to run.
        environment: variables beside the process's own.
        log: where it writes.
    """

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL for all of it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def weight_mb(self) -> float:
        """Memory of all its processes; what they share is counted once."""
        session = str(self._process.pid)
        total_kilobytes = 0
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
                if fields[3] == session:
                    rollup = (status.parent / "smaps_rollup").read_text()
                    total_kilobytes += sum(map(int, _PROPORTIONAL.findall(rollup)))
            except (OSError, ProcessLookupError):
                continue
        return total_kilobytes / KILOBYTES_PER_MEGABYTE


def bare_web(folder: Path) -> tuple[Service, int]:
    """The bare app under the very server that the relayer runs under."""
    settings = Settings(port=reserve_port())
    command = [
        part.replace("relayer.app:create_app()", "tests.benchmarks.service.bare:create_app()")
        for part in gunicorn_command(settings)
    ]
    service = Service(command, {}, folder / "bare.log")
    _await(f"http://127.0.0.1:{settings.port}/")
    return service, settings.port


def relayer_web(folder: Path, environment: dict[str, str]) -> tuple[Service, int]:
    """The relayer's web processes."""
    port = reserve_port()
    command = [sys.executable, "-m", "relayer", "web", "--port", str(port)]
    service = Service(command, environment, folder / "web.log")
    _await(f"http://127.0.0.1:{port}/healthz")
    return service, port


def relayer_worker(folder: Path, environment: dict[str, str]) -> Service:
    """The relayer's worker."""
    return Service([sys.executable, "-m", "relayer", "work"], environment, folder / "worker.log")


def _await(url: str) -> None:
    give_up_at = time.monotonic() + READY_S
    while time.monotonic() < give_up_at:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    raise TimeoutError(f"{url} did not answer within {READY_S} s")
