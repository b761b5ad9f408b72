"""What says that the optional extra `simulation` is not installed, in one sentence."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

_PACKAGES: Final = ("numpy", "matplotlib")


def missing_extra() -> str | None:
    """Return what is missing and how to install it, or None when all of it is there."""
    missing = [package for package in _PACKAGES if find_spec(package) is None]
    if not missing:
        return None
    return (
        f'Simulations need {" and ".join(missing)}: run `pip install "on-the-house[simulation]"`.'
    )
