"""One id from the page through the game to the relayer, and lines that programs can read."""

from __future__ import annotations

import re

from relayer.logs import ACCESS_FACTS
from sample_game.request_ids import request_id
from sample_game.server import gunicorn_command
from sample_game.settings import GameSettings
from tests.unit.game.conftest import Table

CLUES = ["glade", "hermit", "quartz"]


def test_the_id_of_the_page_s_request_reaches_the_relayer(table: Table) -> None:
    player = table.player()
    signed = player.signed_clues(player.start("clue"), CLUES)
    given = table.game.post("/api/clues", json=signed, headers={"X-Request-Id": "round-7"})
    assert given.headers["X-Request-Id"] == "round-7"
    assert table.stand_in.request_ids == ["round-7"]


def test_a_request_without_an_id_or_with_a_strange_one_gets_one(table: Table) -> None:
    for headers in ({}, {"X-Request-Id": "a b"}, {"X-Request-Id": "x" * 65}):
        answer = table.game.get("/api/nothing", headers=headers)
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])
    assert request_id() is None, "no request is under way"


def test_a_problem_of_the_game_leaves_its_code_for_the_log(table: Table) -> None:
    codes: list[str] = []

    def listen(environ, start_response):  # type: ignore[no-untyped-def]
        answer = app(environ, start_response)
        codes.append(environ[ACCESS_FACTS]()["code"])
        return answer

    app = table.game.application.wsgi_app
    table.game.application.wsgi_app = listen  # type: ignore[method-assign]
    table.game.get("/api/nothing")
    table.game.post("/api/guesses", json={"token": "x", "guess": "y"})
    assert codes == ["not-found", "round-not-found"]


def test_the_server_of_the_game_writes_json_where_it_is_told_to() -> None:
    assert "--access-logfile" not in gunicorn_command(GameSettings())
    command = gunicorn_command(GameSettings(log_format="json"))
    assert command[command.index("--access-logformat") + 1] == "json"
    assert "--access-logfile" in command
