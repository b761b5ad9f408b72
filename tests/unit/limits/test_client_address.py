"""Whose word about addresses counts, and whose does not."""

from __future__ import annotations

import pytest

from relayer.errors import SettingsError
from relayer.limits.client_address import TrustedProxies

PEER, CLIENT, LIAR = "192.0.2.10", "198.51.100.7", "203.0.113.66"


@pytest.mark.parametrize(
    ("trusted", "peer", "header", "network"),
    [
        ((), PEER, None, PEER),
        ((), PEER, CLIENT, PEER),
        ((LIAR,), PEER, CLIENT, PEER),
        ((PEER,), PEER, CLIENT, CLIENT),
        (("192.0.2.0/24",), PEER, CLIENT, CLIENT),
        ((PEER,), "::ffff:192.0.2.10", CLIENT, CLIENT),
        ((PEER,), PEER, f"{LIAR}, {CLIENT}", CLIENT),
        ((PEER, "10.0.0.0/8"), PEER, f"{LIAR}, {CLIENT}, 10.1.2.3", CLIENT),
        ((PEER,), PEER, f"{CLIENT}:4711", CLIENT),
        ((PEER,), PEER, "[2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
        ((PEER,), PEER, "2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ((PEER,), PEER, "nonsense", PEER),
        ((PEER,), PEER, f"{CLIENT}, nonsense", PEER),
        ((PEER,), PEER, "", PEER),
        ((PEER,), PEER, None, PEER),
        (("unix",), "", CLIENT, CLIENT),
        (("unix",), "", None, "unknown"),
        ((PEER,), "", CLIENT, "unknown"),
        (("unix",), "nonsense", CLIENT, "unknown"),
    ],
)
def test_a_forwarded_address_counts_as_far_as_its_proxies_are_trusted(
    trusted: tuple[str, ...], peer: str, header: str | None, network: str
) -> None:
    assert TrustedProxies(trusted).client_network(peer, header) == network


@pytest.mark.parametrize("entry", ["proxy.example", "10.0.0.0/33", "*", ""])
def test_a_trusted_proxy_that_is_no_address_is_a_mistake(entry: str) -> None:
    with pytest.raises(SettingsError, match="trusted_proxies"):
        TrustedProxies((entry,))
