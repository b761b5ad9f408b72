"""One spelling for everybody, whatever somebody writes."""

from __future__ import annotations

import pytest

from relayer.errors import SettingsError
from relayer.limits.names import read_subject

PLAYER = "0x52908400098527886E0F7030069857D2E4169EE7"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (PLAYER, PLAYER),
        (PLAYER.lower(), PLAYER),
        ("0x" + PLAYER[2:].upper(), PLAYER),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_every_spelling_has_one_name(written: str, name: str) -> None:
    assert read_subject(written) == name


@pytest.mark.parametrize(
    "written", ["", "0x12", PLAYER + "0", "192.0.2", "192.0.2.7/8", "house", "2001:db8::/32"]
)
def test_what_is_neither_player_nor_address_is_refused(written: str) -> None:
    with pytest.raises(SettingsError, match="neither"):
        read_subject(written)
