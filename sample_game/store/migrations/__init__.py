"""The versions of the game's schema: each SQL file of this folder is one, in the order of names.

A new table comes in a file of its own. A file that a release carried is never edited. No file may
build on another one but `001_first_schema.sql` and earlier ones of its own subject, so that work on
different subjects does not meet.
"""

import sqlite3
from collections.abc import Callable
from importlib import resources

from sqlite_utils import Migrations
from sqlite_utils.db import Database

migrations = Migrations("hunch")


def _step(text: str) -> Callable[[Database], None]:
    """Return what runs a file of statements inside the transaction that surrounds it."""

    def run(database: Database) -> None:
        statement = ""
        for line in text.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                database.execute(statement)
                statement = ""

    return run


for _file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name):
    if _file.name.endswith(".sql"):
        _name = _file.name.removesuffix(".sql")
        migrations(name=_name)(_step(_file.read_text("utf-8")))
