"""Settings of alerts that do not go together are refused with the remedy."""

from __future__ import annotations

from typing import Any

import pytest

from relayer.errors import SettingsError
from relayer.settings import Secret, Settings

MAIL: dict[str, Any] = {"smtp_host": "mail.example", "smtp_from": "ops@house.example"}
GOOD = Secret("whsec_" + "A" * 43 + "=")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"alert_level": "yellow"}, "must be 'amber' or 'red'"),
        ({"smtp_security": "ssl"}, "must be 'starttls', 'tls' or 'none'"),
        ({"alert_webhook_urls": ("https://a.example",)}, "needs RELAYER_ALERT_WEBHOOK_SECRET"),
        ({"alert_webhook_secret": Secret("whsec_abc")}, "has not the form whsec_"),
        ({"alert_webhook_secret": Secret("whsec_QUJD")}, "has not the form whsec_"),
        ({"alert_email_to": ("olga@house.example",)}, "needs smtp_host and smtp_from"),
        ({**MAIL, "smtp_user": "relayer"}, "go together"),
        (
            {**MAIL, "smtp_user": "a", "smtp_password": Secret("b"), "smtp_security": "none"},
            "in the clear",
        ),
        ({"treasury_address": "0x" + "ab" * 20}, "mixed-case spelling"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings(**given)


def test_settings_that_can_work_are_taken() -> None:
    Settings(alert_webhook_urls=("https://a.example",), alert_webhook_secret=GOOD)
    Settings(alert_email_to=("olga@house.example",), **MAIL)
