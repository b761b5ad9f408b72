import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sample_game.demo.__main__ import main
from sample_game.demo.errors import PortTakenError
from sample_game.demo.ports import HOST, Ports, free_ports, require_free


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_free_ports_are_three_different_ones_that_pass() -> None:
    ports = free_ports()
    assert len({ports.game, ports.relayer, ports.chain}) == 3
    require_free(ports)


def test_taken_port_is_named_with_a_way_out(taken_port: int) -> None:
    free = free_ports()
    with pytest.raises(PortTakenError) as caught:
        require_free(Ports(game=free.game, relayer=taken_port, chain=free.chain))
    message = str(caught.value)
    assert f"Port {taken_port}, wanted for the relayer, is taken" in message
    assert f"make demo RELAYER_PORT={taken_port + 1}" in message
    assert "\n" not in message


def test_one_whole_life_takes_the_ports_that_it_is_given(taken_port: int, tmp_path: Path) -> None:
    where = ["--directory", str(tmp_path / "demo"), "--game-port", str(taken_port)]
    result = CliRunner().invoke(main, ["--oneshot", *where])
    assert result.exit_code == 1
    assert f"Port {taken_port}, wanted for the game, is taken" in result.output


def test_addresses_are_on_the_loopback_interface() -> None:
    ports = Ports(game=1, relayer=2, chain=3)
    assert ports.game_url == "http://127.0.0.1:1"
    assert ports.relayer_url == "http://127.0.0.1:2"
    assert ports.chain_url == "http://127.0.0.1:3"
