"""Hunch: a word game whose players train a model on a chain, and never meet a coin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sample_game.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Import the game only when it is asked for: commands and players do not need it."""
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sample_game.app import create_app

    return create_app
