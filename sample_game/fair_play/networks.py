"""Which network a request comes from, and how the game remembers that without an address."""

import hashlib
import hmac
from dataclasses import dataclass

from relayer.limits.client_address import TrustedProxies


@dataclass(frozen=True)
class Networks:
    """Names networks: an IPv4 address, or the first 64 bits of an IPv6 address.

    Args:
        proxies: whose `X-Forwarded-For` counts.
        key: of the game; without it nobody learns the address from a tag.
    """

    proxies: TrustedProxies
    key: bytes

    def tag(self, peer: str | None, forwarded_for: str | None) -> str:
        """Return what stands for a network in memory and store: a keyed hash of its name."""
        name = self.proxies.client_network(peer, forwarded_for)
        return hmac.digest(self.key, f"network {name}".encode(), hashlib.sha256).hex()[:16]
