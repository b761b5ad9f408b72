"""The small parts of the demo: terminal, weather, commands, plan."""

import io
import os
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NoReturn

import pytest

from relayer.chain.errors import NodeUnreachableError
from relayer.chain.node import Node
from relayer.deploy import GamifiedPlan, SelfAssessmentPlan, load_plan
from sample_game.demo import services
from sample_game.demo.errors import ProcessFailedError, ToolMissingError
from sample_game.demo.keys import give_key
from sample_game.demo.live import LedgerReader, line_now
from sample_game.demo.plan import (
    FORFEIT_WAIT_S,
    LAPSE_WAIT_S,
    REFUND_WAIT_S,
    VALIDATIONS_WAIT_S,
    DemoPlan,
    deploy_plan_toml,
)
from sample_game.demo.ports import Ports
from sample_game.demo.terminal import PREFIX, Terminal
from sample_game.demo.weather import HIGHEST_BASE_FEE_WEI, LOWEST_BASE_FEE_WEI, Weather


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def make_plan(contributions: int | None = None) -> DemoPlan:
    ports = Ports(game=1, relayer=2, chain=3)
    return DemoPlan(Path("demo"), ports, contributions=contributions)


def test_line_is_refreshed_in_place_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = FakeTerminal()
    terminal = Terminal(stream)
    terminal.refresh("one")
    terminal.refresh("two")
    terminal.say("three")
    assert stream.getvalue() == (f"\r\033[K{PREFIX}one\r\033[K{PREFIX}two\n{PREFIX}three\n")


def test_refreshed_line_never_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    stream = FakeTerminal()
    Terminal(stream).refresh("x" * 200)
    assert len(stream.getvalue().removeprefix("\r\033[K")) < 40


def test_plain_lines_go_to_a_file() -> None:
    stream = io.StringIO()
    terminal = Terminal(stream)
    terminal.refresh("one")
    terminal.refresh("two")
    assert stream.getvalue() == f"{PREFIX}one\n{PREFIX}two\n"


def test_base_fee_stays_realistic_and_moves_like_a_real_one() -> None:
    weather = Weather(Node("http://127.0.0.1:1"), Random(1), 1.0)
    fees = [weather.next_base_fee_wei() for _ in range(2_000)]
    assert min(fees) >= LOWEST_BASE_FEE_WEI
    assert max(fees) <= HIGHEST_BASE_FEE_WEI
    assert len(set(fees)) > 100
    assert all(abs(b - a) * 8 <= a for a, b in pairwise(fees))


def test_weather_that_never_began_can_be_stopped() -> None:
    Weather(Node("http://127.0.0.1:1"), Random(1), 1.0).stop()


def test_services_are_those_of_the_procfile() -> None:
    assert services.procfile_commands() == {
        "web": ["relayer", "web"],
        "worker": ["relayer", "work"],
        "game": ["python", "-m", "sample_game"],
    }


def test_settings_of_the_callers_shell_do_not_leak_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RELAYER_SPONSOR", "GAME_SECRET", "SPONSOR_PASSWORD"):
        monkeypatch.setenv(name, "foreign")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    environment = services.environment(make_plan())
    assert "foreign" not in environment.values()
    assert environment["LANG"] == "en_GB.UTF-8"
    assert environment["RELAYER_RPC_URL"] == "http://127.0.0.1:3"
    assert environment["GAME_RELAYER_URL"] == "http://127.0.0.1:2"


def test_the_demo_s_relayer_takes_nothing_without_a_key() -> None:
    plan = make_plan()
    environment = services.environment(plan)
    assert environment["RELAYER_ADMISSION"] == "keys"
    assert environment["GAME_RELAYER_KEY_FILE"] == str(plan.game_key)
    assert str(plan.players_key) in services.players_command(plan)


def test_missing_chain_program_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ANVIL", Path("/nowhere/anvil"))
    with pytest.raises(ToolMissingError, match=r"needs anvil.*scripts/setup-node.*Node\.js 20"):
        services.chain_command(make_plan())


def test_a_key_that_takes_too_long_is_one_clear_sentence(tmp_path: Path) -> None:
    relayer = tmp_path / "relayer"
    relayer.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    relayer.chmod(0o700)
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.defpath}"}
    with pytest.raises(ProcessFailedError, match=r"not done within 0\.05 s.*start the demo again"):
        give_key(tmp_path / "key", "Hunch", ("submit",), environment, within_s=0.05)
    assert not (tmp_path / "key").exists()


def test_players_stop_only_when_told_how_many_contributions() -> None:
    assert "--contributions" not in services.players_command(make_plan())
    assert services.players_command(make_plan(contributions=9))[-2:] == ["--contributions", "9"]


def test_plan_in_which_players_confirm_each_other_is_one_that_the_relayer_takes(
    tmp_path: Path,
) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(deploy_plan_toml("gamified"), encoding="utf-8")
    trainer, *others = load_plan(file).trainers
    assert all(other.mechanism == trainer.mechanism for other in others)
    assert isinstance(trainer.mechanism, GamifiedPlan)
    # what waits for others is brought before it lapses
    assert VALIDATIONS_WAIT_S < trainer.mechanism.lapse_wait_s == LAPSE_WAIT_S
    waits = services.environment(replace(make_plan(), mechanism="gamified"))
    assert waits["RELAYER_SETTLE_MAX_DELAY_S"] == str(VALIDATIONS_WAIT_S)


def test_plan_for_the_deployment_is_one_that_the_relayer_takes(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(deploy_plan_toml(), encoding="utf-8")
    plan = load_plan(file)
    trainer, *others = plan.trainers
    assert (trainer.name, len(trainer.labels)) == ("Hunch", 32)
    assert {other.name: len(other.labels) for other in others} == {
        f"Hunch {name}": 64 for name in ("animals", "food", "home", "places")
    }
    assert isinstance(trainer.mechanism, SelfAssessmentPlan)
    assert trainer.mechanism.refund_wait_s == REFUND_WAIT_S
    assert trainer.mechanism.forfeit_wait_s == FORFEIT_WAIT_S < 60
    assert tomllib.loads(deploy_plan_toml())["tank"]["deposit_wei"] == str(10 * 10**18)


def test_a_chain_that_is_slow_to_answer_ends_no_demo() -> None:
    class Slow(LedgerReader):
        def __init__(self) -> None:
            self.unbalanced_blocks = []

        def read(self, node: Node) -> NoReturn:
            raise NodeUnreachableError("eth_call: the node's answer did not end in time.")

    assert "slow to answer" in line_now(Slow(), Node("http://127.0.0.1:1"))
