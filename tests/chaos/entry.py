"""The relayer's processes under chaos: the same commands as always.

Only the clock can be set wrong, and there may be a fuse in it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

from flask import Flask

import relayer.app
import relayer.ethereum_account  # so that every fork finds it
import relayer.worker
from relayer.cli import main
from relayer.cli.web import gunicorn_command
from relayer.settings.sources import load
from tests.chaos import clock, fuse

CLOCK_VARIABLE = "CHAOS_CLOCK"
FUSE_VARIABLE = "CHAOS_FUSE"
NOTE_VARIABLE = "CHAOS_NOTE"
#: Imported by name, for it ships no types; its workers so that every fork finds them.
GUNICORN = import_module("gunicorn.app.wsgiapp")
import_module("gunicorn.workers.gthread")
#: What the commands `relayer web` and `relayer work` come to.
WEB, WORKER = "web", "work"


def run(role: str) -> None:
    """Be the web server or the worker."""
    if role == WEB:
        sys.argv = _gunicorn_arguments()
        GUNICORN.run()
    else:
        set_clock()
        lay_fuse()
        sys.argv = ["relayer", role]
        main()


def create_app() -> Flask:
    """The service, inside a process of the web server."""
    set_clock()
    app = relayer.app.create_app()
    lay_fuse()
    return app


def set_clock() -> None:
    """Let this process tell the time of the stage's clock."""
    clock.install(Path(os.environ[CLOCK_VARIABLE]))


def lay_fuse() -> None:
    """Let this process die where it was ordered to."""
    spot = os.environ.get(FUSE_VARIABLE)
    if spot:
        fuse.install(fuse.from_text(spot), Path(os.environ[NOTE_VARIABLE]))


def _gunicorn_arguments() -> list[str]:
    """The command line of `relayer web`, with the app from here."""
    command = gunicorn_command(load().settings)
    start = command.index("gunicorn")
    return [
        part.replace("relayer.app:create_app()", "tests.chaos.entry:create_app()")
        for part in command[start:]
    ]
