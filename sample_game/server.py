"""Serves the game with gunicorn: GAME_WORKERS processes of GAME_THREADS threads each.

An embedded relayer runs its worker beside the web threads, so there one process is all there may
be; it serves hundreds of players (docs/benchmarks.md).
"""

import os
import sys
from typing import Final, NoReturn

from relayer.logs import JSON
from sample_game.settings import GameSettings

#: How long a page's connection is kept open, in seconds: people think longer than two seconds.
_KEEP_ALIVE_S: Final = 30
_WORKER: Final = "relayer.serving.connections.ConnectionWorker"


def gunicorn_command(settings: GameSettings) -> list[str]:
    """Return the command that serves the game."""
    return [
        *(sys.executable, "-m", "gunicorn", "sample_game:create_app(follow_house=True)"),
        *("--bind", f"{settings.host}:{settings.port}"),
        *("--workers", str(settings.workers), "--worker-class", _WORKER),
        *("--threads", str(settings.threads), "--keep-alive", str(_KEEP_ALIVE_S)),
        *("--no-control-socket", "--log-level", "warning", "--forwarder-headers="),
        *("--logger-class", "relayer.serving.logger.Logger"),
        *("--access-logformat", settings.log_format),
        *(("--access-logfile", "-") if settings.log_format == JSON else ()),
    ]


def serve(settings: GameSettings) -> NoReturn:
    """Become the server: this process is replaced, so signals reach it directly.

    Raises:
        RelayerError: the relayer that is to be embedded cannot work; the message tells why.
    """
    if settings.relayer_url:
        os.environ["GAME_RELAYER_URL"] = settings.relayer_url
    else:
        _require_house_at_home()
    command = gunicorn_command(settings)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


def _require_house_at_home() -> None:
    """Tell in one sentence what an embedded relayer lacks, instead of in a dead worker's trace."""
    # Imported only here: beside a remote relayer the process that serves imports it once, later.
    from relayer.accounts import open_signers
    from relayer.deployment import load_deployment
    from relayer.settings.sources import load

    relayer_settings = load().settings
    load_deployment(relayer_settings.deployment)
    open_signers(relayer_settings)
