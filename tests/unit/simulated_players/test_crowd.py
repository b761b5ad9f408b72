from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from relayer.clock import ManualClock
from sample_game.simulated_players.clue_book import ClueBook, load_clue_book
from sample_game.simulated_players.crowd import (
    REFUSALS_IN_A_ROW,
    CrowdRefusedError,
    Journal,
    Pace,
    play,
    turns,
)
from sample_game.simulated_players.players import SimulatedPlayer, make_players
from sample_game.simulated_players.ways_to_play import Submission

WORDS = ["moon", "piano", "river", "train"]


class ScriptedWay:
    """A way to play that notes who played, and refuses when told to."""

    def __init__(self, refusal: str | None = None) -> None:
        self.refusal = refusal
        self.played: list[str] = []

    def play(self, player: SimulatedPlayer) -> Submission:
        self.played.append(player.address)
        accepted = None if self.refusal else f"0x{len(self.played):064x}"
        return Submission(player.address, "game", player.lies, 0, accepted, self.refusal)


def let_play(
    players: list[SimulatedPlayer],
    contributions: int,
    game: ScriptedWay,
    own_client: ScriptedWay,
    per_second: float = 2.0,
    clock: ManualClock | None = None,
) -> list[Submission]:
    done: list[Submission] = []
    play(
        players,
        game,
        own_client,
        contributions=contributions,
        pace=Pace(per_second),
        random=Random(5),
        clock=clock or ManualClock(),
        done=done.append,
    )
    return done


def test_same_seed_makes_the_same_players() -> None:
    first, second = ([p.address for p in make_players(24, seed)] for seed in (3, 3))
    assert first == second
    assert len(set(first)) == 24


def test_another_seed_makes_other_players() -> None:
    first, second = ({p.address for p in make_players(24, seed)} for seed in (3, 4))
    assert first.isdisjoint(second)


def test_one_player_in_six_lies() -> None:
    assert sum(player.lies for player in make_players(24, 1)) == 4


def test_some_liars_and_some_honest_players_use_each_way_to_play() -> None:
    kinds = Counter((player.lies, player.has_own_client) for player in make_players(24, 1))
    assert set(kinds) == {(True, True), (True, False), (False, True), (False, False)}


def test_honest_player_gives_clues_for_the_secret_word() -> None:
    book = load_clue_book(WORDS)
    honest = next(player for player in make_players(6, 1) if not player.lies)
    for _ in range(30):
        assert set(honest.clues_for("moon", WORDS, book)) <= set(book.mentions["moon"])


def test_liar_gives_clues_for_random_words() -> None:
    book = load_clue_book(WORDS)
    liar = next(player for player in make_players(6, 1) if player.lies)
    about_the_moon = sum(
        set(liar.clues_for("moon", WORDS, book)) <= set(book.mentions["moon"]) for _ in range(200)
    )
    assert 20 < about_the_moon < 90


def test_liar_still_keeps_the_rules_of_the_round() -> None:
    book = ClueBook({"lion": dict.fromkeys(("cat", "mane", "roar", "pride"), 1)})
    for seed in range(20):
        assert "cat" not in book.draw("lion", Random(seed), secret="cat")


def test_everybody_has_a_turn_before_anybody_has_another() -> None:
    players = make_players(8, 1)
    laps = list(islice(turns(players, Random(1)), 24))
    for lap in range(3):
        assert {p.address for p in laps[8 * lap : 8 * lap + 8]} == {p.address for p in players}


def test_crowd_stops_after_enough_accepted_contributions() -> None:
    game, own_client = ScriptedWay(), ScriptedWay()
    done = let_play(make_players(6, 1), 20, game, own_client)
    assert len(done) == 20
    assert len(game.played) + len(own_client.played) == 20


def test_players_with_a_client_of_their_own_use_it() -> None:
    players = make_players(6, 1)
    game, own_client = ScriptedWay(), ScriptedWay()
    let_play(players, 12, game, own_client)
    assert set(own_client.played) == {p.address for p in players if p.has_own_client}
    assert set(game.played) == {p.address for p in players if not p.has_own_client}


def test_turns_come_at_the_wanted_pace_on_average() -> None:
    clock = ManualClock(1_000.0)
    let_play(make_players(6, 1), 400, ScriptedWay(), ScriptedWay(), per_second=4.0, clock=clock)
    assert 90 <= clock.now() - 1_000.0 <= 110


def test_crowd_gives_up_when_the_house_refuses_everything() -> None:
    game, own_client = ScriptedWay("tank-empty"), ScriptedWay("tank-empty")
    with pytest.raises(CrowdRefusedError, match="tank-empty"):
        let_play(make_players(6, 1), 1_000, game, own_client)
    assert len(game.played) + len(own_client.played) == REFUSALS_IN_A_ROW


def test_journal_gives_back_what_was_added(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "players.jsonl")
    assert journal.read() == []
    accepted = Submission("0xa", "game", False, 3, "0x01")
    refused = Submission("0xb", "client", True, 4, None, "tank-empty")
    for submission in (accepted, refused):
        journal.add(submission)
    assert journal.read() == [accepted, refused]
