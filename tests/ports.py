"""Ports for tests that choose one before a process binds it, or that bind it twice.

A port that the kernel chose (`bind` to port 0) is free again as soon as it is closed: any outgoing
connection and any other `bind` to port 0 may take it. These ports lie where the kernel never
chooses, and each is reserved for one test process until that process ends.
"""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from sample_game.demo.ports import HOST, Ports

#: What the kernel takes ports from for outgoing connections and for port 0.
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
#: Where to look; Chromium refuses some of the ports below.
FIRST, LAST = 20_000, 65_535

#: One socket for each port that this process has reserved; they close when it ends.
_reservations: list[socket.socket] = []


def reserve_port() -> int:
    """A port that nobody listens on and that nobody else gets before this process ends.

    Raises:
        AssertionError: there is none left.
    """
    for port in _candidates():
        if _reserve(port) and _is_free(port):
            return port
    raise AssertionError(f"no port from {FIRST} to {LAST} is left")


def reserve_demo_ports() -> Ports:
    """Three such ports, for a demo."""
    return Ports(game=reserve_port(), relayer=reserve_port(), chain=reserve_port())


def _candidates() -> list[int]:
    low, high = map(int, EPHEMERAL.read_text("ascii").split())
    ports = range(FIRST, LAST + 1)
    # a machine that keeps nothing apart has to do with what tests keep apart among themselves
    return [port for port in ports if not low <= port <= high] or list(ports)


def _reserve(port: int) -> bool:
    """Whether the port is ours now: a name that one process of this network can hold at a time."""
    reservation = socket.socket(socket.AF_UNIX)
    try:
        reservation.bind(f"\0on-the-house-test-port-{port}")
    except OSError as error:
        reservation.close()
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    _reservations.append(reservation)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # a port whose last connections still linger is free; servers bind it the same way
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
