"""Hunch: a word game whose players train a model on a chain, and never meet a coin."""

from sample_game.app import create_app

__all__ = ["create_app"]
