"""A database that is full, read-only or damaged: pages say so, and nothing raises."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from relayer.store.switches import Switch
from tests.browser_of_operator import OperatorBrowser, logged_in
from tests.house import House
from tests.integration.service.test_store_faults import damaged, garbage


def no_room(connection: sqlite3.Connection) -> None:
    """No page more than there are: what SQLite says then is what it says on a full disk."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")


def room(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count=1000000")


def protected(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only=ON")


def open_again(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only=OFF")


@pytest.mark.parametrize(("harm", "mend"), [(no_room, room), (protected, open_again)])
def test_people_look_around_and_actions_say_that_they_did_not_happen(
    house: House,
    harm: Callable[[sqlite3.Connection], None],
    mend: Callable[[sqlite3.Connection], None],
) -> None:
    browser = logged_in(house)
    form = browser.fields("/actions/pause-intake?for=") | {"_reason": "full " * 90}
    with house.store.transaction() as connection:
        pass  # this thread's own, on which the test's requests are served
    harm(connection)
    house.clock.advance(120)
    assert browser.get("/").status_code == 200
    assert browser.get("/audit").status_code == 200
    for number in range(200):
        answer = browser.post("/actions/pause-intake", form | {"_key": f"key-{number}"})
        if answer.status_code != 303:
            break
    assert answer.status_code == 503, "there was room all the time"
    assert "nothing was changed" in answer.text
    mend(connection)
    assert browser.post("/actions/pause-intake", form | {"_key": "new"}).status_code == 303
    assert house.store.switches.pause_of(Switch.INTAKE, 0) is not None


@pytest.mark.parametrize("damage", [garbage, damaged])
def test_a_damaged_database_is_a_page_that_says_so(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    sound = House(tmp_path)
    browser = logged_in(sound)
    cookie = browser.client.get_cookie("relayer-ops")
    assert cookie is not None
    sound.close()
    damage(sound.settings.database)
    house = House(tmp_path, doors_open=False)
    again = OperatorBrowser(house)
    again.client.set_cookie("relayer-ops", cookie.value)
    for path in ("/", "/audit", "/login", "/actions/pause-intake"):
        page = again.get(path)
        assert page.status_code == 503
        assert page.mimetype == "text/html"
        assert "store-unavailable" in page.text
        assert page.headers["Cache-Control"] == "no-store"
    with again.get("/static/ops.css") as file:
        assert file.status_code == 200
    house.close()


def test_a_database_that_breaks_under_way_is_a_page_that_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    browser = logged_in(house)
    monkeypatch.setattr(house.store.ops_sessions, "find", broken)
    page = browser.get("/")
    assert page.status_code == 503
    assert "malformed" not in page.text, "what is wrong inside is for the log"
