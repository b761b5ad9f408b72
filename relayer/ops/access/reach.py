"""From where the dashboard can be reached at all, before anybody is asked for a password.

Without the setting ``ops_from`` only a browser on this machine that asks the server directly, and
only where nothing hints at a proxy: behind one, strangers come from this machine as well. With it,
whoever comes from one of its networks; what a trusted proxy says about its client is believed, and
what any other says is not.

The name in the header Host must be one of the house's own. A page of a stranger may have its own
name point to this machine, and would read the dashboard through its visitor's browser.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from relayer.errors import SettingsError
from relayer.limits.client_address import TrustedProxies
from relayer.metrics.access import OF_PROXIES, is_loopback
from relayer.settings import Settings


class Reach:
    """Tells who may reach the dashboard; safe to share between threads.

    Args:
        settings: the effective ones.

    Raises:
        SettingsError: ``ops_from`` or ``trusted_proxies`` holds what is no network.
    """

    def __init__(self, settings: Settings) -> None:
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._networks = [_network(entry) for entry in settings.ops_from]
        url = urlsplit(settings.ops_url or settings.public_url or "")
        self._name = url.hostname
        self._is_https = url.scheme == "https"
        self._serves_this_machine = (
            is_loopback(settings.host)
            and settings.public_url is None
            and not settings.trusted_proxies
        )

    def is_open(self, peer: str | None, headers: Headers) -> bool:
        """Return whether a request may reach the dashboard.

        Args:
            peer: address at the other end of the connection, if it has one.
            headers: of the request.
        """
        return self._knows(_host(headers)) and self._comes_from_here(peer, headers)

    def client(self, peer: str | None, headers: Headers) -> str:
        """Return the address that a request comes from, as far as it is known."""
        address = self._proxies.client_address(peer, headers.get("X-Forwarded-For"))
        return "unknown" if address is None else str(address)

    def needs_secure_cookie(self, headers: Headers) -> bool:
        """Return whether the browser may send the cookie back over HTTPS only."""
        return self._is_https and not is_loopback(_host(headers))

    def _comes_from_here(self, peer: str | None, headers: Headers) -> bool:
        through_proxy = any(name in headers for name in OF_PROXIES)
        if not self._networks:
            is_here = is_loopback(peer) and is_loopback(_host(headers))
            return self._serves_this_machine and is_here and not through_proxy
        if through_proxy and not self._proxies.trusts(peer):
            return False
        address = self._proxies.client_address(peer, headers.get("X-Forwarded-For"))
        return address is not None and any(address in network for network in self._networks)

    def _knows(self, host: str | None) -> bool:
        """Whether a name is the house's own; an address cannot be made to point elsewhere."""
        return host is not None and (host == self._name or is_loopback(host) or _is_address(host))


def _host(headers: Headers) -> str | None:
    try:
        return urlsplit(f"//{headers.get('Host', '')}").hostname
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _network(entry: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        raise SettingsError(
            f"ops_from holds {entry!r}, which is neither an address nor a network as 10.0.0.0/8"
        ) from None
