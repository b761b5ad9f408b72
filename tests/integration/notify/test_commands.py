"""`relayer webhooks`: the operator's way to the same."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from tests.house import House
from tests.integration.notify.game import Game

URL = "https://game.example/hook"


def run(house: House, *arguments: str) -> Result:
    path = str(house.settings.database)
    return CliRunner().invoke(main, ["webhooks", *arguments, "--database", path])


def test_a_webhook_is_added_listed_rotated_and_removed(open_house: House, game: Game) -> None:
    added = run(open_house, "add", game.token.id, URL, "--event", "contribution.settled")
    webhook_id, secret = added.output.split()
    assert secret.startswith("whsec_")
    (row,) = json.loads(run(open_house, "list", "--json").output)
    assert (row["id"], row["url"], row["events"]) == (webhook_id, URL, ["contribution.settled"])
    assert secret not in run(open_house, "list").output
    assert run(open_house, "rotate", webhook_id).output.strip() != secret
    assert run(open_house, "remove", webhook_id).exit_code == 0
    assert json.loads(run(open_house, "list", "--json").output) == []


def test_dead_messages_are_listed_and_replayed(open_house: House, game: Game) -> None:
    webhook = game.add_webhook(URL)
    game.fail(game.contribute())
    open_house.store.webhooks.disable(webhook["id"], "gone", open_house.clock.now())
    (row,) = json.loads(run(open_house, "messages", webhook["id"], "--json").output)
    assert (row["status"], row["answer"]) == ("dead", "gone")
    assert "1 to be sent again" in run(open_house, "replay", webhook["id"]).output
    assert game.messages(webhook)[0]["status"] == "waiting"
    assert game.call("GET", f"webhooks/{webhook['id']}").get_json()["disabled_at"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "nobody", URL), "there is no key nobody"),
        (("add", "nobody", "http://game.example/"), "must begin with https://"),
        (("messages", "wh_0"), "there is no webhook wh_0"),
        (("replay", "wh_0"), "there is no webhook wh_0"),
        (("rotate", "wh_0"), "there is no webhook wh_0"),
        (("remove", "wh_0"), "there is no webhook wh_0"),
    ],
)
def test_what_is_not_there_is_said(
    open_house: House, arguments: tuple[str, ...], said: str
) -> None:
    result = run(open_house, *arguments)
    assert result.exit_code == 1
    assert said in result.output.lower()
