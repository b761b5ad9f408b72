"""Commands that need the optional extra `simulation` say so in one sentence."""

from __future__ import annotations

import click

from relayer.planning.extra import missing_extra


def require_simulation_extra() -> None:
    """Require the packages of the extra.

    Raises:
        click.ClickException: one of them is not installed.
    """
    sentence = missing_extra()
    if sentence is not None:
        raise click.ClickException(sentence)
