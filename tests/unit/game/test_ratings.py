"""One tap after a round: was the machine's guess good?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.game.conftest import Table
from tests.unit.game.test_retention import KEEP_DAYS, count, pass_days


def rate(table: Table, round_: dict[str, Any], is_good: object) -> Any:
    return table.game.post("/api/ratings", json={"token": round_["token"], "is_good": is_good})


def test_answers_are_added_up_by_deck_and_told_with_its_marks(table: Table) -> None:
    rounds = [table.player().start(kind) for kind in ("guess", "clue", "guess")]
    for round_ in rounds[:2]:
        assert rate(table, round_, True).status_code == 200
    told = rate(table, rounds[2], False).get_json()
    assert told == table.game.get("/api/marks").get_json()["ratings"] == {"good": 2, "count": 3}
    others = table.game.get("/api/marks?deck=animals").get_json()["ratings"]
    assert others == {"good": 0, "count": 0}


def test_a_second_answer_for_a_round_takes_the_place_of_the_first(table: Table) -> None:
    round_ = table.player().start("guess")
    rate(table, round_, True)
    assert rate(table, round_, False).get_json() == {"good": 0, "count": 1}


@pytest.mark.parametrize("answer", [None, "yes", 1, 0, [], {}])
def test_an_answer_is_yes_or_no(table: Table, answer: object) -> None:
    refused = rate(table, table.player().start("guess"), answer)
    assert (refused.status_code, refused.get_json()["code"]) == (400, "malformed-request")


def test_a_made_up_round_is_not_rated(table: Table) -> None:
    assert rate(table, {"token": "made.1.up"}, True).get_json()["code"] == "round-not-found"


def test_answers_go_with_their_rounds(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    table.game.post("/api/guesses", json={"token": round_["token"], "give_up": True})
    rate(table, round_, True)
    pass_days(table, KEEP_DAYS - 1)
    assert count(table.store, "ratings") == 1
    pass_days(table, 2)
    assert count(table.store, "ratings") == 0
