"""Commands that need the optional extra `simulation` say so in one sentence."""

from __future__ import annotations

from importlib.util import find_spec

import click

_PACKAGES = ("numpy", "matplotlib")


def require_simulation_extra() -> None:
    """Require the packages of the extra.

    Raises:
        click.ClickException: one of them is not installed.
    """
    missing = [package for package in _PACKAGES if find_spec(package) is None]
    if missing:
        raise click.ClickException(
            f"Simulations need {' and '.join(missing)}: "
            'run `pip install "on-the-house[simulation]"`.'
        )
