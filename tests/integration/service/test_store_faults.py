"""A database that is full, read-only, locked or damaged: refused, told, and nothing lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from relayer.errors import StoreError
from relayer.limits import Scope
from relayer.store.faults import fault_of
from tests.house import House, assert_problem
from tests.integration.limits.keyring import bearer, make_key


def connection_of(house: House) -> sqlite3.Connection:
    """This thread's connection, on which the test's requests are served."""
    with house.store.transaction() as connection:
        return connection


def fill(house: House) -> None:
    """No page more than there are: what SQLite says then is what it says on a full disk."""
    connection = connection_of(house)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")


def make_room(house: House) -> None:
    connection_of(house).execute("PRAGMA max_page_count=1000000")


def fault(house: House) -> str:
    problem = assert_problem(house.http.get("/readyz"), 503, "not-ready")
    assert problem["failing"][0] == "store"
    return str(problem["parts"]["store"])


def test_on_a_full_disk_the_intake_refuses_and_nothing_accepted_is_lost(house: House) -> None:
    accepted = house.send(house.contribution(1)).get_json()["id"]
    fill(house)
    lists = [[house.contribution(10 * n + m) for m in range(10)] for n in range(1, 9)]
    refused = [requests for requests in lists if house.send(*requests).status_code == 503]
    assert refused, "there was room all the time"
    problem = assert_problem(house.send(*refused[0]), 503, "store-unavailable")
    assert problem["retryable"]
    assert "disk" not in problem["detail"], "what is wrong inside is for the operator"
    assert "make room" in fault(house)
    stored = 1 + 10 * (len(lists) - len(refused))
    assert house.stored() == stored
    make_room(house)
    house.clock.advance(2)
    assert house.http.get("/readyz").status_code == 200
    for requests in refused:
        assert house.send(*requests).status_code == 202
    assert house.stored() == 81
    assert house.http.get(f"/v1/contributions/{accepted}").get_json()["status"] == "queued"


def test_on_a_full_disk_a_list_is_accepted_whole_or_not_at_all(house: House) -> None:
    fill(house)
    before = house.stored()
    while (
        house.send(*[house.contribution(house.stored() + n) for n in range(20)]).status_code == 202
    ):
        before += 20
    assert house.stored() == before < 400


@pytest.mark.parametrize("path", ["/v1/contributions", "/v1/withdrawals", "/v1/validations"])
def test_a_read_only_database_refuses_every_submission(house: House, path: str) -> None:
    house.send(house.contribution(1))
    connection = connection_of(house)
    connection.execute("PRAGMA query_only=ON")
    body = house.withdrawal() if path.endswith("withdrawals") else house.contribution(2)
    response = house.http.post(path, json=body)
    assert response.status_code in (422, 503)  # a contribution is no validation
    if response.status_code == 503:
        assert_problem(response, 503, "store-unavailable")
    assert "let the relayer's user write there" in fault(house)
    assert house.http.get("/v1/contributions").get_json()["contributions"], "reading goes on"
    connection.execute("PRAGMA query_only=OFF")
    assert house.http.get("/readyz").status_code == 200
    assert house.stored() == 1


@pytest.mark.parametrize(
    ("path", "body", "look"),
    [
        ("", {"url": "https://game.example/news"}, "GET /v1/webhooks later"),
        ("/wh_1/ping", {}, "GET /v1/webhooks/wh_1 later"),
    ],
)
def test_what_would_take_effect_twice_is_not_to_be_sent_again_unseen(
    house: House, path: str, body: dict[str, str], look: str
) -> None:
    key = make_key(house, Scope.WEBHOOKS)
    with house.store.transaction() as connection:
        connection.execute(
            "INSERT INTO webhooks (id, game, url, events, secret, created_at) "
            "VALUES ('wh_1', ?, 'https://x.example', 'settled', zeroblob(32), 0)",
            (key.id,),
        )
    connection.execute("PRAGMA query_only=ON")
    response = house.http.post(f"/v1/webhooks{path}", json=body, headers=bearer(key))
    problem = assert_problem(response, 503, "store-unavailable")
    assert look in problem["detail"]
    assert "once at most" not in problem["detail"]
    read = house.http.post("/v1/contributions", json=house.contribution(1))
    assert "once at most" in assert_problem(read, 503, "store-unavailable")["detail"]
    connection.execute("PRAGMA query_only=OFF")


def test_a_database_that_stays_locked_refuses(
    house: House,
) -> None:
    connection_of(house).execute("PRAGMA busy_timeout=1")
    other = sqlite3.connect(house.settings.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert_problem(house.send(house.contribution()), 503, "store-unavailable")
    assert "find and end it" in fault(house)
    other.execute("ROLLBACK")
    other.close()
    assert house.send(house.contribution()).status_code == 202


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database, whatever its name says" * 1_000)


def damaged(path: Path) -> None:
    """A true database whose pages hold nonsense from the second one on."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


@pytest.mark.parametrize("damage", [garbage, damaged])
def test_a_service_begins_with_a_damaged_database_and_says_so(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    sound = House(tmp_path)
    accepted = sound.send(sound.contribution()).get_json()["id"]
    sound.close()
    database = sound.settings.database
    assert not Path(f"{database}-wal").exists()
    backup = database.read_bytes()
    damage(database)
    house = House(tmp_path, doors_open=False)
    assert house.http.get("/healthz").status_code == 200
    assert_problem(house.send(house.contribution(2)), 503, "store-unavailable")
    assert_problem(house.http.get("/v1/contributions"), 503, "store-unavailable")
    assert "put a backup back" in fault(house)
    house.close()
    database.write_bytes(backup)
    again = House(tmp_path)
    assert again.http.get("/readyz").status_code == 200
    assert again.http.get(f"/v1/contributions/{accepted}").get_json()["id"] == accepted
    again.close()


def test_a_database_that_can_be_used_again_is_used_without_a_new_start(tmp_path: Path) -> None:
    (tmp_path / "relayer.db").mkdir()
    house = House(tmp_path, doors_open=False)
    assert "cannot" in fault(house)
    (tmp_path / "relayer.db").rmdir()
    assert_problem(house.http.get("/readyz"), 503, "not-ready")
    house.open_doors()
    assert house.http.get("/readyz").status_code == 200
    assert house.send(house.contribution()).status_code == 202
    house.close()


def test_every_kind_of_damage_has_its_remedy() -> None:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT_INDEX
    assert "put a backup back" in (fault_of(error) or "")


def test_defects_are_told_from_faults_of_the_database() -> None:
    with (
        closing(sqlite3.connect(":memory:")) as database,
        pytest.raises(sqlite3.OperationalError) as caught,
    ):
        database.execute("SELECT * FROM nothing")
    assert fault_of(caught.value) is None
    assert fault_of(ValueError("x")) is None
    assert fault_of(StoreError("locked")) == "locked"


def test_readiness_writes_at_most_once_a_second(house: House) -> None:
    def written_at() -> float:
        with house.store.transaction() as connection:
            return float(connection.execute("SELECT at FROM probe").fetchone()[0])

    house.http.get("/readyz")
    first = written_at()
    house.clock.advance(0.5)
    house.http.get("/readyz")
    assert written_at() == first
    house.clock.advance(0.6)
    house.http.get("/readyz")
    assert written_at() > first
