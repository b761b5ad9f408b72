"""The page of Hunch: what browsers fetch, under which addresses, and in which form.

* `routes`: the page and its files.
* `installing`: what a browser needs to install the page and to show it offline.
* `shipment`: all files of the page under one address that changes when any of them does.
* `practice`: clues to play with while the game cannot be reached.
* `stripping`: modules and styles without comments and indentation.
* `modules`: which modules the first screen needs.
* `strings`: the words, for the parts of the page that the server writes.
"""

from collections.abc import Mapping

from flask import Flask

from sample_game.decks import Deck
from sample_game.page.installing import installing
from sample_game.page.routes import pages
from sample_game.page.shipment import EXTENSION, make_shipment

__all__ = ["show_pages"]


def show_pages(
    app: Flask, decks: Mapping[str, Deck], contact: str = "", explorer: str = ""
) -> None:
    """Let the app show the page, for the decks that are played.

    Args:
        app: the game.
        decks: all that are played.
        contact: whom players may write to; empty: nobody is named.
        explorer: page of a transaction, with `{hash}` for its hash; empty: no links.
    """
    app.jinja_env.globals["contact"] = contact
    app.jinja_env.globals["explorer"] = explorer
    app.extensions[EXTENSION] = lambda: make_shipment(decks)
    app.register_blueprint(pages)
    app.register_blueprint(installing)
