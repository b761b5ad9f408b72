"""Real processes whose disk takes no more bytes, or whose database is damaged: nothing is lost."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from relayer.chain.eip712 import Contribution
from tests.acceptance.conftest import Site, as_json, make_signed
from tests.acceptance.processes import Process, wait_for

ENDLESS = resource.RLIM_INFINITY


def limit_files(process: Process, most_bytes: int) -> None:
    """Let no file of a process and its children grow beyond a size: every write fails."""
    for process_id in process.members():
        resource.prlimit(process_id, resource.RLIMIT_FSIZE, (most_bytes, ENDLESS))


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """Web and worker cannot write a byte to any file."""
    assert site.web is not None
    assert site.worker is not None
    for process in (site.web, site.worker):
        limit_files(process, 0)
    yield
    for process in (site.web, site.worker):
        limit_files(process, ENDLESS)


def ask(site: Site, signed: tuple[Contribution, bytes]) -> requests.Response:
    return requests.post(f"{site.url}/v1/contributions", json=as_json(*signed), timeout=60)


def store_fault(site: Site) -> str | None:
    answer = requests.get(f"{site.url}/readyz", timeout=60).json()
    return str(answer["parts"]["store"]) if "store" in answer.get("failing", ()) else None


def assert_refused(site: Site, signed: list[tuple[Contribution, bytes]]) -> None:
    for each in signed:
        answer = ask(site, each)
        assert (answer.status_code, answer.json()["code"]) == (503, "store-unavailable")
        assert answer.headers["Retry-After"]


def start(site: Site) -> None:
    site.start_web()
    site.start_worker()
    site.wait_until_ready()


@pytest.mark.parametrize("killed_meanwhile", [False, True])
def test_on_a_full_disk_nothing_is_accepted_and_nothing_accepted_is_lost(
    site: Site, killed_meanwhile: bool
) -> None:
    start(site)
    signed = make_signed(site, 9)
    # Some are wherever they are by then: queued, sent, mined or settled.
    ids = site.post(signed[:6])
    with full_disk(site):
        assert_refused(site, signed[6:])
        wait_for(lambda: store_fault(site) is not None, "readiness tells of the store")
        assert len(site.statuses(ids)) == 6, "reading goes on"
        if killed_meanwhile:
            assert site.web is not None
            assert site.worker is not None
            site.web.kill()
            site.worker.kill()
    if killed_meanwhile:
        start(site)
    site.wait_until_ready()
    ids += site.post(signed[6:])
    site.wait_until(ids, "settled")
    site.assert_on_chain_exactly_once(ids)


def test_a_damaged_database_is_told_and_a_backup_goes_on_where_it_was(site: Site) -> None:
    start(site)
    signed = make_signed(site, 4)
    ids = site.post(signed[:3])
    assert site.web is not None
    assert site.worker is not None
    site.web.stop()
    site.worker.stop()
    database = site.folder / "relayer.db"
    backup = {path: path.read_bytes() for path in site.folder.glob("relayer.db*")}
    for path in backup:
        path.unlink()
    database.write_bytes(b"\xa5" * 100_000)
    site.start_web()
    assert_refused(site, signed[3:])
    assert "put a backup back" in (store_fault(site) or "")
    assert database.read_bytes() == b"\xa5" * 100_000, "what is damaged is left for inspection"
    site.web.stop()
    for path in site.folder.glob("relayer.db*"):
        path.unlink()
    for path, content in backup.items():
        path.write_bytes(content)
    start(site)
    ids += site.post(signed[3:])
    site.wait_until(ids, "settled")
    site.assert_on_chain_exactly_once(ids)
