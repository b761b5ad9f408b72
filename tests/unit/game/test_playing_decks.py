"""Each deck is played by itself: its words, its players' clues, its machine."""

from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from relayer.client import RelayerClient
from sample_game.app import create_app
from sample_game.errors import SettingsError
from sample_game.settings import GameSettings
from tests.stand_in_relayer import DECKS, STARTER, TRAINER, trainer_of
from tests.unit.game.conftest import Player, Table

ANIMALS = DECKS["animals"]
CLUES = ["zoo", "wild", "creature"]


@pytest.fixture
def decks(table: Table) -> Table:
    """A table whose house keeps a machine for two decks."""
    table.stand_in.decks = (STARTER.name, ANIMALS.name)
    return table


def give_clues(player: Player, deck: str, clues: list[str] = CLUES, **parts: Any) -> Any:
    round_ = player.start("clue", deck=deck)
    return round_, player.give(player.signed_clues(round_, clues, **parts))


def test_a_deck_deals_its_own_words_and_says_which_deck_it_is(decks: Table) -> None:
    round_ = decks.player().start("clue", deck="animals")
    assert round_["deck"] == "animals"
    assert ANIMALS.words[round_["label"]] == round_["word"]
    assert decks.player().start("clue")["deck"] == STARTER.name


def test_clues_for_a_deck_go_to_its_own_trainer(decks: Table) -> None:
    assert decks.game.get("/api/setup?deck=animals").get_json()["trainer"] == trainer_of("animals")
    _, taken = give_clues(decks.player(), "animals")
    assert taken.status_code == 202, taken.text


def test_clues_that_were_signed_for_another_decks_trainer_are_refused(decks: Table) -> None:
    _, refused = give_clues(decks.player(), "animals", trainer=TRAINER)
    assert refused.get_json()["code"] == "contribution-mismatch"
    assert decks.stand_in.contributions == {}


def test_players_clues_are_guessed_from_in_their_own_deck_only(decks: Table) -> None:
    given, _ = give_clues(decks.player(), "animals")
    assert decks.player().start("guess")["given_by"] == "house"
    guesser = decks.player()
    dealt = guesser.start("guess", deck="animals")
    assert (dealt["given_by"], dealt["clues"]) == ("player", CLUES[:1])
    assert guesser.guess(dealt, given["word"]).get_json()["outcome"] == "right"


def test_a_word_of_another_deck_costs_no_clue(decks: Table) -> None:
    player = decks.player()
    only_here = next(word for word in STARTER.words if word not in ANIMALS.words)
    result = player.guess(player.start("guess", deck="animals"), only_here).get_json()
    assert (result["outcome"], len(result["clues"])) == ("unknown", 1)


def test_each_deck_hands_out_a_machine_of_its_own(decks: Table) -> None:
    models = [decks.game.get(f"/api/model?deck={name}").get_json() for name in decks.stand_in.decks]
    assert [len(model["labels"]) for model in models] == [32, 64]
    assert decks.game.get("/api/model").get_json()["labels"] == list(STARTER.words)


def test_points_on_the_record_of_all_decks_count_and_those_of_other_games_do_not(
    decks: Table,
) -> None:
    decks.stand_in.points = 4
    decks.stand_in.more_points = {trainer_of("animals"): 3, f"0x{'99' * 20}": 70}
    player = decks.player()
    assert decks.game.get(f"/api/players/{player.address}").get_json()["record"]["points"] == 7


@pytest.mark.parametrize("path", ["/api/setup?deck=colours", "/api/model?deck=colours"])
def test_a_deck_that_does_not_exist_is_not_found(table: Table, path: str) -> None:
    answer = table.game.get(path)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown-deck")


def test_a_house_without_a_machine_for_a_deck_says_so_and_the_others_go_on(table: Table) -> None:
    missing = table.game.get("/api/setup?deck=animals").get_json()
    assert (missing["code"], missing["retryable"]) == ("no-trainer", True)
    assert table.game.get("/api/setup").status_code == 200


def test_a_round_of_a_deck_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    settings = GameSettings(database=tmp_path / "hunch.db", relayer_url="http://127.0.0.1:9")
    game = create_app(settings).test_client()
    dealt = Player(game, RelayerClient(settings.relayer_url), Account.create()).start(
        "guess", deck="food"
    )
    kept = tmp_path / "decks"
    kept.mkdir()
    (kept / "starter.json").write_bytes((settings.decks / "starter.json").read_bytes())
    later = create_app(GameSettings(**{**vars(settings), "decks": kept})).test_client()
    body = {"token": dealt["token"], "guess": "soup"}
    assert later.post("/api/guesses", json=body).get_json()["code"] == "round-not-found"


def test_a_trainer_can_be_named_for_a_deck() -> None:
    address = f"0x{'Ab' * 20}"
    chosen = GameSettings(trainers=f"animals={address}, food={address}").trainer_by_deck
    assert chosen == {"animals": address.lower(), "food": address.lower()}


@pytest.mark.parametrize("trainers", ["animals", "animals=0x12", f"0x{'ab' * 20}"])
def test_trainers_of_another_form_are_refused(trainers: str) -> None:
    with pytest.raises(SettingsError, match="DECK=ADDRESS"):
        GameSettings(trainers=trainers)


def test_a_trainer_for_a_deck_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    settings = GameSettings(
        database=tmp_path / "hunch.db",
        relayer_url="http://127.0.0.1:9",
        trainers=f"colours=0x{'ab' * 20}",
    )
    with pytest.raises(SettingsError, match="colours"):
        create_app(settings)


def test_prices_that_the_house_learns_late_are_asked_for_at_once(table: Table) -> None:
    table.stand_in.max_fee_gwei = None
    assert table.game.get("/api/setup").status_code == 503
    assert table.game.get("/api/decks").status_code == 200, "the terms without prices are kept"
    table.stand_in.max_fee_gwei = 7
    assert table.game.get("/api/setup").get_json()["max_fee_gwei"] == 7
