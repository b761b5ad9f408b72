"""`relayer backup`: whole copies while other processes write."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from relayer.store import Store

#: Writes pairs that belong together, each pair in one transaction, and says so when it is durable.
WRITER = """\
import itertools, sys
from pathlib import Path
from relayer.store import Store

store, name = Store(Path(sys.argv[1])), sys.argv[2]
for number in itertools.count():
    with store.transaction():
        store.signers.ensure(f"{name}-{number}-left", number)
        store.signers.ensure(f"{name}-{number}-right", number)
    print(number, flush=True)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "relayer.db"
    store = Store(path)
    store.migrate()
    store.close()
    return path


def back_up(database: Path, target: Path) -> Result:
    return CliRunner().invoke(main, ["backup", str(target), "--database", str(database)])


def pairs_in(copy: Path) -> tuple[set[str], set[str]]:
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        names = [row[0] for row in connection.execute("SELECT address FROM signers")]
    lefts = {name.removesuffix("-left") for name in names if name.endswith("-left")}
    rights = {name.removesuffix("-right") for name in names if name.endswith("-right")}
    return lefts, rights


def test_a_copy_is_whole_while_processes_write(database: Path, tmp_path: Path) -> None:
    writers = {
        name: subprocess.Popen(
            [sys.executable, "-c", WRITER, str(database), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("web", "worker")
    }
    try:
        for number in range(3):
            durable = set()
            for name, writer in writers.items():
                assert writer.stdout is not None
                durable.add(f"{name}-{writer.stdout.readline().strip()}")
            copy = tmp_path / f"copy-{number}.db"
            assert back_up(database, copy).exit_code == 0
            lefts, rights = pairs_in(copy)
            assert lefts == rights, "a transaction was copied by halves"
            assert durable <= lefts, "something durable is missing"
    finally:
        for writer in writers.values():
            writer.kill()
            writer.communicate()


def test_a_copy_is_one_file_that_only_its_owner_reads(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    umask = os.umask(0)
    try:
        result = back_up(database, folder / "copy.db")
    finally:
        os.umask(umask)
    assert result.exit_code == 0
    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600
    assert f"{(folder / 'copy.db').stat().st_size} bytes" in result.output


def test_a_file_that_exists_is_never_replaced(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("the last good copy")
    result = back_up(database, target)
    assert result.exit_code == 1
    assert target.read_text() == "the last good copy"
    assert "choose a new file" in result.output


@pytest.mark.parametrize("target", ["", ".", "..", "/"])
def test_a_folder_is_no_target(database: Path, target: str) -> None:
    result = back_up(database, Path(target))
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "folder" in result.output


def test_a_target_without_a_folder_is_one_sentence(database: Path, tmp_path: Path) -> None:
    result = back_up(database, tmp_path / "nowhere" / "copy.db")
    assert result.exit_code == 1
    assert f"there is no folder {tmp_path / 'nowhere'}; make it first" in result.output


def test_what_is_no_database_makes_no_backup(tmp_path: Path) -> None:
    stranger = tmp_path / "notes.txt"
    stranger.write_text("not a database, but a page of notes\n" * 100)
    result = back_up(stranger, tmp_path / "copy.db")
    assert result.exit_code == 1
    assert stranger.read_text().startswith("not a database")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_a_missing_database_is_not_created(tmp_path: Path) -> None:
    result = back_up(tmp_path / "nowhere.db", tmp_path / "copy.db")
    assert result.exit_code == 1
    assert "--database" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_makes_no_backup(database: Path, tmp_path: Path) -> None:
    content = bytearray(database.read_bytes())
    content[8192:16384] = os.urandom(8192)
    database.write_bytes(content)
    result = back_up(database, tmp_path / "copy.db")
    assert result.exit_code == 1
    assert not (tmp_path / "copy.db").exists()
    assert "earlier backup" in result.output or "put a backup back" in result.output
    assert not list(tmp_path.glob(".copy*"))


def test_a_copy_can_be_worked_with_at_once(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert back_up(database, copy).exit_code == 0
    store = Store(copy)
    store.migrate()
    store.check_usable(0.0)
    store.close()


def test_the_store_knows_of_its_newest_copy(database: Path, tmp_path: Path) -> None:
    assert back_up(database, tmp_path / "copy.db").exit_code == 0
    store = Store(database)
    assert store.checks.read()["backup"].value["file"] == "copy.db"
    store.close()
