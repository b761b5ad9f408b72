"""Play tickets, from the game's server over the player's device to the relayer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from eth_account import Account

from relayer.client import InProcessAdapter, NotAdmittedError, RelayerClient, issue_play_ticket
from relayer.limits import KeyToken, Scope
from relayer.limits.upkeep import LimitsUpkeep
from tests.chain import Player
from tests.house import DOMAIN, House, assert_problem
from tests.integration.limits.keyring import bearer, make_key, send

PLAYER = Player(1, DOMAIN)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house that admits games, and whom they vouch for."""
    house = House(tmp_path, admission="keys")
    yield house
    house.close()


def ticket(house: House, token: KeyToken, round_id: str = "round-1", **fields: Any) -> str:
    return issue_play_ticket(token.reveal(), round_id, now=house.clock.now, **fields)


def with_ticket(text: str) -> dict[str, str]:
    return {"Play-Ticket": text}


def test_a_ticket_lets_its_player_in_and_names_the_game(house: House) -> None:
    token = make_key(house)
    text = ticket(house, token, player=PLAYER.address.lower())
    response = send(house, house.contribution(PLAYER), **with_ticket(text))
    assert response.status_code == 202
    row = house.store.contributions.get(response.get_json()["id"])
    assert row is not None
    assert row.game == token.id


def test_a_ticket_is_good_for_as_many_submissions_as_it_says(house: House) -> None:
    headers = with_ticket(ticket(house, make_key(house), uses=2))
    body = house.contribution(PLAYER)
    assert send(house, body, **headers).status_code == 202
    assert send(house, body, **headers).status_code == 200, "the same again is no second use"
    assert send(house, house.contribution(2), **headers).status_code == 202
    assert_problem(send(house, house.contribution(3), **headers), 403, "ticket-used-up")
    assert house.stored() == 2


def test_elements_of_a_list_use_a_ticket_one_by_one(house: House) -> None:
    headers = with_ticket(ticket(house, make_key(house), uses=2))
    bodies = [house.contribution(number) for number in range(1, 5)]
    answer = house.http.post("/v1/contributions", json={"contributions": bodies}, headers=headers)
    statuses = [result["status"] for result in answer.get_json()["results"]]
    assert statuses == [202, 202, 403, 403]


def test_a_second_ticket_for_the_same_round_is_no_second_use(house: House) -> None:
    token = make_key(house)
    first, second = (ticket(house, token, life_s=life_s) for life_s in (60, 61))
    assert first != second
    assert send(house, house.contribution(1), **with_ticket(first)).status_code == 202
    replayed = send(house, house.contribution(2), **with_ticket(second))
    assert_problem(replayed, 403, "ticket-used-up")
    other = with_ticket(ticket(house, token, "round-2"))
    assert send(house, house.contribution(2), **other).status_code == 202


def test_a_ticket_of_one_player_is_of_no_use_to_another(house: House) -> None:
    headers = with_ticket(ticket(house, make_key(house), player=PLAYER.address))
    assert_problem(send(house, house.contribution(2), **headers), 403, "bad-ticket")
    assert send(house, house.contribution(PLAYER), **headers).status_code == 202


def test_what_is_refused_uses_nothing(house: House) -> None:
    headers = with_ticket(ticket(house, make_key(house)))
    forged = house.contribution(PLAYER)
    forged["message"]["label"] += 1
    assert_problem(send(house, forged, **headers), 422, "bad-signature")
    dear = house.contribution(2, max_fee_gwei=0)
    assert_problem(send(house, dear, **headers), 422, "max-fee-too-low")
    assert send(house, house.contribution(3), **headers).status_code == 202


def test_a_ticket_ends_and_stays_ended_when_its_uses_are_forgotten(house: House) -> None:
    headers = with_ticket(ticket(house, make_key(house), life_s=30))
    assert send(house, house.contribution(1), **headers).status_code == 202
    house.clock.advance(30)
    LimitsUpkeep(house.store, house.settings, house.clock).step()
    house.open_doors()
    assert_problem(send(house, house.contribution(2), **headers), 403, "bad-ticket")


def test_a_ticket_for_too_long_is_not_taken(house: House) -> None:
    headers = with_ticket(ticket(house, make_key(house), life_s=86_401))
    assert_problem(send(house, house.contribution(), **headers), 403, "bad-ticket")


def test_tickets_end_with_their_key_and_its_secret(house: House) -> None:
    token = make_key(house)
    before = with_ticket(ticket(house, token, "before"))
    house.store.game_keys.rotate(KeyToken.mint(token.id), house.clock.now(), 10)
    late = with_ticket(ticket(house, token, "late"))
    assert send(house, house.contribution(1), **before).status_code == 202
    house.clock.advance(10)
    house.open_doors()
    assert_problem(send(house, house.contribution(2), **late), 403, "bad-ticket")
    other = make_key(house)
    revoked = with_ticket(ticket(house, other))
    house.store.game_keys.revoke(other.id, house.clock.now())
    assert_problem(send(house, house.contribution(3), **revoked), 403, "bad-ticket")


def test_a_key_that_must_not_submit_vouches_for_nobody(house: House) -> None:
    headers = with_ticket(ticket(house, make_key(house, Scope.READ)))
    assert_problem(send(house, house.contribution(), **headers), 403, "bad-ticket")


@pytest.mark.parametrize("text", ["", "t1", "t1..", "t1.e30.e30", "x" * 5_000, "t1.W10.AAAA"])
def test_garbage_is_no_ticket_even_where_none_is_needed(tmp_path: Path, text: str) -> None:
    house = House(tmp_path)
    assert_problem(send(house, house.contribution(), **with_ticket(text)), 403, "bad-ticket")
    house.close()


def test_a_ticket_gives_no_other_right_of_the_key(house: House) -> None:
    token = make_key(house, Scope.SUBMIT, Scope.CANCEL)
    headers = with_ticket(ticket(house, token, uses=2))
    path = send(house, house.contribution(PLAYER), **headers).headers["Location"]
    assert_problem(house.http.delete(path, headers=headers), 422, "bad-signature")


def test_key_and_ticket_must_be_of_one_game(house: House) -> None:
    mine, other = make_key(house), make_key(house)
    both = with_ticket(ticket(house, other)) | bearer(mine)
    assert_problem(send(house, house.contribution(), **both), 403, "bad-ticket")
    own = with_ticket(ticket(house, mine)) | bearer(mine)
    assert send(house, house.contribution(), **own).status_code == 202


def test_the_kit_sends_key_and_ticket(house: House) -> None:
    token, account = make_key(house), Account.create()
    session = requests.Session()
    session.mount("http://relayer", InProcessAdapter(house.app))
    game = RelayerClient("http://relayer", session=session, key=token.reveal())
    device = RelayerClient("http://relayer", session=session)
    signed = [
        device.sign_contribution(
            account, words=[word], label="apple", trainer="hunch", deadline=house.deadline
        )
        for word in ("red", "fruit", "sweet")
    ]
    assert game.config()["allowance"]["quota"]["limit"] == house.settings.key_quota
    assert game.submit(signed[0])["status"] == "queued"
    text = ticket(house, token, player=account.address)
    assert device.submit(signed[1], play_ticket=text)["status"] == "queued"
    with pytest.raises(NotAdmittedError, match="ticket-used-up"):
        device.submit(signed[2], play_ticket=text)
    with pytest.raises(NotAdmittedError, match="bad-key"):
        RelayerClient("http://relayer", session=session, key="house_x").config()
