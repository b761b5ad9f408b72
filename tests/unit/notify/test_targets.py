"""Messages go to public addresses only, whatever name stands before them."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.notify.targets import TargetError, TargetRules, is_public

PRIVATE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::127.0.0.1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2001:20::1",
    "3fff::1",
    "5f00::1",
    "fec0::1",
    "::ffff:0:127.0.0.1",
    "192.0.0.8",
    "192.0.0.192",
    "168.63.129.16",
]
PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"]


def rules(*addresses: str, private: bool = False) -> TargetRules:
    return TargetRules(private, lambda host, port: list(addresses))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_of_a_private_address_is_refused(address: str) -> None:
    with pytest.raises(TargetError, match="not a public address"):
        rules(address).locate("https://game.example/hook")


@pytest.mark.parametrize("address", PRIVATE)
def test_one_private_address_among_public_ones_is_enough(address: str) -> None:
    with pytest.raises(TargetError, match="not a public address"):
        rules(PUBLIC[0], address).locate("https://game.example/hook")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_kept_to(address: str) -> None:
    target = rules(address).locate("https://game.example:8443/hook?a=1")
    assert (target.host, target.port, target.path) == ("game.example", 8443, "/hook?a=1")
    assert target.address == address


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_when_it_is_written_down(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(TargetError, match="not a public address"):
        rules().check(f"https://{host}/hook")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://game.example/",
        "ftp://game.example/",
        "file:///etc/passwd",
        "//game.example/",
        "https://",
        "https:///hook",
        "https://user@game.example/",
        "https://user:word@game.example/",
        "https://game.example/#part",
        "https://game.example:22/",
        "https://game.example:25/",
        "https://game.example:99999/",
        "https://game.example:port/",
        "https://[::1/",
        "https://game.example/a b",
        "https://game.example/\r\nX: y",
        "https://g\u00e4me.example/",
        "https://game.example/" + "a" * 2_000,
    ],
)
def test_an_odd_url_is_refused(url: str) -> None:
    with pytest.raises(TargetError):
        rules(PUBLIC[0]).check(url)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost"])
def test_other_spellings_of_this_machine_are_found_when_they_are_looked_up(host: str) -> None:
    with pytest.raises(TargetError):
        TargetRules(private_allowed=False).locate(f"https://{host}/")


def test_a_host_without_address_is_refused() -> None:
    with pytest.raises(TargetError, match="has no address"):
        rules().locate("https://game.example/")


def test_development_may_use_this_machine_over_http() -> None:
    target = rules("127.0.0.1", private=True).locate("http://localhost:9000/")
    assert (target.scheme, target.address, target.port) == ("http", "127.0.0.1", 9000)


def test_nothing_beside_the_unicast_part_of_ipv6_is_public() -> None:
    outside = [ipaddress.IPv6Address(first << 112 | 1) for first in range(0, 0x10000, 16)]
    assert {str(a) for a in outside if is_public(a)} <= {
        str(a) for a in outside if a in ipaddress.IPv6Network("2000::/3")
    }


@given(st.ip_addresses())
def test_no_public_address_belongs_to_a_network_of_ones_own(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address):
        address = getattr(address, "ipv4_mapped", None) or address
        kinds = ("private", "loopback", "link_local", "multicast", "unspecified", "reserved")
        assert [kind for kind in kinds if getattr(address, f"is_{kind}")] == []


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_it_stands_for(
    address: ipaddress.IPv4Address,
) -> None:
    assert is_public(ipaddress.IPv6Address(f"::ffff:{address}")) == is_public(address)
