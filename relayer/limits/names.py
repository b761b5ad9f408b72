"""The names that bans and quotas go by: players' addresses and networks, each in one spelling."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from eth_utils.address import to_checksum_address

from relayer.errors import SettingsError

#: Bits of an IPv6 address that tell one customer from another; the rest is theirs to choose.
CUSTOMER_BITS = 64

_PLAYER = re.compile(r"0x[0-9a-fA-F]{40}")


def network_of(address: IPv4Address | IPv6Address) -> str:
    """Return the network that an address counts with.

    An IPv4 address stands for itself, also when it is written as IPv6; of an IPv6 address the
    first 64 bits count.
    """
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is None:
            bare = int(address)  # without the zone of a link-local address
            return str(IPv6Network((bare, CUSTOMER_BITS), strict=False))
        return str(mapped)
    return str(address)


def read_subject(text: str) -> str:
    """Return a player's address or a network as bans spell it.

    Raises:
        SettingsError: the text is neither.
    """
    if _PLAYER.fullmatch(text):
        return str(to_checksum_address(text))
    try:
        return network_of(ip_address(text.removesuffix(f"/{CUSTOMER_BITS}")))
    except ValueError:
        raise SettingsError(
            f"{text!r} is neither a player's address (0x and 40 hexadecimal digits) nor an IP "
            "address"
        ) from None
