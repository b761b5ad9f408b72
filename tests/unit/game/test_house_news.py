"""What the house tells: by webhook, in lists, and to whom it listens."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from relayer.client import RelayerClient
from relayer.clock import ManualClock
from relayer.limits import KeyToken
from relayer.notify.signing import read_secret, sign
from sample_game.api.play import EXTENSION
from sample_game.app import create_app
from sample_game.settings import GameSettings
from tests.stand_in_relayer import StandInRelayer, serving
from tests.unit.game.conftest import SEED, Table

CLUES = ["glade", "hermit", "quartz"]
PUBLIC_URL = "https://hunch.example"
KEY = KeyToken.mint().reveal()
HASH, OTHER_HASH = "0x" + "1" * 64, "0x" + "2" * 64


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Table]:
    """A game with a key and a public address, at a house that admits keys alone."""
    clock = ManualClock()
    stand_in = StandInRelayer(clock=clock, key=KEY)
    with serving(stand_in.app()) as url:
        settings = GameSettings(
            database=tmp_path / "hunch.db",
            relayer_url=url,
            relayer_key=KEY,
            public_url=f"{PUBLIC_URL}/",
        )
        app = create_app(settings, clock=clock, chance=random.Random(SEED))
        table = Table(
            app.test_client(), stand_in, RelayerClient(url), clock, app.extensions[EXTENSION]
        )
        yield table
        table.store.close()


def give_clues(table: Table) -> str:
    """Hands in clues; returns the contribution's id."""
    player = table.player()
    request = player.signed_clues(player.start("clue"), CLUES)
    answer = player.give(request)
    assert answer.status_code == 202, answer.text
    return str(request["id"])


def message(contribution: dict[str, Any], status: str, at: str, **facts: Any) -> bytes:
    """What the house sends when a contribution changes."""
    data = {
        **{name: contribution[name] for name in ("id", "trainer", "player", "reason")},
        "status": status,
        "outcome": None,
        **facts,
    }
    return json.dumps({"type": f"contribution.{status}", "timestamp": at, "data": data}).encode()


def post(table: Table, body: bytes, secret: str) -> Any:
    """Sends a webhook to the game."""
    headers = sign([read_secret(secret)], "msg_1", int(table.clock.now()), body)
    return table.game.post("/api/house-news", data=body, headers=headers)


def status_of(table: Table, contribution_id: str) -> dict[str, Any]:
    return dict(table.game.get(f"/api/contributions/{contribution_id}").get_json())


def test_every_contribution_comes_with_the_key_and_a_ticket_of_its_round(told: Table) -> None:
    player = told.player()
    round_ = player.start("clue")
    assert player.give(player.signed_clues(round_, CLUES)).status_code == 202
    (ticket,) = told.stand_in.tickets
    assert ticket.round_id == round_["token"].split(".")[0]
    assert (ticket.player or "").lower() == player.address
    assert ticket.uses == 1
    assert told.clock.now() < ticket.expires_at <= told.clock.now() + 86_400
    assert "ticket" not in round_, "a device with a ticket could go past the game's moderation"


def test_the_house_is_asked_once_to_tell_and_what_it_tells_is_kept(told: Table) -> None:
    contribution_id = give_clues(told)
    told.hear_news()
    told.hear_news()
    (webhook,) = told.stand_in.webhooks
    assert webhook["url"] == f"{PUBLIC_URL}/api/house-news"
    contribution = told.stand_in.contributions[contribution_id]
    settled = message(contribution, "settled", "2023-11-14T22:14:00.000Z", outcome="refunded")
    assert post(told, settled, webhook["secret"]).status_code == 204
    shown = status_of(told, contribution_id)
    assert (shown["status"], shown["settlement"]) == ("settled", {"outcome": "refunded"})


def test_an_older_message_that_comes_late_changes_nothing(told: Table) -> None:
    contribution_id = give_clues(told)
    told.hear_news()
    contribution, secret = (
        told.stand_in.contributions[contribution_id],
        told.stand_in.webhooks[0]["secret"],
    )
    for status, at in (("confirmed", "2023-11-14T22:14:00Z"), ("mined", "2023-11-14T22:13:50Z")):
        assert post(told, message(contribution, status, at), secret).status_code == 204
    assert status_of(told, contribution_id)["status"] == "confirmed"


def test_the_transaction_that_holds_a_contribution_is_the_one_that_was_told_last(
    told: Table,
) -> None:
    contribution_id = give_clues(told)
    told.hear_news()
    contribution, secret = (
        told.stand_in.contributions[contribution_id],
        told.stand_in.webhooks[0]["secret"],
    )
    assert status_of(told, contribution_id)["transaction_hash"] is None
    for second, (status, hash_) in enumerate(
        [("mined", HASH), ("sent", None), ("mined", OTHER_HASH), ("confirmed", OTHER_HASH)]
    ):
        at = f"2023-11-14T22:14:0{second}Z"
        body = message(contribution, status, at, transaction_hash=hash_)
        assert post(told, body, secret).status_code == 204
        assert status_of(told, contribution_id)["transaction_hash"] == hash_


def test_of_all_versions_of_a_transaction_the_one_in_a_block_counts(table: Table) -> None:
    contribution_id = give_clues(table)
    bumped = [{"hash": HASH, "mined": False}, {"hash": OTHER_HASH, "mined": True}]
    table.stand_in.set_status("mined", transactions=bumped)
    table.hear_news()
    assert status_of(table, contribution_id)["transaction_hash"] == OTHER_HASH


def test_what_the_house_did_not_sign_is_refused(told: Table) -> None:
    contribution_id = give_clues(told)
    told.hear_news()
    body = message(told.stand_in.contributions[contribution_id], "settled", "2023-11-14T22:14:00Z")
    forged = post(told, body, "whsec_" + "QUFB" * 8)
    assert (forged.status_code, forged.get_json()["code"]) == (400, "unknown-sender")
    assert told.game.post("/api/house-news", data=body).status_code == 400
    assert status_of(told, contribution_id)["status"] == "queued"


def test_a_signed_message_nested_too_deep_is_refused_and_the_game_goes_on(told: Table) -> None:
    told.hear_news()
    secret = told.stand_in.webhooks[0]["secret"]
    assert post(told, b"[" * 16_000, secret).status_code == 400
    assert post(told, b'{"type": ', secret).status_code == 400
    assert told.game.get("/api/decks").status_code == 200


def test_a_game_without_a_webhook_takes_none(table: Table) -> None:
    answer = table.game.post("/api/house-news", data=b"{}")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "unknown-sender")


def test_a_trial_message_is_fine(told: Table) -> None:
    told.hear_news()
    body = json.dumps({"type": "ping", "timestamp": "2023-11-14T22:14:00Z", "data": {}}).encode()
    assert post(told, body, told.stand_in.webhooks[0]["secret"]).status_code == 204


def test_a_lost_secret_is_replaced_at_the_same_webhook(told: Table) -> None:
    told.hear_news()
    before = told.stand_in.webhooks[0]["secret"]
    with told.store.transaction() as connection:
        connection.execute("DELETE FROM game_keys WHERE name LIKE 'webhook %'")
    told.plays.news._is_subscribed = False
    told.hear_news()
    (webhook,) = told.stand_in.webhooks
    assert webhook["secret"] != before


def test_a_house_that_may_not_reach_the_game_is_asked_instead(told: Table) -> None:
    told.stand_in.refuses_webhooks_with = "webhook-target-refused"
    contribution_id = give_clues(told)
    told.stand_in.set_status("mined")
    told.hear_news()
    assert status_of(told, contribution_id)["status"] == "mined"


def test_where_webhooks_come_lists_are_looked_through_now_and_then(told: Table) -> None:
    contribution_id = give_clues(told)
    told.hear_news()
    told.stand_in.set_status("mined")
    told.hear_news()
    assert status_of(told, contribution_id)["status"] == "queued"
    told.clock.advance(601)
    told.hear_news()
    assert status_of(told, contribution_id)["status"] == "mined"


def test_unknown_contributions_are_not_found(table: Table) -> None:
    answer = table.game.get("/api/contributions/0x00")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")
