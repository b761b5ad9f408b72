"""Every page of the dashboard in front of a million rows and a month of series.

Lists as files are no pages: they are as long as what they list.
"""

from __future__ import annotations

import time
from http.client import HTTPConnection
from pathlib import Path

import requests

from relayer.app import create_app
from relayer.ops.access.passwords import hash_password
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.ops_users import Role
from relayer.store.orders import NewOrder, OrderKind
from tests.benchmarks.service.accepting import OpenHouse
from tests.benchmarks.service.load import LoadError, Result
from tests.benchmarks.service.million import fill, players_of, row_id
from tests.house import TRAINER
from tests.ops_history import fill_history
from tests.ops_pages import Samples, page_paths

PASSWORD = "a horse, a battery, a staple"
SPANS = ("1h", "24h", "7d", "30d")
LOOKS = 40
#: What a process needs for its first looks (the planner, templates) it needs once.
FIRST_LOOKS = 4
#: Where in the history the pages about one thing look.
PLACE = 0.7
MESSAGES = 100_000
GAME = "0123456789ab"
ORDERS = 10_000
_MESSAGE = (
    "INSERT INTO webhook_messages (id, webhook, event, subject, payload, created_at, status, "
    "due_at, tries, ended_at) "
    "VALUES (?1, ?2, 'contribution.confirmed', '0x', '{}', ?3, 'delivered', ?3, 1, ?3)"
)
_ORDER = (
    "INSERT INTO orders (id, kind, arguments, actor, reason, state, outcome, asked_at, begun_at, "
    "ended_at) VALUES ('ord_' || ?1, 'speed-up', '{}', 'olga', 'players wait', 'done', 'done', "
    "?2, ?2, ?2)"
)


def measure(folder: Path, rows: int = 1_000_000) -> dict[str, float]:
    """The 95th percentile of each page, each looked at by one operator at a time; the worst one."""
    folder.mkdir()
    with OpenHouse(folder) as house:
        fill(house.store, rows)
        fill_history(house.store, time.time())
        house.store.ops_users.add("olga", Role.ADMIN, hash_password(PASSWORD), time.time())
        cookie = _log_in(house.port)
        settings = Settings(database=folder / "relayer.db", deployment=folder / "deployment.json")
        paths = page_paths(create_app(settings), samples_of(house.store, rows), files=False)
        paths["orders, refused"] = "/orders?state=refused"  # none is: all are looked at
        paths |= {f"home, {span}": f"/?span={span}" for span in SPANS}
        for path in paths.values():
            _look(house.port, f"/ops{path}", cookie, FIRST_LOOKS)
        slowest = {
            name: _look(house.port, f"/ops{path}", cookie).percentile_ms(95)
            for name, path in paths.items()
        }
    for name, p95_ms in sorted(slowest.items(), key=lambda each: -each[1]):
        print(f"{p95_ms:8.1f} ms  {name}  {paths[name]}", flush=True)
    return {
        "ops_page_p95_ms_1m_rows": max(slowest.values()),
        "ops_home_p95_ms_1m_rows": slowest["home"],
    }


def samples_of(store: Store, rows: int) -> Samples:
    """Put into a store what pages tell of beside its rows; return what they are asked about."""
    row, hook = int(rows * PLACE), _add_webhook(store)
    return {
        "action": {"name": "pause-intake"},
        "runbook": {"name": "stuck-nonce"},
        "contribution": {"identity": row_id(row)},
        "player": {"address": players_of(rows)[0]},
        "game": {"identity": GAME},
        "trainer": {"address": TRAINER},
        "batch": {"number": row // 100},
        "transaction": {"number": row // 100},
        "webhook": {"identity": hook},
        "order": {"identity": _add_orders(store)},
    }


def _add_webhook(store: Store) -> str:
    """A receiver with as many ended messages as a busy game has in a week."""
    now = time.time()
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO game_keys (id, name, scopes, created_at) VALUES (?, 'Hunch', 'submit', ?)",
            (GAME, now),
        )
        events = ["contribution.confirmed"]
        hook = store.webhooks.add(GAME, "https://game.example/", events, bytes(32), now)
        connection.executemany(
            _MESSAGE, [(f"msg_{number}", hook.id, now - number) for number in range(MESSAGES)]
        )
    return hook.id


def _add_orders(store: Store) -> str:
    """As many orders as a house of busy operators has in years; the newest one waits."""
    now = time.time()
    with store.transaction() as connection:
        connection.executemany(_ORDER, [(number, now - number) for number in range(ORDERS)])
        new = NewOrder("ord_waits", OrderKind.DRAIN, {}, "olga", "we move")
        store.orders.ask(new, now - 600)
    return new.id


def _log_in(port: int) -> str:
    """Go through the door as a browser does; return the cookie."""
    root = f"http://127.0.0.1:{port}/ops"
    with requests.Session() as session:
        text = session.get(f"{root}/login", timeout=10).text
        token = text.partition('name="_token" value="')[2].partition('"')[0]
        form = {"_token": token, "next": "", "name": "olga", "password": PASSWORD}
        answer = session.post(f"{root}/login", form, timeout=10, allow_redirects=False)
        if answer.status_code != 303:
            raise LoadError(f"nobody was let in: {answer.status_code}")
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)


def _look(port: int, path: str, cookie: str, looks: int = LOOKS) -> Result:
    """One look after the other, as one operator does, each over a connection of its own."""
    result = Result()
    for _ in range(looks):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        started_at = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        result.latencies_s.append(time.perf_counter() - started_at)
        connection.close()
        if answer.status not in (200, 303):
            raise LoadError(f"{path} answered {answer.status}")
    return result
