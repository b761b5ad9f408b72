"""Keys that the relayer's operator gives away: one for the game, one for players' own clients."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sample_game.demo.errors import ProcessFailedError

#: Long, because the machine may be busy with all that the demo has just started.
_WITHIN_S: Final = 180.0


def give_key(
    file: Path,
    name: str,
    scopes: Sequence[str],
    environment: Mapping[str, str],
    within_s: float = _WITHIN_S,
) -> None:
    """Make a key with `relayer keys create` and keep it in a file that its owner alone can read.

    The key is printed once, to this process alone: it is in no log.

    Raises:
        ProcessFailedError: the command failed, and the message holds what it said, or it took
            longer than `within_s` seconds.
    """
    wanted = [part for scope in scopes for part in ("--scope", scope)]
    try:
        made = subprocess.run(  # noqa: S603
            ["relayer", "keys", "create", name, *wanted],  # noqa: S607
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProcessFailedError(
            f"`relayer keys create` was not done within {within_s:g} s: the machine is too busy. "
            "End other programs, then start the demo again."
        ) from error
    if made.returncode:
        raise ProcessFailedError(f"`relayer keys create` failed: {made.stderr.strip()}")
    file.touch(mode=0o600)
    file.write_text(made.stdout, encoding="utf-8")
