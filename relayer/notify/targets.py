"""Where messages may go: public addresses only, looked up once and then kept to.

A receiver's URL is chosen by somebody else. Without these rules it could point into the house's
own network (server-side request forgery), at first or after it was checked (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from relayer.errors import RelayerError

MAX_URL_LENGTH: Final = 2_000
_HTTPS_PORT, _HTTP_PORT = 443, 80
#: Below, ports belong to services that could take a request for something else.
_FIRST_FREE_PORT: Final = 1_024
#: What IANA has given to single hosts on the open internet. Of the rest some is in use inside of
#: networks, as site-local addresses still are.
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
#: Networks of IPv6 that stand for IPv4 addresses (6to4 and Teredo), or for examples.
_REFUSED_IPV6: Final = tuple(map(ipaddress.IPv6Network, ("2002::/16", "2001::/32", "3fff::/20")))
#: Networks of IPv4 that clouds use inside: protocol assignments (Oracle's metadata service is among
#: them), Azure's agent, and relays to 6to4. Python counts parts of them as public.
_REFUSED_IPV4: Final = tuple(
    map(ipaddress.IPv4Network, ("192.0.0.0/24", "168.63.129.16/32", "192.88.99.0/24"))
)

Resolve = Callable[[str, int], Sequence[str]]


class TargetError(RelayerError):
    """Messages may not go there."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL whose host has been looked up."""

    scheme: str
    host: str  #: as the URL names it: for the certificate and the header Host
    port: int
    path: str  #: with the query
    address: str  #: the one to connect to


class TargetRules:
    """Reads URLs and looks their hosts up.

    Args:
        private_allowed: whether private addresses and plain HTTP are allowed; for development.
        resolve: returns the addresses of a host.
    """

    def __init__(self, private_allowed: bool, resolve: Resolve | None = None) -> None:
        self._private_allowed = private_allowed
        self._resolve = resolve or resolve_host

    def check(self, url: str) -> None:
        """Check the form of a URL; nothing is looked up.

        Raises:
            TargetError: messages may never go there.
        """
        _, host, _, _ = self._parts(url)
        literal = _literal(host)
        if literal is not None:
            self._check_address(literal)

    def locate(self, url: str) -> Target:
        """Look a URL's host up.

        Raises:
            TargetError: messages may not go there, or the host has no address.
        """
        scheme, host, port, path = self._parts(url)
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise TargetError(f"the host {host} cannot be looked up: {error}") from error
        if not addresses:
            raise TargetError(f"the host {host} has no address")
        # One private address among them would do: all must be public.
        for address in addresses:
            self._check_address(ipaddress.ip_address(address))
        return Target(scheme, host, port, path, addresses[0])

    def _parts(self, url: str) -> tuple[str, str, int, str]:
        if len(url) > MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
            raise TargetError(
                f"the URL must be printable ASCII without spaces, at most {MAX_URL_LENGTH} long"
            )
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise TargetError(f"the URL cannot be read: {error}") from error
        if parts.scheme not in (("https", "http") if self._private_allowed else ("https",)):
            raise TargetError("the URL must begin with https://")
        if not parts.hostname or parts.username is not None or parts.fragment:
            raise TargetError("the URL must name a host, no user and no fragment")
        port = port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)
        if port < _FIRST_FREE_PORT and port not in (_HTTPS_PORT, _HTTP_PORT):
            raise TargetError(f"port {port} is not allowed: use 443 or one from 1024 on")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return parts.scheme, parts.hostname, port, path

    def _check_address(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        if not self._private_allowed and not is_public(address):
            raise TargetError(f"{address} is not a public address")


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the open internet, and of one host alone."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        is_refused = address not in _UNICAST or any(address in each for each in _REFUSED_IPV6)
    else:
        is_refused = any(address in each for each in _REFUSED_IPV4)
    is_plain = not is_refused and not address.is_multicast and not address.is_reserved
    return is_plain and address.is_global


def resolve_host(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which to try them.

    Raises:
        OSError: it has none, or no name server answers.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A scope, as in fe80::1%eth0, names an interface of this machine: cut it off, look at the rest.
    return [str(address[4][0]).partition("%")[0] for address in found]


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
