"""Real processes: a backup while players submit, and an old copy put back: nothing is forgotten."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import requests

from relayer.chain.eip712 import Contribution
from relayer.settings.sources import PREFIX
from tests.acceptance.conftest import Site, as_json, make_signed, open_site
from tests.acceptance.processes import wait_for


def test_backups_under_load_are_whole_and_an_old_one_sends_nothing_twice(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        site.open()
        since = site.node.head().number
        signed, stop = make_signed(site, 600), threading.Event()
        ids: list[str] = []
        submitting = threading.Thread(target=submit_until, args=(stop, site, signed, ids))
        submitting.start()
        wait_for(lambda: len(ids) >= 5, "the first are accepted")
        before = set(ids)
        old = back_up(site, tmp_path / "old.db")
        wait_for(lambda: len(ids) >= len(old) + 5, "more are accepted meanwhile")
        stop.set()
        submitting.join(60)
        assert before <= old < set(ids), "what was accepted before the copy is in it"
        assert back_up(site, tmp_path / "new.db") == set(ids)
        site.wait_until(ids, "settled")
        site.kill_web()
        site.stop_worker()

        put_back(site, tmp_path / "old.db")
        site.open()
        for message, signature in signed[: len(ids)]:
            body = as_json(message, signature)
            answer = requests.post(f"{site.url}/v1/contributions", json=body, timeout=30)
            assert answer.status_code < 500, answer.text
        fresh = site.post(make_signed(site, 3))
        site.wait_until(ids + fresh, "settled")
        site.assert_on_chain_exactly_once(ids + fresh, since)


def submit_until(
    stop: threading.Event,
    site: Site,
    signed: list[tuple[Contribution, bytes]],
    ids: list[str],
) -> None:
    for message, signature in signed:
        if stop.is_set():
            return
        ids.append(site.post_one(message, signature))


def database_of(site: Site) -> Path:
    return Path(site.environment[f"{PREFIX}DATABASE"])


def back_up(site: Site, target: Path) -> set[str]:
    """Run the command; return the ids that the copy holds."""
    subprocess.run(
        [sys.executable, "-m", "relayer", "backup", str(target)],
        env=site.environment,
        check=True,
        timeout=60,
    )
    with closing(sqlite3.connect(target)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM contributions")}


def put_back(site: Site, copy: Path) -> None:
    database = database_of(site)
    for leftover in database.parent.glob(f"{database.name}*"):
        leftover.unlink()
    shutil.copyfile(copy, database)
