"""The versions of the database schema, in order; a version once released is never edited."""

from __future__ import annotations

from importlib import resources

from sqlite_utils import Database, Migrations

migrations = Migrations("relayer")


@migrations()
def m001_initial_schema(database: Database) -> None:
    """Create all tables, indexes, triggers and the table of status transitions."""
    database.executescript(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))


def unknown_migrations(database: Database) -> list[str]:
    """Return the versions in the file that this version of the relayer does not know."""
    known = {step.name for step in migrations.pending(Database(memory=True))}
    return [step.name for step in migrations.applied(database) if step.name not in known]
