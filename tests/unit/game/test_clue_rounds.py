from typing import Any

import pytest

from tests.stand_in_relayer import DECK
from tests.unit.game.conftest import Player, Table

CLUES = ["glade", "hermit", "quartz"]


@pytest.fixture
def player(table: Table) -> Player:
    return table.player()


def test_signed_clues_reach_the_relayer_and_earn_a_point(table: Table, player: Player) -> None:
    request = player.signed_clues(player.start("clue"), CLUES)
    answer = player.give(request)
    assert answer.status_code == 202
    assert answer.get_json()["contribution"]["status"] == "queued"
    assert list(table.stand_in.contributions) == [request["id"]]
    assert player.score() == 1


def test_the_status_of_a_contribution_is_passed_on(table: Table, player: Player) -> None:
    request = player.signed_clues(player.start("clue"), CLUES)
    player.give(request)
    table.stand_in.set_status("settled", settlement={"outcome": "refunded"})
    table.hear_news()
    status = table.game.get(f"/api/contributions/{request['id']}").get_json()
    assert (status["status"], status["settlement"]["outcome"]) == ("settled", "refunded")


def test_sending_the_same_signed_clues_again_is_harmless(table: Table, player: Player) -> None:
    request = player.signed_clues(player.start("clue"), CLUES)
    first, second = player.give(request), player.give(request)
    assert first.get_json()["contribution"]["id"] == second.get_json()["contribution"]["id"]
    assert len(table.stand_in.contributions) == player.score() == 1


def test_a_round_takes_only_one_set_of_clues(table: Table, player: Player) -> None:
    round_ = player.start("clue")
    first = player.signed_clues(round_, CLUES)
    second = player.signed_clues(round_, ["gravel", "hermit", "quartz"])
    table.stand_in.refuses_with = "tank-empty"
    player.give(first)
    table.stand_in.refuses_with = None
    # neither while the first ones are under way, nor when they have arrived
    for _ in range(2):
        refused = player.give(second)
        assert (refused.status_code, refused.get_json()["code"]) == (410, "round-over")
        assert player.give(first).status_code == 202
    assert len(table.stand_in.contributions) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"label": 31},
        {"words": ["glade", "hermit", "gravel"]},
        {"words": ["glade", "hermit"]},
    ],
)
def test_signing_something_else_than_the_round_is_refused(
    table: Table, player: Player, change: dict[str, Any]
) -> None:
    round_ = player.start("clue")
    assert round_["label"] != 31, "the seed deals another word"
    answer = player.give(player.signed_clues(round_, CLUES, **change))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "contribution-mismatch")
    assert table.stand_in.contributions == {}


def test_a_round_of_another_player_is_refused(table: Table, player: Player) -> None:
    request = table.player().signed_clues(player.start("clue"), CLUES)
    assert player.give(request).get_json()["code"] == "contribution-mismatch"


def test_clues_signed_for_another_chain_are_refused(table: Table, player: Player) -> None:
    request = player.signed_clues(player.start("clue"), CLUES)
    answer = player.give({**request, "chain_id": request["chain_id"] + 1})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "wrong-chain")
    assert table.stand_in.contributions == {}
    assert player.give(request).status_code == 202


@pytest.mark.parametrize("chain_id", [None, "1", True])
def test_clues_without_the_number_of_a_chain_are_malformed(player: Player, chain_id: Any) -> None:
    request = player.signed_clues(player.start("clue"), CLUES, chain_id=chain_id)
    assert player.give(request).get_json()["code"] == "malformed-request"


def test_a_guess_round_takes_no_clues(player: Player) -> None:
    round_ = {**player.start("guess"), "label": 0}
    assert player.give(player.signed_clues(round_, CLUES)).get_json()["code"] == "round-tampered"


def test_refused_clues_never_reach_the_relayer(table: Table, player: Player) -> None:
    round_ = player.start("clue")
    answer = player.give(player.signed_clues(round_, [round_["word"], *CLUES]))
    assert answer.status_code == 422
    assert answer.get_json()["refusals"][0]["reason"] == "secret-word"
    assert table.stand_in.contributions == {}


def test_an_expired_round_takes_no_clues(table: Table, player: Player) -> None:
    request = player.signed_clues(player.start("clue"), CLUES)
    table.clock.advance(3601)
    assert player.give(request).get_json()["code"] == "round-over"


def test_clues_sent_in_time_may_be_sent_again_after_the_round_expired(
    table: Table, player: Player
) -> None:
    request = player.signed_clues(player.start("clue"), CLUES)
    table.stand_in.refuses_with = "tank-empty"
    refused = player.give(request)
    assert (refused.status_code, refused.get_json()["retryable"]) == (503, True)
    assert refused.get_json()["code"] == "tank-empty"
    assert player.score() == 0
    table.clock.advance(3601)
    table.stand_in.refuses_with = None
    assert player.give(request).status_code == 202
    assert player.score() == 1


def test_a_final_refusal_frees_the_round_for_another_try(table: Table, player: Player) -> None:
    round_ = player.start("clue")
    table.stand_in.refuses_with, table.stand_in.refusal_status = "nonce-conflict", 409
    table.stand_in.refusal_is_retryable = False
    assert player.give(player.signed_clues(round_, CLUES)).get_json()["code"] == "nonce-conflict"
    table.stand_in.refuses_with = None
    assert player.give(player.signed_clues(round_, CLUES)).status_code == 202


def test_a_clue_is_judged_while_it_is_typed(table: Table, player: Player) -> None:
    round_ = player.start("clue")
    body = {"token": round_["token"], "clue": round_["word"], "others": []}
    verdict = table.game.post("/api/clue-checks", json=body).get_json()
    assert (verdict["fine"], verdict["reason"]) == (False, "secret-word")
    verdict = table.game.post("/api/clue-checks", json={**body, "clue": "quartz"}).get_json()
    assert verdict == {"fine": True}


def test_the_page_learns_what_to_sign_from_the_relayer(table: Table) -> None:
    setup = table.game.get("/api/setup").get_json()
    assert setup["eip712"]["domain"]["name"] == "On the House"
    assert setup["max_fee_gwei"] > 0
    assert setup["clues"] == {"least": 3, "most": 5}


def test_the_model_is_handed_out_once_until_it_changes(table: Table) -> None:
    first = table.game.get("/api/model")
    assert first.get_json()["labels"] == DECK
    again = table.game.get("/api/model", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    table.stand_in.teach()
    table.clock.advance(3)
    changed = table.game.get("/api/model", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_points_on_the_record_stand_beside_those_of_the_game(table: Table, player: Player) -> None:
    table.stand_in.points = 4
    standing = table.game.get(f"/api/players/{player.address}").get_json()
    assert standing["score"] == 0
    assert standing["record"] == {"points": 4, "badges": None, "next_nonce": 0}
    assert standing["wallet"] is standing["excluded"] is None
