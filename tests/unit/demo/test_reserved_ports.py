"""Ports that tests choose before a process binds them."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sample_game.demo.ports import HOST, require_free
from tests import ports
from tests.ports import reserve_demo_ports, reserve_port

REPOSITORY = Path(__file__).parents[3]


def test_no_outgoing_connection_takes_a_reserved_port() -> None:
    low, high = map(int, ports.EPHEMERAL.read_text().split())
    assert not low <= reserve_port() <= high


def test_two_processes_never_get_the_same_port() -> None:
    mine = {reserve_port() for _ in range(4)}
    command = "from tests.ports import reserve_port; print(*(reserve_port() for _ in range(4)))"
    words = subprocess.check_output([sys.executable, "-c", command], cwd=REPOSITORY).split()
    theirs = set(map(int, words))
    assert len(mine) == len(theirs) == 4
    assert not mine & theirs


def test_a_port_on_which_somebody_listens_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = reserve_port()
    with socket.create_server((HOST, taken)):
        ports._reservations.pop().close()
        monkeypatch.setattr(ports, "FIRST", taken)
        assert reserve_port() > taken


def test_nothing_left_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = reserve_port()
    monkeypatch.setattr(ports, "FIRST", taken)
    monkeypatch.setattr(ports, "LAST", taken)
    with pytest.raises(AssertionError, match=f"no port from {taken} to {taken}"):
        reserve_port()


def test_a_machine_that_keeps_no_ports_apart_has_ports_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "range").write_text("1024\t65535\n")
    monkeypatch.setattr(ports, "EPHEMERAL", tmp_path / "range")
    assert ports.FIRST <= reserve_port() <= ports.LAST


def test_a_demo_gets_three_that_are_free() -> None:
    demo = reserve_demo_ports()
    assert len({demo.game, demo.relayer, demo.chain}) == 3
    require_free(demo)
