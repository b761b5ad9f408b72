import hashlib
import importlib
import re
import tomllib
from html import escape
from pathlib import Path
from typing import Any

import pytest

import sample_game
from relayer.serving.connections import ConnectionWorker
from sample_game.app import create_app
from sample_game.server import gunicorn_command
from sample_game.settings import GameSettings
from tests.unit.game.conftest import Table

STATIC = Path(sample_game.__file__).parent / "static"
VENDOR = STATIC / "vendor"
MODULES = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["module"]


@pytest.mark.parametrize("module", MODULES, ids=[module["name"] for module in MODULES])
def test_a_vendored_file_is_the_one_that_was_recorded(module: dict[str, Any]) -> None:
    content = (VENDOR / module["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == module["sha256"]
    assert module["version"] in module["file"]
    for package in module["contains"]:
        licence = VENDOR / f"LICENSE.{package.replace('/', '-').replace('@', '')}.txt"
        assert licence.stat().st_size > 500


def test_every_vendored_file_is_recorded() -> None:
    assert {path.name for path in VENDOR.glob("*.js")} == {module["file"] for module in MODULES}


def test_no_vendored_version_is_named_that_does_not_exist() -> None:
    for module in (STATIC / "hunch").rglob("*.js"):
        for name in re.findall(r"vendor/([\w.-]+\.js)", module.read_text(encoding="utf-8")):
            assert (VENDOR / name).is_file(), f"{module.name} names {name}"


def test_the_policy_allows_nothing_inline_but_the_import_map(table: Table) -> None:
    first, second = table.game.get("/"), table.game.get("/")
    policy = first.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    nonce = re.findall(r"'nonce-([\w-]+)'", policy)[0]
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", first.get_data(as_text=True))
    assert inline == [f'<script type="importmap" nonce="{nonce}">']
    assert nonce not in second.headers["Content-Security-Policy"]


def test_the_page_speaks_no_word_of_chains() -> None:
    page = STATIC.parent / "templates" / "hunch.html"
    text = page.read_text(encoding="utf-8").lower()
    assert not re.findall(r"\b(gas|wallet|transaction|blockchain|ethereum|wei)\b", text)


def test_the_page_names_an_explorer_only_where_the_game_does(table: Table, tmp_path: Path) -> None:
    assert 'name="explorer"' not in table.game.get("/").get_data(as_text=True)
    page = "https://explorer.example/?a=1&tx={hash}"
    settings = GameSettings(
        database=tmp_path / "other.db", relayer_url=table.relayer_url, explorer=page
    )
    shown = create_app(settings).test_client().get("/").get_data(as_text=True)
    assert f'<meta name="explorer" content="{escape(page)}">' in shown


def test_the_page_comes_in_the_language_that_the_browser_asks_for(table: Table) -> None:
    german = table.game.get("/", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de">' in german.get_data(as_text=True)
    assert "Der erste Hinweis kommt" in german.get_data(as_text=True)
    assert german.headers["Vary"] == "Accept-Language"
    french = table.game.get("/", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert '<html lang="en">' in french


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/rounds", []),
        ("/api/rounds", {"kind": "duel", "player": "0x" + "1" * 40}),
        ("/api/rounds", {"kind": "clue", "player": "me"}),
        ("/api/guesses", {"token": "x"}),
        ("/api/clues", {"token": "x", "clues": "moon", "message": {}, "id": "", "signature": ""}),
        ("/api/clue-checks", {"token": "x", "clue": "moon", "others": [1]}),
    ],
)
def test_a_malformed_request_is_a_problem_not_a_crash(table: Table, path: str, body: Any) -> None:
    answer = table.game.post(path, json=body)
    assert answer.status_code in (400, 404)
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] in ("malformed-request", "round-not-found")


@pytest.mark.parametrize(
    ("method", "path", "request_parts", "status", "code"),
    [
        ("GET", "/api/nothing", {}, 404, "not-found"),
        ("PUT", "/api/rounds", {}, 405, "method-not-allowed"),
        ("POST", "/api/guesses", {"json": {"token": "x" * 20_000}}, 413, "body-too-large"),
        ("POST", "/api/rounds", {"data": "kind=clue"}, 415, "unsupported-media-type"),
        ("POST", "/api/rounds", {}, 415, "unsupported-media-type"),
        ("GET", "/api/model", {}, 500, "internal-error"),
    ],
)
def test_what_the_framework_refuses_is_a_problem_too(
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    request_parts: dict[str, Any],
    status: int,
    code: str,
) -> None:
    monkeypatch.setattr("sample_game.house.House.model", lambda _house: 1 // 0)
    answer = table.game.open(path, method=method, **request_parts)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["retryable"] == (status == 500)
    assert ("Allow" in answer.headers) == (status == 405)


def test_the_game_is_served_by_threads_that_no_silent_client_holds() -> None:
    command = gunicorn_command(GameSettings())
    module, _, name = command[command.index("--worker-class") + 1].rpartition(".")
    assert getattr(importlib.import_module(module), name) is ConnectionWorker


def test_nobody_keeps_a_copy_of_what_is_answered_to_one_player(table: Table) -> None:
    player = table.player()
    player.start("guess")
    for path in (f"players/{player.address}", f"delegations/{player.address}", "daily", "nothing"):
        assert table.game.get(f"/api/{path}").headers["Cache-Control"] == "no-store", path
    dealt = table.game.post("/api/rounds", json={})
    assert dealt.headers["Cache-Control"] == "no-store"
    assert table.game.get("/api/model").headers["Cache-Control"] == "no-cache", "kept by its tag"


def test_an_unknown_page_outside_the_api_is_no_problem_document(table: Table) -> None:
    answer = table.game.get("/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_an_address_that_leads_nowhere_leads_people_to_the_game(table: Table) -> None:
    headers = {"Accept": "text/html,*/*", "Accept-Language": "de"}
    answer = table.game.get("/nothing", headers=headers)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert "Unter dieser Adresse ist nichts." in page
    assert '<a href="/">Hunch spielen</a>' in page
    assert table.game.get("/api/nothing", headers=headers).is_json
    assert "Hunch" not in table.game.get("/nothing.js").get_data(as_text=True)
