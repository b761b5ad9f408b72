"""Keys of games: what they open, and what ends them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from relayer.errors import SettingsError
from relayer.limits import KeyToken, Scope
from relayer.settings import Settings
from tests.chain import Player
from tests.house import DOMAIN, House, assert_problem
from tests.integration.limits.keyring import bearer, make_key, send


@pytest.fixture
def closed_house(tmp_path: Path) -> Iterator[House]:
    """A house that admits only games with keys."""
    house = House(tmp_path, admission="keys")
    yield house
    house.close()


def test_an_open_house_needs_no_key(house: House) -> None:
    assert house.send(house.contribution()).status_code == 202


@pytest.mark.parametrize("path", ["/v1/contributions", "/v1/validations"])
def test_a_house_for_games_refuses_who_has_no_key(closed_house: House, path: str) -> None:
    response = closed_house.http.post(path, json=closed_house.contribution())
    assert_problem(response, 401, "key-required")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert closed_house.stored() == 0


def test_a_key_opens_and_its_game_is_written_down(closed_house: House) -> None:
    token = make_key(closed_house)
    response = send(closed_house, closed_house.contribution(), **bearer(token))
    assert response.status_code == 202
    row = closed_house.store.contributions.get(response.get_json()["id"])
    assert row is not None
    assert row.game == token.id


def test_players_may_withdraw_without_a_key(closed_house: House) -> None:
    response = closed_house.http.post("/v1/withdrawals", json=closed_house.withdrawal())
    assert_problem(response, 422, "balance-too-low")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text.replace("house_", "house-"),
        lambda text: "house_000000000000_" + text[-64:],
        lambda text: text.upper(),
        lambda text: "",
        lambda text: "' OR 1=1 --",
        lambda text: text + "\u00e9",
    ],
)
def test_a_wrong_key_is_refused_even_where_none_is_needed(house: House, spoil: Any) -> None:
    text = spoil(make_key(house).reveal())
    response = send(house, house.contribution(), **bearer(text))
    assert_problem(response, 401, "bad-key")
    assert house.stored() == 0


def test_other_schemes_of_authorization_are_not_ours(house: House) -> None:
    response = send(house, house.contribution(), Authorization="Basic dTpw")
    assert response.status_code == 202


def test_a_revoked_key_ends_at_once(house: House) -> None:
    token = make_key(house)
    assert house.store.game_keys.revoke(token.id, house.clock.now())
    assert_problem(send(house, house.contribution(), **bearer(token)), 401, "bad-key")


def test_a_key_expires(house: House) -> None:
    token = make_key(house, expires_at=house.clock.now() + 10)
    assert send(house, house.contribution(), **bearer(token)).status_code == 202
    house.clock.advance(10)
    assert_problem(send(house, house.contribution(2), **bearer(token)), 401, "bad-key")


def test_both_secrets_open_while_a_key_is_rotated_and_one_afterwards(house: House) -> None:
    old = make_key(house)
    new = KeyToken.mint(old.id)
    house.store.game_keys.rotate(new, house.clock.now(), 60)
    assert send(house, house.contribution(1), **bearer(old)).status_code == 202
    assert send(house, house.contribution(2), **bearer(new)).status_code == 202
    house.clock.advance(60)
    house.open_doors()
    assert_problem(send(house, house.contribution(3), **bearer(old)), 401, "bad-key")
    assert send(house, house.contribution(3), **bearer(new)).status_code == 202


def test_a_second_rotation_does_not_prolong_the_first(house: House) -> None:
    first = make_key(house)
    now = house.clock.now()
    house.store.game_keys.rotate(KeyToken.mint(first.id), now, 10)
    house.store.game_keys.rotate(KeyToken.mint(first.id), now, 1_000)
    house.clock.advance(10)
    assert_problem(send(house, house.contribution(), **bearer(first)), 401, "bad-key")


def test_a_key_for_other_things_does_not_submit(house: House) -> None:
    token = make_key(house, Scope.READ, Scope.CANCEL)
    problem = assert_problem(
        send(house, house.contribution(), **bearer(token)), 403, "scope-missing"
    )
    assert token.id in problem["detail"]


def test_a_game_cancels_what_it_sent_and_nothing_else(house: House) -> None:
    own = make_key(house, Scope.SUBMIT, Scope.CANCEL)
    other = make_key(house, Scope.SUBMIT, Scope.CANCEL)
    timid = make_key(house, Scope.SUBMIT)
    path = send(house, house.contribution(), **bearer(own)).headers["Location"]
    for token in (other, timid):
        assert_problem(house.http.delete(path, headers=bearer(token)), 422, "bad-signature")
    stranger = send(house, house.contribution(2)).headers["Location"]
    assert_problem(house.http.delete(stranger, headers=bearer(own)), 422, "bad-signature")
    assert house.http.delete(path, headers=bearer(own)).get_json()["status"] == "cancelled"


def test_a_banned_network_is_refused(house: House) -> None:
    house.store.bans.ban("127.0.0.1", "floods", house.clock.now())
    assert_problem(house.send(house.contribution()), 403, "banned")


def test_a_forwarded_address_does_not_evade_a_ban(house: House) -> None:
    house.store.bans.ban("127.0.0.1", "floods", house.clock.now())
    spoofed = send(house, house.contribution(), **{"X-Forwarded-For": "198.51.100.7"})
    assert_problem(spoofed, 403, "banned")


def test_a_trusted_proxy_tells_whose_network_is_banned(tmp_path: Path) -> None:
    house = House(tmp_path, trusted_proxies=("127.0.0.1",))
    house.store.bans.ban("198.51.100.7", "floods", house.clock.now())
    behind = {"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}
    assert_problem(send(house, house.contribution(), **behind), 403, "banned")
    honest = {"X-Forwarded-For": "198.51.100.7, 203.0.113.1"}
    assert send(house, house.contribution(), **honest).status_code == 202
    house.close()


def test_settings_with_another_admission_are_a_mistake() -> None:
    with pytest.raises(SettingsError, match="admission"):
        Settings(admission="everybody")


def test_no_key_is_in_logs_answers_or_store(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    token = make_key(house)
    answers = [send(house, house.contribution(), **bearer(token))]
    house.store.game_keys.revoke(token.id, house.clock.now())
    answers.append(send(house, house.contribution(2), **bearer(token)))

    def fail(*_: object) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(house.store.game_keys, "find", fail)
    answers.append(send(house, house.contribution(3), **bearer(token)))
    assert [answer.status_code for answer in answers] == [202, 401, 500]
    files = house.settings.database.parent.glob("relayer.db*")
    seen = [caplog.text.encode(), *(a.get_data() for a in answers), *map(Path.read_bytes, files)]
    assert caplog.records
    assert not [text for text in seen if token.secret.encode() in text]
    assert token.secret not in repr(token)


def call(house: House, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, ["keys", *arguments, "--database", str(house.settings.database)]
    )


def test_the_commands_make_list_rotate_and_revoke(house: House) -> None:
    house.clock.advance(2_000_000_000 - house.clock.now())
    house.open_doors()
    text = call(house, "create", "Hunch", "--scope", "submit", "--quota", "7").output.strip()
    token = KeyToken.parse(text)
    assert token is not None
    assert send(house, house.contribution(1), **bearer(text)).status_code == 202
    (row,) = json.loads(call(house, "list", "--json").output)
    assert (row["id"], row["name"], row["scopes"]) == (token.id, "Hunch", ["submit"])
    assert (row["quota"], row["expires_at"]) == (7, None)
    rotated = call(house, "rotate", token.id, "--overlap", "1s").output.strip()
    assert send(house, house.contribution(2), **bearer(rotated)).status_code == 202
    assert_problem(send(house, house.contribution(3), **bearer(text)), 401, "bad-key")
    listing = call(house, "list").output
    assert "valid" in listing
    assert token.secret not in listing
    assert "is revoked" in call(house, "revoke", token.id).output
    assert "was revoked before" in call(house, "revoke", token.id).output
    assert_problem(send(house, house.contribution(4), **bearer(rotated)), 401, "bad-key")
    assert "revoked" in call(house, "list").output


def test_unknown_keys_are_neither_rotated_nor_revoked(house: House) -> None:
    for name in ("rotate", "revoke"):
        result = call(house, name, "000000000000")
        assert result.exit_code == 1
        assert "There is no key" in result.output


def test_a_new_player_named_in_capitals_is_one_player(house: House) -> None:
    player = Player(1, DOMAIN)
    body = house.contribution(player)
    body["message"]["player"] = player.address.lower()
    assert house.send(body).get_json()["player"] == player.address


def test_a_game_lists_what_came_with_its_key_and_nobody_else_does(house: House) -> None:
    own, other = make_key(house, Scope.SUBMIT, Scope.READ), make_key(house, Scope.READ)
    blind = make_key(house)
    sent = send(house, house.contribution(1), **bearer(own)).get_json()["id"]
    house.send(house.contribution(2))
    path = f"/v1/contributions?game={own.id}"
    page = house.http.get(path, headers=bearer(own)).get_json()["contributions"]
    assert [contribution["id"] for contribution in page] == [sent]
    assert_problem(house.http.get(path), 401, "key-required")
    for token in (other, blind):
        assert_problem(house.http.get(path, headers=bearer(token)), 403, "scope-missing")
