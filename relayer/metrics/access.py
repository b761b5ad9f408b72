"""Who may read the metrics: they tell balances and habits, and are nothing for strangers.

With the setting ``metrics_token`` whoever sends it. Without it only a program on this machine that
asks the server directly, and only where nothing hints at a proxy: behind one, strangers come from
this machine as well.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from relayer.settings import Settings

#: Any of these in a request: it has come through a proxy.
OF_PROXIES: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def may_read(settings: Settings, peer: str | None, headers: Headers) -> bool:
    """Return whether a request may be told the metrics.

    Args:
        settings: the token, and what they tell about a proxy.
        peer: address at the other end of the connection.
        headers: of the request.
    """
    if settings.metrics_token is not None:
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        wanted = settings.metrics_token.reveal()
        is_right = hmac.compare_digest(given.strip().encode(), wanted.encode())
        return bool(wanted) and scheme.lower() == "bearer" and is_right
    serves_this_machine = is_loopback(settings.host) and settings.public_url is None
    return (
        serves_this_machine
        and not settings.trusted_proxies
        and not any(name in headers for name in OF_PROXIES)
        and is_loopback(peer)
        # A page of a stranger may have its own name point to this machine.
        and is_loopback(urlsplit(f"//{headers.get('Host', '')}").hostname)
    )


def is_loopback(host: str | None) -> bool:
    """Return whether a name or an address is this machine's own for itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
