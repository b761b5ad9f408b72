"""Actions that change rows of the store at once: bans, quotas, keys, webhooks, signers, retries."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.limits import KeyToken
from relayer.refusals.operators import ActionRefused
from relayer.store.ops_users import Role
from relayer.store.webhooks import MessageStatus
from tests.browser_of_operator import PASSWORD, logged_in
from tests.chain import Player
from tests.house import DOMAIN, STRANGER, House
from tests.integration.limits.keyring import make_key
from tests.operator_desk import OperatorDesk


@pytest.fixture
def desk(house: House) -> OperatorDesk:
    return OperatorDesk(house)


def test_ban_has_an_end_and_can_be_lifted(house: House, desk: OperatorDesk) -> None:
    player = Player(1, DOMAIN)
    subject = player.address.lower()
    assert "until 2023-11-15 10:13:20 UTC" in desk.preview("ban", subject=subject, **{"for": "12h"})
    assert house.send(house.contribution(player)).status_code == 202
    assert desk.done("ban", subject=subject).endswith("is banned until somebody lifts it")
    assert house.send(house.contribution(player)).status_code == 403
    assert "It was banned for this reason: because." in desk.preview("lift-ban", subject=subject)
    assert desk.done("lift-ban", subject=subject) == f"{player.address} is let in again"
    assert desk.done("lift-ban", subject=subject) == f"{player.address} was not banned"


def test_quota_is_set_for_one_player_and_lifted(house: House, desk: OperatorDesk) -> None:
    player = Player(1, DOMAIN)
    told = desk.preview("set-quota", subject=player.address, quota="1")
    assert "instead of 120 now and 120 by the settings" in told
    desk.done("set-quota", subject=player.address, quota="1")
    assert house.send(house.contribution(player)).status_code == 202
    assert house.send(house.contribution(player)).status_code == 429
    assert "may send 120 again instead of 1" in desk.preview("lift-quota", subject=player.address)
    desk.done("lift-quota", subject=player.address)
    house.clock.advance(60)
    house.open_doors()
    assert house.send(house.contribution(player)).status_code == 202


def test_quota_of_a_game_is_that_of_a_key_that_exists(house: House, desk: OperatorDesk) -> None:
    token = make_key(house, quota=7)
    assert "instead of 7 now" in desk.preview("set-quota", subject=token.id, quota="9")
    with pytest.raises(ActionRefused, match="There is no key"):
        desk.done("set-quota", subject="0123456789ab", quota="9")


def test_new_secret_of_a_key_is_shown_once_and_kept_nowhere(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    token = make_key(house)
    browser = logged_in(house, Role.ADMIN)
    address = f"/actions/rotate-key?key={token.id}&overlap=1h"
    assert "shown once" in browser.get(address).text
    fields = {"_reason": "it leaked", "_password": PASSWORD} | browser.fields(address)
    page = browser.post("/actions/rotate-key", fields)
    (text,) = [word for word in page.text.split('"') if word.startswith("house_")][:1]
    new = KeyToken.parse(text)
    assert new is not None
    found = house.store.game_keys.find(new.secret_hash(), house.clock.now())
    assert found is not None
    assert (found.id, page.headers["Cache-Control"]) == (token.id, "no-store")
    again = browser.post("/actions/rotate-key", fields)
    assert again.status_code == 303
    assert new.secret not in browser.get(again.location.removeprefix("/ops")).text
    house.store.flush()
    files = [path.read_bytes() for path in house.settings.database.parent.glob("relayer.db*")]
    assert not any(new.secret.encode() in content for content in files)
    assert new.secret not in caplog.text
    assert house.store.audit.newest(1)[0].outcome.startswith(f"the key {token.id} has a new secret")


def test_key_is_revoked(house: House, desk: OperatorDesk) -> None:
    token = make_key(house)
    assert "no way back" in desk.preview("revoke-key", key=token.id)
    assert desk.done("revoke-key", key=token.id) == f"{token.id} is revoked"
    assert desk.done("revoke-key", key=token.id) == f"{token.id} was revoked before"
    with pytest.raises(ActionRefused, match="There is no key"):
        desk.preview("rotate-key", key="0123456789ab")


def test_webhook_is_tried_and_what_was_given_up_is_sent_again(
    house: House, desk: OperatorDesk
) -> None:
    room, now = house.store.webhooks, house.clock.now()
    webhook = room.add(make_key(house).id, "https://game.example/news", ("ping",), bytes(32), now)
    assert "of the type `ping`" in desk.preview("test-webhook", webhook=webhook.id)
    desk.done("test-webhook", webhook=webhook.id)
    (message,) = room.messages(webhook.id)
    assert (message.event, message.status) == ("ping", MessageStatus.WAITING)
    room.disable(webhook.id, "the receiver answered 410 Gone", now)
    with pytest.raises(ActionRefused, match="410 Gone"):
        desk.preview("test-webhook", webhook=webhook.id)
    told = desk.preview("replay-webhook", webhook=webhook.id)
    assert "1 messages that were given up" in told
    assert "It was off: the receiver answered 410 Gone." in told
    assert desk.done("replay-webhook", webhook=webhook.id) == "1 to be sent again"
    assert room.messages(webhook.id)[0].status == MessageStatus.WAITING
    with pytest.raises(ActionRefused, match="There is no webhook"):
        desk.preview("replay-webhook", webhook="wh_0")


def test_signer_rests_and_sends_again(house: House, desk: OperatorDesk) -> None:
    with pytest.raises(ActionRefused, match="has never been one of the signers"):
        desk.preview("rest-signer", signer=STRANGER)
    house.store.signers.ensure(STRANGER, 0)
    assert "the queue will stand still" in desk.preview("rest-signer", signer=STRANGER)
    desk.done("rest-signer", signer=STRANGER)
    assert list(house.store.resting_signers.all()) == [STRANGER]
    assert "for this reason: because" in desk.preview("wake-signer", signer=STRANGER)
    assert desk.done("wake-signer", signer=STRANGER) == f"{STRANGER} sends again"


def test_queued_contribution_is_taken_back(house: House, desk: OperatorDesk) -> None:
    contribution = house.send(house.contribution()).get_json()["id"]
    assert "are no longer set aside" in desk.preview(
        "cancel-contribution", contribution=contribution
    )
    desk.done("cancel-contribution", contribution=contribution)
    assert house.store.contributions.reserved_gwei() == 0
    with pytest.raises(ActionRefused, match="is cancelled; only a queued one"):
        desk.done("cancel-contribution", contribution=contribution)


def test_failed_contributions_are_tried_again_alone_or_together(
    house: House, desk: OperatorDesk
) -> None:
    store, now = house.store, house.clock.now()
    ids = [
        house.send(house.contribution(Player(number, DOMAIN))).get_json()["id"]
        for number in range(3)
    ]
    with pytest.raises(ActionRefused, match="only what has failed is tried again"):
        desk.preview("retry-contribution", contribution=ids[0])
    with pytest.raises(ActionRefused, match="Nothing that failed with unfit"):
        desk.preview("retry-failed", reason_slug="unfit")
    for contribution in ids:
        store.contributions.fail_queued(contribution, "reverted", None, now)
    assert "at its old place" in desk.preview("retry-contribution", contribution=ids[0])
    desk.done("retry-contribution", contribution=ids[0])
    told = desk.preview("retry-failed", reason_slug="reverted")
    assert told.startswith("2 contributions of 2 players failed with reverted")
    assert (
        desk.done("retry-failed", reason_slug="reverted") == "2 of 2 contributions are queued again"
    )
    assert [row.status for row in store.contributions.get_many(ids).values()] == ["queued"] * 3
