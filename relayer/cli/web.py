"""``relayer web``: the HTTP API under gunicorn."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import click

from relayer.cli.options import load_settings, setting_options
from relayer.settings import Settings
from relayer.settings.sources import FILE_VARIABLE, PREFIX

#: How long a stopping server waits for requests under way; longer than the longest long poll.
GRACE_S = 30
#: How long an idle connection of a client is kept.
KEEP_ALIVE_S = 30

_FLAGS = (
    "host",
    "port",
    "public_url",
    "database",
    "deployment",
    "rpc_url",
    "rpc_urls",
    "web_workers",
    "web_threads",
    "log_format",
    "access_log",
)


@click.command("web")
@setting_options(*_FLAGS)
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> None:
    """Serve the HTTP API.

    Run it behind a proxy that speaks TLS; by default it listens on this machine only. `relayer
    work` does the sending, in a process of its own.
    """
    settings = load_settings(ctx, flags).settings
    _check_port(settings)
    environment = {**os.environ, **_as_variables(flags)}
    if ctx.obj is not None:
        environment[FILE_VARIABLE] = ctx.obj
    # The server replaces this process: signals of a supervisor reach it directly.
    os.execve(sys.executable, gunicorn_command(settings), environment)  # noqa: S606


def gunicorn_command(settings: Settings) -> list[str]:
    """Return the command line of the server."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "relayer.app:create_app()",
        f"--bind={host}:{settings.port}",
        "--worker-class=relayer.serving.worker.Worker",
        f"--workers={settings.web_workers}",
        f"--threads={settings.web_threads}",
        f"--graceful-timeout={GRACE_S}",
        f"--keep-alive={KEEP_ALIVE_S}",
        # By default requests from this machine, and so all behind a proxy, may say by headers which
        # part of their path is meant.
        "--forwarder-headers=",
        *log_arguments(settings),
        # Two servers of one user would fight for the default control socket.
        "--no-control-socket",
    ]


def log_arguments(settings: Settings) -> list[str]:
    """Return the part of the server's command line that is about its logs."""
    return [
        "--logger-class=relayer.serving.logger.Logger",
        f"--access-logformat={settings.log_format}",
        *(["--access-logfile=-"] if settings.writes_access_log else []),
    ]


def _as_variables(flags: dict[str, Any]) -> dict[str, str]:
    """The flags as variables, for the processes that the server starts."""
    return {
        f"{PREFIX}{name.upper()}": str(value) for name, value in flags.items() if value is not None
    }


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; "
                "choose another port with --port, or stop what uses it"
            ) from error
