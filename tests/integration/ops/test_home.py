"""The first page of the dashboard, and what all its pages cost."""

from __future__ import annotations

import gzip
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import relayer.ops
from relayer.ops.verdicts import VerdictName
from relayer.series.names import Level, MarkKind, Series
from relayer.store.ops_users import Role
from relayer.store.series import Mark, Part
from relayer.store.switches import Switch
from tests.benchmarks.service import dashboard
from tests.browser_of_operator import logged_in
from tests.house import ETHER, GWEI, House
from tests.ops_pages import furnish, page_paths

STATIC = Path(relayer.ops.__file__).parent / "static" / "ops"
VENDOR = STATIC / "vendor"
#: What all scripts of the dashboard may weigh together, packed.
MOST_SCRIPT_BYTES = 40_000
#: What grows with what was accepted, or with time.
LARGE = {
    *("contributions", "transactions", "attempts", "batches", "settlements", "validations"),
    *("withdrawals", "webhook_messages", "players", "series", "levels", "series_counted"),
    *("former_members", "settled_events", "kept_answers", "ticket_uses", "block_trail"),
    *("recent_ends", "suspects", "quotas", "ledgers"),
}
#: Indexes of what has not ended.
OF_THE_LIVING = {"transactions_unfinished", "webhook_messages_due"}


def scans(step: str) -> bool:
    """Whether a step of a plan goes through a large table from end to end."""
    found = re.match(r"SCAN (\w+)(?:.* INDEX (\w+))?", step)
    return found is not None and found[1] in LARGE and found[2] not in OF_THE_LIVING


def text_of(page: str, name: VerdictName) -> str:
    found = re.search(rf'<li class="[^"]*" id="verdict-{name}">(.*?)</li>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1]))


def test_the_worst_sentence_comes_first_with_the_action_that_mends_it(house: House) -> None:
    browser = logged_in(house)
    house.store.switches.pause(Switch.SENDING, "we move house", house.clock.now())
    house.clock.advance(40)
    page = browser.get("/").text
    order = re.findall(r'id="verdict-([\w-]+)"', page)
    assert order[0] == VerdictName.WORKER
    assert set(order) == {name.value for name in VerdictName}
    assert "no sign of life for 40 s" in text_of(page, VerdictName.WORKER)
    assert "red" in text_of(page, VerdictName.WORKER)
    assert "we move house" in text_of(page, VerdictName.PAUSES)
    assert 'href="/ops/actions/resume-sending"' in page
    browser.perform("/actions/resume-sending")
    house.open_doors()
    page = browser.get("/now").text
    assert "green" in text_of(page, VerdictName.WORKER)
    assert "green" in text_of(page, VerdictName.PAUSES)
    assert "resume-sending" not in page


def test_a_viewer_is_shown_no_button_that_it_may_not_use(house: House) -> None:
    browser = logged_in(house, Role.VIEWER)
    house.store.switches.pause(Switch.SENDING, "we move house", house.clock.now())
    page = browser.get("/").text
    assert "we move house" in page
    assert "resume-sending" not in page


def test_figures_and_tables_are_those_of_the_series(house: House) -> None:
    now, room = house.clock.now(), house.store.series
    house.send(house.contribution(1), house.contribution(2))
    room.add(
        [
            Part(Series.GAS_WEI, "add", now - 60, 3 * ETHER + 1),
            Part(Series.GAS, "add", now - 60, 200_000),
            Part(Series.CONFIRMED, "", now - 60, 10),
            Part(Series.EARNED_WEI, "tank", now - 60, ETHER),
            Part(Series.ENDED, "nonce-used", now - 60, 4),
            Part(Series.ENDED, "cancelled", now - 60, 2),
        ],
        now,
    )
    room.note({(Level.TANK_AVAILABLE_GWEI, ""): 7 * GWEI, (Level.QUEUE_DEPTH, ""): 2}, now)
    room.mark([Mark(now - 30, MarkKind.PAUSE, "sending paused: <b>tea</b>")])
    page = logged_in(house).get("/?span=1h").text
    tiles = re.findall(r"<dt>(.*?)</dt><dd>\s*(.*?)\s*</dd>", page, re.DOTALL)
    found = {name: re.sub(r"<[^>]+>", "", value) for name, value in tiles}
    assert found["Queued"] == "2"
    assert found["Confirmed today"] == "10"
    assert found["Failed today"] == "4"
    assert found["Spent today, ether"] == "3.000000"
    assert f'title="{3 * ETHER + 1} wei"' in page
    assert "sending paused: &lt;b&gt;tea&lt;/b&gt;" in page
    rows = {
        name: re.findall(r"<td class=\"number\">(.*?)</td>", body)
        for name, body in re.findall(r'<table id="table-(\w+)">(.*?)</table>', page, re.DOTALL)
    }
    assert "20000" in rows["gas"]
    assert "7.000000000" in rows["tank"]
    assert "4" in rows["failures"]
    assert "3.000000000" in rows["money"]
    assert rows["money"][-6:] == ["", "", "", "", "", "-4.000000000"], "twice the loss of an hour"


@pytest.mark.parametrize("span", ["1h", "24h", "7d", "30d", "nonsense"])
def test_every_span_has_a_short_table(house: House, span: str) -> None:
    house.store.series.note({(Level.QUEUE_DEPTH, ""): 2}, house.clock.now())
    page = logged_in(house).get(f"/plots?span={span}").text
    bodies = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert bodies
    assert all(30 <= body.count("<tr>") <= 74 for body in bodies)


def test_the_benchmark_looks_at_every_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MESSAGES", "ORDERS"):
        monkeypatch.setattr(dashboard, name, 2)
    paths = page_paths(house.app, dashboard.samples_of(house.store, 1_000), files=False)
    browser = logged_in(house, Role.ADMIN)
    known = {name for name, path in paths.items() if browser.get(path).status_code != 404}
    of_rows = {"contribution", "batch", "transaction"}
    assert set(paths) - known == of_rows, "there are no rows here"


def test_no_page_reads_a_large_table_from_end_to_end(house: House) -> None:
    browser = logged_in(house, Role.ADMIN)
    paths = page_paths(house.app, furnish(house))
    assert {"home", "now", "plots", "audit", "users"} <= set(paths)
    heavy: dict[str, dict[str, list[str]]] = {}
    for name, path in paths.items():
        asked: list[str] = []
        with house.store.transaction() as connection:
            connection.set_trace_callback(asked.append)
        assert browser.get(path).status_code in (200, 303), path
        with house.store.transaction() as connection:
            connection.set_trace_callback(None)
            plans = {
                query: [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
                for query in asked
                if query.startswith(("SELECT", "WITH"))
            }
        assert plans or name in ("login", "action"), f"{path} was not seen to read anything"
        heavy[name] = {query: steps for query, steps in plans.items() if any(map(scans, steps))}
    assert {name: found for name, found in heavy.items() if found} == {}


@pytest.mark.parametrize("step", ["SCAN contributions", "SCAN series USING INDEX sqlite_autoindex"])
def test_a_scan_of_a_large_table_is_noticed(step: str) -> None:
    assert scans(step)


def test_scripts_weigh_little_and_fetch_nothing_from_elsewhere() -> None:
    scripts = list(STATIC.rglob("*.js"))
    assert scripts
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= MOST_SCRIPT_BYTES
    own = [path for path in STATIC.glob("*") if path.suffix in (".js", ".css")]
    assert own
    for path in own:
        assert not re.search(rb"https?://|@import|data:", path.read_bytes()), path


def test_vendored_files_are_those_that_were_recorded() -> None:
    modules = tomllib.loads((VENDOR / "VENDOR.toml").read_text("utf-8"))["module"]
    for module in modules:
        content = (VENDOR / module["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == module["sha256"]
        for name in module["contains"]:
            assert (VENDOR / f"LICENSE.{name}.txt").is_file()
    recorded = {module["file"] for module in modules}
    assert {path.name for path in VENDOR.glob("uplot-*")} == recorded


def test_runbooks_are_linked_where_they_are_published(tmp_path: Path) -> None:
    house = House(tmp_path, runbooks_url="https://docs.example/runbooks/")
    page = logged_in(house).get("/").text
    assert 'href="https://docs.example/runbooks/backup-age" rel="noreferrer noopener"' in page
    assert 'href="/ops/runbooks/' not in page
    house.close()
