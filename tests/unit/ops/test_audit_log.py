"""The audit log: whatever is done to it later is found out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from relayer.cli import main
from relayer.ops.audit import verify
from relayer.store import Store
from relayer.store.audit import AuditEntry, Deed, Via

WITHOUT_TRIGGERS = (
    "DROP TRIGGER audit_entries_stay_as_they_are",
    "DROP TRIGGER audit_entries_stay",
)


def write(store: Store, number: int) -> AuditEntry:
    deed = Deed("olga", Via.PAGE, "pause-intake", {"for": f"{number}m"}, "because", "paused")
    return store.audit.append(deed, 1_700_000_000.25 + number)


@pytest.fixture
def log(store: Store) -> Store:
    """A log of five entries."""
    for number in range(5):
        write(store, number)
    return store


def tamper(store: Store, *statements: str) -> None:
    """What somebody can do who may write the file."""
    with store.transaction() as connection:
        for statement in (*WITHOUT_TRIGGERS, *statements):
            connection.execute(statement)


def test_an_untouched_log_is_whole(log: Store) -> None:
    found = verify(log)
    assert (found.count, found.faults) == (5, ())
    assert found.head == log.audit.newest(1)[0].hash


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit SET reason = 'none' WHERE sequence = 3", "entry 3 was changed"),
        ("UPDATE audit SET at = at + 1 WHERE sequence = 3", "entry 3 was changed"),
        ("UPDATE audit SET who = 'vera' WHERE sequence = 1", "entry 1 was changed"),
        ("UPDATE audit SET hash = 'ab' WHERE sequence = 3", "entry 4 does not follow"),
        ("DELETE FROM audit WHERE sequence = 1", "entry 1 is missing"),
        ("DELETE FROM audit WHERE sequence = 3", "entry 3 is missing"),
        ("DELETE FROM audit WHERE sequence = 5", "its end is missing"),
        ("DELETE FROM audit", "its end is missing"),
    ],
)
def test_a_change_is_found_out(log: Store, statement: str, fault: str) -> None:
    tamper(log, statement)
    assert any(fault in each for each in verify(log).faults)


def test_others_add_entries_while_the_log_is_checked_page_by_page(
    log: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relayer.store.audit._PAGE", 2)
    other, chain = Store(log.path), log.audit.chain

    def chain_beside_a_writer() -> Iterator[AuditEntry]:
        for entry in chain():
            write(other, entry.sequence)
            yield entry

    with monkeypatch.context() as patch:
        patch.setattr(log.audit, "chain", chain_beside_a_writer)
        found = verify(log)
    other.close()
    assert (found.count, found.faults) == (5, ())
    assert (verify(log).count, verify(log).faults) == (10, ())


def test_two_entries_that_change_places_are_found_out(log: Store) -> None:
    tamper(
        log,
        "UPDATE audit SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit SET sequence = 3 WHERE sequence = 99",
    )
    assert len(verify(log).faults) >= 4


def cut(log: Store) -> None:
    """Take the last two entries out, and the note of them as well."""
    log_hash = next(entry.hash for entry in log.audit.chain() if entry.sequence == 3)
    tamper(
        log,
        "DELETE FROM audit WHERE sequence > 3",
        f"UPDATE audit_head SET sequence = 3, hash = '{log_hash}'",  # noqa: S608 - our own
    )


def rewrite(log: Store) -> None:
    """Write another story that fits together."""
    tamper(
        log, "DELETE FROM audit", "UPDATE audit_head SET sequence = 0, hash = printf('%064d', 0)"
    )
    for number in range(5, 10):
        write(log, number)


@pytest.mark.parametrize(
    ("forge", "fault"), [(cut, "entry 5 is missing"), (rewrite, "entry 5 has the hash")]
)
def test_what_fits_together_again_is_found_out_by_a_hash_that_was_noted(
    log: Store, forge: Callable[[Store], None], fault: str
) -> None:
    noted = (5, log.audit.head()[1][:16])
    assert verify(log, noted).faults == ()
    forge(log)
    assert verify(log).faults == (), "without the note it cannot be found out"
    (found,) = verify(log, noted).faults
    assert fault in found


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_store_itself_only_adds(log: Store, statement: str) -> None:
    with (
        pytest.raises(Exception, match="entries of the audit log are never"),
        log.transaction() as c,
    ):
        c.execute(statement)
    assert verify(log).faults == ()


def call(path: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["audit", *arguments, "--database", str(path)])
    return result.exit_code, result.output


def test_the_command_prints_what_to_note_and_ends_with_1_when_something_is_wrong(
    log: Store,
) -> None:
    head = log.audit.head()[1]
    assert call(log.path, "verify") == (
        0,
        f"the audit log is whole; its newest entry is 5:{head}\n",
    )
    assert call(log.path, "verify", "--expect", f"5:{head}")[0] == 0
    assert call(log.path, "verify", "--expect", "five")[0] == 2
    cut(log)
    code, output = call(log.path, "verify", "--expect", f"5:{head}", "--json")
    assert code == 1
    assert '"ok": false' in output


def test_the_command_lists_the_newest_first_and_filters(log: Store) -> None:
    write(log, 5)
    code, output = call(log.path, "list", "--limit", "2", "--json")
    assert code == 0
    assert [entry["sequence"] for entry in json.loads(output)] == [6, 5]
    assert call(log.path, "list", "--who", "vera")[1] == "nothing is written in the audit log\n"
    assert "pause-intake" in call(log.path, "list", "--action", "pause-intake")[1]


def test_an_entry_without_a_reason_ends_with_what_came_of_it(store: Store) -> None:
    store.audit.append(Deed("olga", Via.CLI, "add-user", {}, "", "ada is admin"), 1_700_000_000)
    assert call(store.path, "list")[1].endswith("ada is admin\n")
