"""What `relayer doctor` says about the dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relayer.checkup.dashboard import check_dashboard
from relayer.checkup.machine import check_store
from relayer.settings import Settings
from relayer.store.audit import Deed, Via
from relayer.store.ops_users import Role
from tests.browser_of_operator import add_user
from tests.house import House


def findings(settings: Settings) -> dict[str, str]:
    return {each.check: f"{each.colour}: {each.detail}" for each in check_dashboard(settings)}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "green: only this machine"),
        ({"public_url": "https://house.example"}, "yellow: nobody reaches it"),
        (
            {"ops_from": ("127.0.0.1",), "public_url": "https://house.example"},
            "green: reached from",
        ),
        ({"ops_from": ("0.0.0.0/0",)}, "red: strangers reach it from 0.0.0.0/0"),
        ({"ops_from": ("::/0", "10.0.0.0/8")}, "red: strangers reach it from ::/0"),
        ({"ops_from": ("10.8.0.0/24",)}, "yellow: passwords travel"),
        ({"ops_from": ("10.8.0.0/24",), "ops_url": "https://ops.example"}, "green: reached from"),
        ({"ops_from": ("office",)}, "red: ops_from holds 'office'"),
    ],
)
def test_who_reaches_the_dashboard_is_told(
    tmp_path: Path, settings: dict[str, Any], told: str
) -> None:
    found = findings(Settings(database=tmp_path / "none.db", **settings))
    assert found["dashboard's reach"].startswith(told)


def test_a_dashboard_that_is_switched_off_needs_nobody(tmp_path: Path) -> None:
    found = findings(Settings(database=tmp_path / "none.db", ops=False))
    assert found == {"dashboard": "green: switched off"}


def test_a_dashboard_that_nobody_can_log_in_to_is_told(house: House) -> None:
    assert "nobody can log in" in findings(house.settings)["dashboard"]
    add_user(house, "olga", Role.OPERATOR)
    assert "no admin" in findings(house.settings)["dashboard"]
    add_user(house, "ada", Role.ADMIN)
    assert findings(house.settings)["dashboard"] == "green: 2 users; admins: ada"


def test_an_audit_log_that_was_changed_is_red(house: House) -> None:
    deed = Deed("olga", Via.PAGE, "pause-intake", {}, "because", "paused")
    house.store.audit.append(deed, 1.0)
    assert findings(house.settings)["audit log"].startswith("green: 1 entries")
    with house.store.transaction() as connection:
        connection.execute("DROP TRIGGER audit_entries_stay")
        connection.execute("DELETE FROM audit")
    assert findings(house.settings)["audit log"].startswith("red: the log ends with entry 0")


def test_a_worker_that_beat_while_the_checks_ran_was_seen_just_now(house: House) -> None:
    house.open_doors()
    began_at = house.clock.now() - 12
    told = {each.check: each.detail for each in check_store(house.settings, began_at)}
    assert told["worker"] == "seen 0.0 s ago"
