"""The address that a request really comes from, when proxies stand in between.

``X-Forwarded-For`` is a list that every proxy appends to, and that anybody may begin. So it is
read from its end, and only as far as the addresses that appended to it are trusted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from relayer.errors import SettingsError
from relayer.limits.names import network_of

#: The network of everybody whose address is not known: they share one quota.
UNKNOWN = "unknown"
#: Names a peer without an address, on a socket in the file system, among the trusted proxies.
UNIX = "unix"

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](:\d+)?|(?P<four>[^:]+):\d+")

Address = IPv4Address | IPv6Address


class TrustedProxies:
    """The proxies whose word counts.

    Args:
        entries: addresses, networks, or ``unix``.

    Raises:
        SettingsError: an entry is none of these.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        self._unix = UNIX in entries
        self._networks: list[IPv4Network | IPv6Network] = []
        for entry in entries:
            try:
                self._networks += [] if entry == UNIX else [ip_network(entry, strict=False)]
            except ValueError:
                raise SettingsError(
                    f"trusted_proxies holds {entry!r}, which is neither an address nor a network "
                    f"as 10.0.0.0/8, nor {UNIX!r}"
                ) from None

    def client_network(self, peer: str | None, forwarded_for: str | None) -> str:
        """Return the network of the client.

        Args:
            peer: address at the other end of the connection, if it has one.
            forwarded_for: the header, if there is one.
        """
        if forwarded_for is None and peer:
            return _network_of_peer(peer)
        address = self.client_address(peer, forwarded_for)
        return UNKNOWN if address is None else network_of(address)

    def client_address(self, peer: str | None, forwarded_for: str | None) -> Address | None:
        """Return the address of the client, an IPv4 one never written as IPv6; None: not known.

        Args:
            peer: address at the other end of the connection, if it has one.
            forwarded_for: the header, if there is one.
        """
        address = _parse(peer or "")
        if address is None and (peer or not self._unix):
            return None
        for entry in reversed((forwarded_for or "").split(",")):
            claimed = _parse(entry)
            if claimed is None or not self._trusts(address):
                break
            address = claimed
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return mapped or address

    def trusts(self, peer: str | None) -> bool:
        """Return whether the word of who is at the other end of the connection counts."""
        address = _parse(peer or "")
        return (address is not None or not peer) and self._trusts(address)

    def _trusts(self, address: Address | None) -> bool:
        if address is None:
            return self._unix
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return any((mapped or address) in network for network in self._networks)


@lru_cache(maxsize=1024)
def _network_of_peer(peer: str) -> str:
    """The network at the other end of a connection: the same few, again and again."""
    address = _parse(peer)
    return UNKNOWN if address is None else network_of(address)


def _parse(text: str) -> Address | None:
    bare = text.strip()
    match = _WITH_PORT.fullmatch(bare)
    if match is not None:
        bare = match["six"] or match["four"]
    try:
        return ip_address(bare)
    except ValueError:
        return None
