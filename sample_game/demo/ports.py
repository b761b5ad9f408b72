"""Ports of the demo: fixed ones to open in a browser, or free ones for a run that nobody visits."""

import socket
from dataclasses import dataclass

from sample_game.demo.errors import PortTakenError

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """Where the three addresses listen, all on the loopback interface."""

    game: int = 8000
    relayer: int = 8080
    chain: int = 8545

    @property
    def game_url(self) -> str:
        """Root address of the game."""
        return f"http://{HOST}:{self.game}"

    @property
    def relayer_url(self) -> str:
        """Root address of the relayer's HTTP API."""
        return f"http://{HOST}:{self.relayer}"

    @property
    def chain_url(self) -> str:
        """Address of the chain's JSON-RPC."""
        return f"http://{HOST}:{self.chain}"


def free_ports() -> Ports:
    """Three ports that are free now."""
    with _listening(0) as game, _listening(0) as relayer, _listening(0) as chain:
        return Ports(*(taken.getsockname()[1] for taken in (game, relayer, chain)))


def require_free(ports: Ports) -> None:
    """Check that nothing listens on the ports yet.

    Raises:
        PortTakenError: the message says how to choose another port.
    """
    for name, port in (("game", ports.game), ("relayer", ports.relayer), ("chain", ports.chain)):
        try:
            _listening(port).close()
        except OSError as error:
            raise PortTakenError(
                f"Port {port}, wanted for the {name}, is taken by another program: stop that "
                f"program, or choose another port with `make demo {name.upper()}_PORT={port + 1}`."
            ) from error


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A port whose last connections still linger is free; servers bind it the same way.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
