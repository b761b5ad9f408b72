"""What no person does is noted, what two names bring each other is capped, the operator sees."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from relayer.clock import ManualClock
from sample_game.__main__ import main
from sample_game.fair_play.exchange import (
    NETWORK_POINTS_A_DAY,
    PAIR_POINTS_A_DAY,
    SHARED_WITHIN_S,
    may_exchange,
)
from sample_game.fair_play.pace import SECONDS_PER_DAY, day_of, fastest_guess_s
from sample_game.fair_play.sightings import Sightings
from sample_game.fair_play.suspects import (
    CAPPED_FROM,
    ENDLESS_FROM,
    FAST_FROM,
    HELD_BACK_FROM,
    HUNTING_FROM,
    ONE_GUESSER_FROM,
    suspects,
)
from sample_game.fair_play.upkeep import KEPT_DAYS
from sample_game.store import GameStore, Round
from sample_game.store.delegations import StoredDelegation
from tests.unit.game.conftest import Player, Table
from tests.unit.game.test_exclusions import upkeep

CLUES = ["glade", "hermit", "quartz"]
POINTS = 5


def address(number: int) -> str:
    return f"0x{number:040x}"


@dataclass
class Notes:
    """A game's memory, and the hands of the clock."""

    store: GameStore
    clock: ManualClock = field(default_factory=ManualClock)
    rounds: int = 0

    @property
    def now(self) -> float:
        return self.clock.now()

    def exchange(self, author: str, guesser: str) -> bool:
        """A right guess from an author's clues; returns whether it brought something."""
        self.rounds += 1
        won = Round(f"r{self.rounds}", "guess", "starter", 0, guesser, 1, 1, None, False, 0)
        return may_exchange(self.store, won, author, POINTS, self.now)

    def together(self, *players: str) -> None:
        """Lets players be seen on one network."""
        for player in players:
            self.store.exchanges.seen(player, "cafe", self.now, has_signed=True)

    def reasons(self, player: str) -> list[str]:
        """What speaks against a player."""
        found = suspects(self.store, day_of(self.now) - 6)
        return [reason for one in found if one.player == player for reason in one.reasons]


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(GameStore(tmp_path / "hunch.db"))


def win(table: Table, player: Player, word: str) -> dict[str, object]:
    round_ = player.start("guess")
    assert round_["given_by"] == "player"
    return dict(player.guess(round_, word).get_json())


def test_a_pair_may_bring_each_other_so_much_a_day_in_both_directions(notes: Notes) -> None:
    one, other, third = address(1), address(2), address(3)
    most = PAIR_POINTS_A_DAY // POINTS
    pairs = [(one, other), (other, one)] * most
    assert sum(notes.exchange(*pair) for pair in pairs) == most
    assert notes.exchange(one, third), "others still bring something"
    notes.clock.advance(SECONDS_PER_DAY)
    assert notes.exchange(one, other), "and so do the two on the next day"


def test_players_seen_on_one_network_share_a_cap_and_others_do_not(notes: Notes) -> None:
    names = [address(number) for number in range(1, 30)]
    notes.together(*names)
    pairs = [(author, guesser) for author in names for guesser in names if author != guesser]
    assert sum(notes.exchange(*pair) for pair in pairs) == NETWORK_POINTS_A_DAY // POINTS
    assert notes.exchange(names[0], address(99))
    notes.clock.advance(SHARED_WITHIN_S + SECONDS_PER_DAY)
    strangers = pairs[: NETWORK_POINTS_A_DAY // POINTS + 1]
    assert all(notes.exchange(*pair) for pair in strangers), "they have moved apart"


def test_a_stranger_cannot_put_honest_players_on_a_network_of_its_own(table: Table) -> None:
    author, guesser = table.player(), table.player()
    far = {"REMOTE_ADDR": "198.51.100.9"}
    stranger = table.player()
    for named in (author, guesser):
        body = {"kind": "guess", **stranger.proven(player=named.address)}
        assert table.game.post("/api/rounds", json=body, environ_base=far).status_code == 403
    assert table.store.exchanges.shared_network(guesser.address, author.address, since=0) is None
    for player in (author, guesser):
        body = {"kind": "guess", **player.proven()}
        assert table.game.post("/api/rounds", json=body, environ_base=far).status_code == 201
    exchanges, pair = table.store.exchanges, (author.address, guesser.address)
    assert exchanges.shared_network(*pair, since=0) is None
    made_up = {**author.signed_clues(author.start("clue"), CLUES), "signature": "0x" + "1" * 130}
    assert table.game.post("/api/clues", json=made_up, environ_base=far).status_code != 202
    assert exchanges.shared_network(*pair, since=0) is None
    signed = author.signed_clues(author.start("clue"), CLUES)
    assert table.game.post("/api/clues", json=signed, environ_base=far).status_code == 202
    assert exchanges.shared_network(*pair, since=0) is not None, "there it was the author itself"


def test_a_capped_guess_is_right_but_brings_and_confirms_nothing(table: Table) -> None:
    author, guesser = table.player(), table.player()
    for number in range(PAIR_POINTS_A_DAY // POINTS):
        round_ = author.start("clue")
        author.give(author.signed_clues(round_, [f"glade{'abcdefgh'[number]}", *CLUES[1:]]))
        assert win(table, guesser, round_["word"])["is_capped"] is False
    before = (author.score(), guesser.score())
    round_ = author.start("clue")
    author.give(author.signed_clues(round_, CLUES))
    result = win(table, guesser, round_["word"])
    assert (result["outcome"], result["points"], result["is_capped"]) == ("right", 0, True)
    assert (result["confirms_a_player"], result["contribution_number"]) == (False, None)
    assert (author.score(), guesser.score()) == (before[0] + 1, before[1]), "one for the clues"


def test_keys_of_one_wallet_bring_each_other_nothing(table: Table) -> None:
    author, guesser, now = table.player(), table.player(), int(table.clock.now())
    for player in (author, guesser):
        times = {"accepted_at": now, "expires_at": now + 9_999, "ends_at": now + 9_999}
        table.store.delegations.add(
            StoredDelegation(
                id=player.address,
                wallet=address(7),
                session_key=player.address,
                contribution_limit=9,
                contributions=0,
                revoked_at=None,
                **times,
            )
        )
    round_ = author.start("clue")
    author.give(author.signed_clues(round_, CLUES))
    result = win(table, guesser, round_["word"])
    assert (result["points"], result["confirms_a_player"]) == (0, False)


def test_answers_faster_than_a_person_can_read_are_counted_and_not_stopped(table: Table) -> None:
    author, fast, slow = table.player(), table.player(), table.player()
    round_ = author.start("clue")
    table.clock.advance(10)
    author.give(author.signed_clues(round_, CLUES))
    assert win(table, fast, round_["word"])["outcome"] == "right"
    dealt = slow.start("guess")
    table.clock.advance(fastest_guess_s(1))
    slow.guess(dealt, round_["word"])
    paces = {row.player: row for row in table.store.paces.since(day_of(table.clock.now()))}
    assert (paces[fast.address].answered, paces[fast.address].fast) == (1, 1)
    assert (paces[slow.address].answered, paces[slow.address].fast) == (1, 0)
    assert paces[author.address].fast == 0


def test_clues_given_faster_than_anybody_types_are_counted_once(table: Table) -> None:
    author = table.player()
    request = author.signed_clues(author.start("clue"), CLUES)
    for _ in range(2):
        assert author.give(request).status_code == 202
    (pace,) = table.store.paces.since(day_of(table.clock.now()))
    assert (pace.dealt, pace.answered, pace.fast) == (1, 1, 1)


def test_who_is_fast_all_day_is_named_and_who_is_lucky_now_and_then_is_not(notes: Notes) -> None:
    day = day_of(notes.now)
    for number in range(FAST_FROM * 4):
        notes.store.paces.answered(address(1), day, is_fast=True)
        notes.store.paces.answered(address(2), day, is_fast=number % 4 == 0)
    assert "faster than a person" in notes.reasons(address(1))[0]
    assert notes.reasons(address(2)) == []


def test_who_throws_rounds_away_until_a_certain_one_comes_is_named(notes: Notes) -> None:
    day = day_of(notes.now)
    for number in range(HUNTING_FROM):
        notes.store.paces.dealt(f"a{number}", address(1), day, notes.now)
        notes.store.paces.dealt(f"b{number}", address(2), day, notes.now)
        if number % 2:
            notes.store.paces.answered(address(2), day, is_fast=False)
    assert "looks for certain rounds" in notes.reasons(address(1))[0]
    assert notes.reasons(address(2)) == []


def test_who_plays_all_day_without_a_break_is_named(notes: Notes) -> None:
    with notes.store.transaction():
        for number in range(ENDLESS_FROM):
            notes.store.paces.answered(address(1), day_of(notes.now) - number % 2, is_fast=False)
            notes.store.paces.answered(address(2), day_of(notes.now), is_fast=False)
    assert notes.reasons(address(1)) == []
    assert notes.reasons(address(2)) == [
        "1000 rounds were answered on one day: plays without a break."
    ]


def test_who_was_often_held_back_by_the_limits_is_named(notes: Notes) -> None:
    sightings = Sightings(notes.store, notes.clock)
    sightings.seen(address(1), "home")
    for _ in range(HELD_BACK_FROM):
        assert notes.reasons(address(1)) == []
        for _ in range(50):
            sightings.held_back(address(1), "home")
            sightings.held_back(address(2), "home")  # a name that was never seen there
        notes.clock.advance(60)
    assert "held it back in 5 minutes" in notes.reasons(address(1))[0]
    assert notes.reasons(address(2)) == []


def test_a_pair_that_goes_on_beyond_its_cap_is_named_with_its_network(notes: Notes) -> None:
    one, other = address(1), address(2)
    notes.together(one, other)
    for _ in range(PAIR_POINTS_A_DAY // POINTS + CAPPED_FROM):
        notes.exchange(one, other)
    for name, partner in ((one, other), (other, one)):
        assert f"{CAPPED_FROM} right guesses with {partner} were beyond" in notes.reasons(name)[0]
        assert "both were seen on one network" in notes.reasons(name)[0]


def test_an_author_whom_only_one_player_understands_is_named(notes: Notes) -> None:
    one, other = address(1), address(2)
    for number in range(ONE_GUESSER_FROM):
        notes.exchange(one, other)
        notes.exchange(address(3), address(100 + number))
        if number % 4 == 3:
            notes.clock.advance(SECONDS_PER_DAY)
    assert f"are {other}'s." in notes.reasons(one)[-1]
    assert notes.reasons(address(3)) == []


def test_the_memory_keeps_no_address_and_forgets_notes_after_a_month(table: Table) -> None:
    table.player().start("guess")
    with table.store.transaction() as connection:
        ((network,),) = connection.execute("SELECT network FROM player_networks").fetchall()
    assert "127.0.0.1" not in network
    table.clock.advance((KEPT_DAYS + 2) * SECONDS_PER_DAY)
    upkeep(table).turn()
    with table.store.transaction() as connection:
        for name in ("player_networks", "paces", "round_starts", "exchanges"):
            assert connection.execute(f"SELECT * FROM {name}").fetchall() == []  # noqa: S608


def test_the_operator_lists_suspects_suspends_and_reinstates(
    notes: Notes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAME_DATABASE", str(tmp_path / "hunch.db"))
    monkeypatch.setattr("sample_game.fair_play.commands.SystemClock", lambda: notes.clock)
    for _ in range(FAST_FROM):
        notes.store.paces.answered(address(1), day_of(notes.now), is_fast=True)
    run = CliRunner().invoke
    assert f"{address(1)}\n    10 of 10 answers" in run(main, ["suspects"]).output
    done = run(main, ["suspend", address(1), "--reason", "a script", "--for", "7d"])
    assert done.exit_code == 0
    (listed,) = json.loads(run(main, ["suspects", "--json"]).output)["suspended"]
    assert (listed["reason"], listed["until_at"]) == ("a script", notes.now + 7 * SECONDS_PER_DAY)
    assert "counts again" in run(main, ["reinstate", address(1)]).output
    assert "was not suspended" in run(main, ["reinstate", address(1)]).output
    assert run(main, ["suspend", "me", "--reason", "x"]).exit_code == 1


def test_commands_about_players_need_a_game_that_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAME_DATABASE", str(tmp_path / "nothing.db"))
    result = CliRunner().invoke(main, ["suspects"])
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "There is no database" in result.output
