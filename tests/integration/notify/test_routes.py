"""A game says where news go, with its key, and sees its own webhooks only."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from relayer.client import InProcessAdapter, RelayerClient
from relayer.limits import GameKey, KeyToken, Scope
from tests.house import House, assert_problem
from tests.integration.notify.game import Game

URL = "https://game.example/hook"


def other_game(house: House, *scopes: Scope) -> Game:
    token = KeyToken.mint()
    key = GameKey(token.id, "Other", frozenset(scopes), house.clock.now())
    house.store.game_keys.create(key, token)
    return Game(house, token)


def test_the_secret_is_shown_once(game: Game) -> None:
    webhook = game.add_webhook(URL)
    assert webhook["secret"].startswith("whsec_")
    assert webhook["events"] == [
        f"contribution.{status}" for status in ("confirmed", "settled", "failed", "expired")
    ]
    shown = game.call("GET", f"webhooks/{webhook['id']}").get_json()
    assert "secret" not in shown
    assert shown == {key: value for key, value in webhook.items() if key != "secret"}
    assert game.call("GET", "webhooks").get_json() == {"webhooks": [shown]}


def test_a_webhook_is_removed_with_its_messages(open_house: House, game: Game) -> None:
    webhook = game.add_webhook(URL)
    game.fail(game.contribute())
    assert game.call("DELETE", f"webhooks/{webhook['id']}").status_code == 204
    assert_problem(game.call("GET", f"webhooks/{webhook['id']}"), 404, "not-found")
    assert open_house.store.webhooks.counts() == {}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("GET", "/messages", None),
        ("POST", "/secret", {}),
        ("POST", "/replay", {}),
        ("POST", "/ping", None),
    ],
)
def test_webhooks_of_others_look_like_none(
    open_house: House, game: Game, method: str, path: str, body: Any
) -> None:
    webhook, other = game.add_webhook(URL), other_game(open_house, Scope.WEBHOOKS)
    assert_problem(other.call(method, f"webhooks/{webhook['id']}{path}", body), 404, "not-found")
    assert other.call("GET", "webhooks").get_json() == {"webhooks": []}


def test_without_key_or_scope_nothing_is_said(open_house: House) -> None:
    assert_problem(open_house.http.get("/v1/webhooks"), 401, "key-required")
    other = other_game(open_house, Scope.SUBMIT)
    assert_problem(other.call("GET", "webhooks"), 403, "scope-missing")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 5},
        {"url": ""},
        {"url": URL, "events": []},
        {"url": URL, "events": ["contribution.eaten"]},
        {"url": URL, "game": "other"},
        [],
    ],
)
def test_an_odd_wish_is_refused(game: Game, body: Any) -> None:
    assert_problem(game.call("POST", "webhooks", body), 422, "schema-violation")


@pytest.mark.parametrize("url", ["http://game.example/", "https://10.0.0.1/", "https://[::1]/"])
def test_a_target_inside_is_refused(house: House, url: str) -> None:
    guarded = other_game(house, *Scope)
    answer = guarded.call("POST", "webhooks", {"url": url})
    problem = assert_problem(answer, 422, "webhook-target-refused")
    assert problem["errors"][0]["pointer"] == "/url"


def test_a_game_has_ten_webhooks_at_most(game: Game) -> None:
    for _ in range(10):
        game.add_webhook(URL)
    assert_problem(game.call("POST", "webhooks", {"url": URL}), 409, "too-many-webhooks")


def test_a_message_that_is_not_there_is_not_replayed(game: Game) -> None:
    webhook = game.add_webhook(URL)
    answer = game.call("POST", f"webhooks/{webhook['id']}/replay", {"message": "msg_" + "0" * 32})
    assert_problem(answer, 404, "not-found")


def test_a_ping_waits_to_be_sent(game: Game) -> None:
    webhook = game.add_webhook(URL)
    assert game.call("POST", f"webhooks/{webhook['id']}/ping").status_code == 202
    (row,) = game.messages(webhook)
    assert (row["event"], row["contribution"], row["status"]) == ("ping", None, "waiting")


def test_messages_come_page_by_page(game: Game) -> None:
    webhook = game.add_webhook(URL)
    for number in range(1, 6):
        game.fail(game.contribute(player=number))
    path, seen = f"webhooks/{webhook['id']}/messages?limit=2", []
    cursor = ""
    while True:
        page = game.call("GET", f"{path}{cursor}").get_json()
        seen += [row["id"] for row in page["messages"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [row["id"] for row in game.messages(webhook)]
    assert len(seen) == 5


def test_the_kit_adds_lists_and_renews_webhooks_and_lists_what_came_with_its_key(
    game: Game,
) -> None:
    session = requests.Session()
    session.mount("http://house.invalid", InProcessAdapter(game.house.app))
    client = RelayerClient("http://house.invalid", session=session, key=game.token.reveal())
    added = client.webhooks.add("https://game.example/hook", ["contribution.mined"])
    assert [each["id"] for each in client.webhooks.all()] == [added["id"]]
    assert client.webhooks.rotate(added["id"])["secret"] not in (None, added["secret"])
    own = game.contribute()
    assert len(list(client.contributions())) == 1
    other_game(game.house, Scope.SUBMIT).contribute(player=2)
    assert len(list(client.contributions())) == 2
    assert [each["id"] for each in client.contributions(game=client.game)] == [own]
