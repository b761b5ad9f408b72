"""Right guesses as validations: what may be signed, by whom, and that nothing waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stand_in_relayer import DECK
from tests.unit.game.conftest import Player, Table

NUMBER = 775
CLUES = ["whiskers", "purr", "kitten"]


def with_clues_on_the_record(table: Table, takes_validations: bool = True, **facts: Any) -> Player:
    """A player whose clues are confirmed, in a house whose players confirm each other."""
    table.stand_in.takes_validations = takes_validations
    author = table.player()
    round_ = author.start("clue")
    answer = author.give(author.signed_clues(round_, CLUES))
    assert answer.status_code == 202, answer.text
    table.stand_in.set_status("confirmed", **{"contribution_number": NUMBER, **facts})
    table.hear_news()
    return author


def contributor(table: Table, status: str = "mined") -> Player:
    """A player whose clues for another word have come so far."""
    player = table.player()
    request = player.signed_clues(player.start("clue"), ["gravel", "granite", "pebble"])
    assert player.give(request).status_code == 202
    table.stand_in.contributions[request["id"]]["status"] = status
    table.hear_news()
    return player


def win(table: Table, player: Player) -> tuple[dict[str, Any], dict[str, Any]]:
    """Win a guess round from the clues that are on the record."""
    round_ = player.start("guess")
    assert round_["given_by"] == "player"
    known = next(iter(table.stand_in.contributions.values()))
    result = player.guess(round_, DECK[known["label"]]).get_json()
    assert result["outcome"] == "right"
    return round_, result


def signed(player: Player, round_: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    """A signed validation as the page sends it; overrides replace parts of the contribution."""
    trainer = player.relayer.config()["trainers"][0]["address"]
    contribution = {"trainer": trainer, "contribution_number": NUMBER, **overrides}
    request = player.relayer.sign_validation(player.account, contribution)
    return {"token": round_["token"], "id": request.id, **request.as_json()}


def test_right_guess_tells_what_to_sign_and_the_house_gets_it(table: Table) -> None:
    with_clues_on_the_record(table)
    player = contributor(table)
    round_, result = win(table, player)
    assert result["contribution_number"] == NUMBER
    answer = player.game.post("/api/validations", json=signed(player, round_))
    assert answer.status_code == 202, answer.text
    (validation,) = table.stand_in.validations.values()
    assert validation["validator"].lower() == player.address
    assert validation["contribution"] == NUMBER
    assert answer.get_json()["validation"]["id"] == validation["id"]


def test_sending_a_validation_again_is_harmless(table: Table) -> None:
    with_clues_on_the_record(table)
    player = table.player()
    round_, _ = win(table, player)
    request = signed(player, round_)
    for _ in range(2):
        assert player.game.post("/api/validations", json=request).status_code == 202
    assert len(table.stand_in.validations) == 1


def test_house_without_validations_gives_nothing_to_sign(table: Table) -> None:
    with_clues_on_the_record(table, takes_validations=False)
    player = contributor(table)
    round_, result = win(table, player)
    assert result["confirms_a_player"]
    assert result["contribution_number"] is None
    answer = player.game.post("/api/validations", json=signed(player, round_))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "contribution-mismatch")
    assert table.stand_in.validations == {}


@pytest.mark.parametrize("status", ["queued", "sent", "mined", "settled", "failed"])
def test_clues_that_cannot_be_confirmed_now_are_not_offered(table: Table, status: str) -> None:
    with_clues_on_the_record(table)
    table.stand_in.set_status(status)
    table.hear_news()
    _, result = win(table, contributor(table))
    assert result["contribution_number"] is None


@pytest.mark.parametrize("status", [None, "queued", "sent", "failed"])
def test_who_has_nothing_on_the_record_is_not_asked_for_what_the_house_would_refuse(
    table: Table, status: str | None
) -> None:
    with_clues_on_the_record(table)
    player = table.player() if status is None else contributor(table, status)
    _, result = win(table, player)
    assert (result["confirms_a_player"], result["points"]) == (True, 3), "in the game it counts"
    assert result["contribution_number"] is None


def test_clues_in_another_deck_are_not_for_the_same_model(table: Table) -> None:
    with_clues_on_the_record(table)
    player = contributor(table)
    with table.store.transaction() as connection:
        connection.execute("UPDATE clue_sets SET deck = 'food' WHERE player = ?", [player.address])
    assert win(table, player)[1]["contribution_number"] is None


def test_house_s_own_clues_confirm_nobody(table: Table) -> None:
    table.stand_in.takes_validations = True
    player = table.player()
    round_ = player.start("guess")
    assert round_["given_by"] == "house"
    answer = player.game.post("/api/validations", json=signed(player, round_))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "contribution-mismatch")


def test_nobody_signs_without_having_found_the_word(table: Table) -> None:
    with_clues_on_the_record(table)
    player = table.player()
    round_ = player.start("guess")
    for ending in ({"guess": ""}, {"give_up": True}):
        player.game.post("/api/guesses", json={"token": round_["token"], **ending})
    answer = player.game.post("/api/validations", json=signed(player, round_))
    assert answer.status_code == 422
    assert table.stand_in.validations == {}


def test_another_contribution_or_another_player_is_refused(table: Table) -> None:
    with_clues_on_the_record(table)
    player, stranger = table.player(), table.player()
    round_, _ = win(table, player)
    for request in (
        signed(player, round_, contribution_number=NUMBER + 1),
        signed(stranger, round_),
    ):
        answer = player.game.post("/api/validations", json=request)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "contribution-mismatch")
    assert table.stand_in.validations == {}


def test_refusal_of_the_house_reaches_the_page_with_its_code(table: Table) -> None:
    with_clues_on_the_record(table)
    player = table.player()
    round_, _ = win(table, player)
    table.stand_in.refuses_with = "never-contributed"
    table.stand_in.refusal_status, table.stand_in.refusal_is_retryable = 422, False
    answer = player.game.post("/api/validations", json=signed(player, round_))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "never-contributed")


@pytest.mark.parametrize(("outcome", "word"), [("refunded", "validated"), ("forfeited", "lapsed")])
def test_settled_clues_are_told_in_the_words_of_the_mechanism(
    table: Table, outcome: str, word: str
) -> None:
    with_clues_on_the_record(table)
    table.stand_in.set_status("settled", settlement={"outcome": outcome})
    table.hear_news()
    (contribution_id,) = table.stand_in.contributions
    shown = table.game.get(f"/api/contributions/{contribution_id}").get_json()
    assert shown["settlement"]["outcome"] == word
