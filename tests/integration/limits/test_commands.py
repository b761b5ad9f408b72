"""The operator's commands, on the store that a running house works with."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from relayer.limits.breaker import closed
from relayer.limits.gate import moment
from relayer.store.intake_breaker import BreakerRow, BreakerState
from relayer.store.switches import Switch
from tests.chain import Player
from tests.house import DOMAIN, House, assert_problem

PLAYER = Player(1, DOMAIN)


@pytest.fixture(autouse=True)
def real_time(house: House) -> None:
    """The commands read the machine's clock: let the house do so too, roughly."""
    house.clock.advance(2_000_000_000 - house.clock.now())
    house.open_doors()


def call(house: House, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--database", str(house.settings.database)])


def test_pause_and_resume_are_seen_at_once(house: House) -> None:
    body = house.contribution()
    assert call(house, "pause", "intake", "--reason", "a test").exit_code == 0
    assert_problem(house.send(body), 503, "intake-paused")
    assert "goes on" in call(house, "resume", "intake").output
    assert house.send(body).status_code == 202
    assert "was not paused" in call(house, "resume", "intake").output


def test_a_pause_for_a_while_is_stored_with_its_end(house: House) -> None:
    told = call(house, "pause", "sending", "--reason", "fees", "--for", "2h")
    assert told.exit_code == 0
    pause = house.store.switches.pause_of(Switch.SENDING, 0)
    assert pause is not None
    assert pause.resumes_at is not None
    assert f"sending is paused until {moment(pause.resumes_at)}" in told.output
    assert pause.resumes_at == pause.paused_at + 7_200


@pytest.mark.parametrize("text", ["2", "h", "-1h", "0m", "1.5h", "2 h", "1w"])
def test_a_length_of_time_that_is_none_is_refused(house: House, text: str) -> None:
    result = call(house, "pause", "intake", "--reason", "x", f"--for={text}")
    assert result.exit_code == 2
    assert "write 90s, 30m, 12h or 7d" in result.output


def test_resume_closes_the_breaker(house: House) -> None:
    room = house.store.intake_breaker
    room.write(BreakerRow(BreakerState.OPEN, 0, 3_000_000_000, 0))
    assert "goes on" in call(house, "resume", "intake").output
    assert room.read().state is closed(0).state


def test_ban_unban_and_bans_know_a_player_in_every_spelling(house: House) -> None:
    assert call(house, "ban", PLAYER.address.lower(), "--reason", "floods").exit_code == 0
    assert_problem(house.send(house.contribution(PLAYER)), 403, "banned")
    (ban,) = json.loads(call(house, "bans", "--json").output)
    assert (ban["subject"], ban["reason"], ban["expires_at"]) == (PLAYER.address, "floods", None)
    assert PLAYER.address in call(house, "bans").output
    assert "let in again" in call(house, "unban", "0x" + PLAYER.address[2:].upper()).output
    assert "was not banned" in call(house, "unban", PLAYER.address).output
    assert "nobody is banned" in call(house, "bans").output


@pytest.mark.parametrize(
    "arguments",
    [("pause", "intake", "--reason", "x"), ("resume", "intake"), ("bans",), ("unban", "192.0.2.1")],
)
def test_a_store_that_does_not_exist_is_not_made(house: House, arguments: tuple[str, ...]) -> None:
    missing = house.settings.database.with_name("missing.db")
    result = CliRunner().invoke(main, [*arguments, "--database", str(missing)])
    assert result.exit_code == 1
    assert "there is no database" in result.output
    assert not missing.exists()


def test_status_names_a_sponsor_that_does_not_pay_this_relayer(house: House) -> None:
    house.open_doors(relayer_allowed=False)
    told = call(house, "status")
    assert told.exit_code == 1
    assert "the sponsor lets none of the signers spend" in told.output
    house.open_doors()
    assert "in the way" not in call(house, "status").output


def test_status_tells_what_stands_still(house: House) -> None:
    call(house, "pause", "intake", "--reason", "we move house")
    call(house, "pause", "sending", "--reason", "fees are high")
    state = json.loads(call(house, "status", "--json").output)
    assert not state["accepting"]
    assert "we move house" in state["intake"]
    assert state["in_the_way"] == state["intake"]
    assert state["sending"] == "paused: fees are high"
