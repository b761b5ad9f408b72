"""Which contributions simulated players say yes to."""

from __future__ import annotations

from typing import Any

import pytest

from relayer.client.signing import SignedRequest
from relayer.models.features import encode_words
from sample_game.simulated_players.clue_book import ClueBook
from sample_game.simulated_players.confirming import CONFIRMED_PER_TURN, Confirming
from sample_game.simulated_players.players import make_players

LABELS = ["moon", "river"]
BOOK = ClueBook(
    {
        "moon": {"night": 3, "tide": 2, "orbit": 1},
        "river": {"water": 3, "bank": 2, "flow": 1},
    }
)
TRAINER = "0xtrainer"
PLAYERS = make_players(6, 1)
HONEST, OTHER, LIAR = PLAYERS[0], PLAYERS[1], PLAYERS[5]


def contribution(number: int, label: int = 0, author: str = "0xa", **facts: Any) -> dict[str, Any]:
    words = ["night", "tide", "orbit"]
    fields = {
        "id": f"0x{number:064x}",
        "contribution_number": number,
        "label": label,
        "player": author,
        "trainer": TRAINER,
        "sample": f"0x{encode_words(words).hex()}",
    }
    return fields | facts


class ClientOfTheTest:
    """Shows contributions, and notes what is signed for."""

    def __init__(self, *contributions: dict[str, Any]) -> None:
        self.shown = list(contributions)
        self.signed_for: list[tuple[str, int]] = []

    def contributions(self, *, status: str) -> Any:
        assert status == "confirmed"
        return iter(self.shown)

    def sign_validation(self, account: Any, shown: dict[str, Any]) -> SignedRequest:
        number = shown["contribution_number"]
        self.signed_for.append((account.address, number))
        return SignedRequest(shown["id"], {}, "0x", 1)

    def submit_validations(self, signed: list[SignedRequest]) -> list[dict[str, Any]]:
        return [{"id": request.id} for request in signed]


def confirming(client: ClientOfTheTest, **mechanism: Any) -> Confirming:
    rules = {"takes_validations": True, "distinct_validators": 1} | mechanism
    trainer = {"address": TRAINER, "labels": LABELS, "mechanism": rules}
    return Confirming(client, BOOK, trainer)  # type: ignore[arg-type]


def test_clues_that_fit_their_word_are_confirmed_and_others_are_not() -> None:
    client = ClientOfTheTest(contribution(1, label=0), contribution(2, label=1, author="0xb"))
    assert confirming(client).confirm(HONEST) == 1
    assert client.signed_for == [(HONEST.address, 1)]


def test_clues_of_another_deck_are_left_alone() -> None:
    client = ClientOfTheTest(contribution(1, trainer="0xanother"))
    assert confirming(client).confirm(HONEST) == 0


@pytest.mark.parametrize("player", [LIAR, HONEST])
def test_liars_and_houses_without_validations_sign_nothing(player: Any) -> None:
    client = ClientOfTheTest(contribution(1))
    desk = confirming(client, takes_validations=player is LIAR)
    assert desk.confirm(player) == 0
    assert client.signed_for == []


def test_nobody_signs_for_own_clues_nor_for_what_was_signed_for() -> None:
    client = ClientOfTheTest(contribution(1, author=HONEST.address))
    desk = confirming(client)
    assert [desk.confirm(HONEST), desk.confirm(OTHER), desk.confirm(OTHER)] == [0, 1, 0]


def test_same_author_is_left_to_others_before_the_same_player_confirms_again() -> None:
    client = ClientOfTheTest(*(contribution(number) for number in range(1, 5)))
    desk = confirming(client)
    assert [desk.confirm(HONEST), desk.confirm(HONEST), desk.confirm(OTHER)] == [1, 0, 1]
    assert desk.confirm(HONEST) == 1


def test_one_turn_confirms_a_handful() -> None:
    crowd = [contribution(number, author=f"0x{number}") for number in range(1, 20)]
    assert confirming(ClientOfTheTest(*crowd)).confirm(HONEST) == CONFIRMED_PER_TURN
