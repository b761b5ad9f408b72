"""The versions of the database schema, in order; a version once released is never edited."""

from __future__ import annotations

import sqlite3
from importlib import resources

from sqlite_utils import Database, Migrations

migrations = Migrations("relayer")


@migrations()
def m001_initial_schema(database: Database) -> None:
    """Create all tables, indexes, triggers and the table of status transitions."""
    _run(database, "schema.sql")


@migrations()
def m002_validations(database: Database) -> None:
    """Add validations with their transitions, and players' standings."""
    _run(database, "validations.sql")


@migrations()
def m003_switches(database: Database) -> None:
    """Add pauses, bans, and the intake's breaker."""
    _run(database, "switches.sql")


@migrations()
def m004_sending(database: Database) -> None:
    """Add what sending needs beside the transactions themselves."""
    _run(database, "sending.sql")


@migrations()
def m005_game_keys(database: Database) -> None:
    """Add keys of games, and the game of a contribution."""
    _run(database, "game_keys.sql")


@migrations()
def m006_reading(database: Database) -> None:
    """Add kept answers, and the indexes of further lists."""
    _run(database, "reading.sql")


@migrations()
def m007_probe(database: Database) -> None:
    """Add the row that readiness writes to."""
    _run(database, "probe.sql")


@migrations()
def m008_allowances(database: Database) -> None:
    """Add quotas, and ledgers of budgets and trust."""
    _run(database, "allowances.sql")


@migrations()
def m009_tickets(database: Database) -> None:
    """Add the uses of play tickets."""
    _run(database, "tickets.sql")


@migrations()
def m010_webhooks(database: Database) -> None:
    """Add webhooks, their messages, and the trigger that writes those."""
    _run(database, "webhooks.sql")


@migrations()
def m011_trail(database: Database) -> None:
    """Add the trail of blocks, and what taking back dropped blocks needs."""
    _run(database, "trail.sql")


@migrations()
def m012_tallies(database: Database) -> None:
    """Add running counts for monitoring."""
    _run(database, "tallies.sql")


@migrations()
def m013_request_ids(database: Database) -> None:
    """Add the request that a contribution came with."""
    _run(database, "request_ids.sql")


@migrations()
def m014_adoption(database: Database) -> None:
    """Let a cancelled contribution be found on the chain."""
    _run(database, "adoption.sql")


@migrations()
def m015_payments(database: Database) -> None:
    """Add payments of withdrawals by others."""
    _run(database, "payments.sql")


@migrations()
def m016_oracle_reorganisations(database: Database) -> None:
    """Add the block from which a request's end was read."""
    _run(database, "oracle_reorganisations.sql")


@migrations()
def m017_ended(database: Database) -> None:
    """Add the count of contributions by their bad ends."""
    _run(database, "ended.sql")


@migrations()
def m018_holders(database: Database) -> None:
    """Add the index by which holders of points are read again."""
    _run(database, "holders.sql")


@migrations()
def m019_withdrawal_lists(database: Database) -> None:
    """Add the indexes of the list of withdrawals."""
    _run(database, "withdrawal_lists.sql")


@migrations()
def m020_orders(database: Database) -> None:
    """Add operators' orders, and the transactions that were sent for them."""
    _run(database, "orders.sql")


@migrations()
def m021_series(database: Database) -> None:
    """Add series for plots, what is to be counted for them, and the worker's checks."""
    _run(database, "series.sql")


@migrations()
def m022_ops_access(database: Database) -> None:
    """Add users, sessions and tokens of the ops dashboard."""
    _run(database, "ops_access.sql")


@migrations()
def m023_audit(database: Database) -> None:
    """Add the audit log, and the answers to actions."""
    _run(database, "audit.sql")


@migrations()
def m024_overrides(database: Database) -> None:
    """Add quotas that operators set, signers that rest, and second tries of what failed."""
    _run(database, "overrides.sql")


@migrations()
def m025_exploring(database: Database) -> None:
    """Add the indexes that the dashboard's lists are read by."""
    _run(database, "exploring.sql")


@migrations()
def m026_alerts(database: Database) -> None:
    """Add alerts, their history, and the messages that tell of them."""
    _run(database, "alerts.sql")


@migrations()
def m027_ops_answers(database: Database) -> None:
    """Add the index by which answers to actions are forgotten."""
    _run(database, "ops_answers.sql")


@migrations()
def m028_alert_targets(database: Database) -> None:
    """Add the alert that a message is about."""
    _run(database, "alert_targets.sql")


@migrations()
def m029_brought(database: Database) -> None:
    """Add requests that transactions brought which are not known."""
    _run(database, "brought.sql")


@migrations()
def m030_told_transactions(database: Database) -> None:
    """Tell games which transaction holds a contribution."""
    _run(database, "told_transactions.sql")


@migrations()
def m031_told_reasons(database: Database) -> None:
    """Tell games when the reason of a failure turns out to be another one."""
    _run(database, "told_reasons.sql")


@migrations()
def m032_given_up_alerts(database: Database) -> None:
    """Let newer news about an alert take the place of those that were given up."""
    _run(database, "given_up_alerts.sql")


@migrations()
def m033_waiting_messages(database: Database) -> None:
    """Add the index by which the next messages for each receiver are found."""
    _run(database, "waiting_messages.sql")


@migrations()
def m034_days(database: Database) -> None:
    """Let a clock that was wrong keep no day's books full."""
    _run(database, "days.sql")


def unknown_migrations(database: Database) -> list[str]:
    """Return the versions in the file that this version of the relayer does not know."""
    known = {step.name for step in migrations.pending(Database(memory=True))}
    return [step.name for step in migrations.applied(database) if step.name not in known]


def _run(database: Database, name: str) -> None:
    """Run a file of statements without ending the transaction that surrounds all migrations."""
    statement = ""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""
