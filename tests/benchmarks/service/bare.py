"""The least that a Flask service can do, to compare with."""

from flask import Flask


def create_app() -> Flask:
    """An app that answers one address with two bytes."""
    app = Flask("bare", static_folder=None)

    @app.get("/")
    def root() -> str:
        return "ok"

    return app
