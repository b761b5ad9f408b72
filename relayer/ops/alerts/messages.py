"""What is written to whom when something happens to an alert."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from relayer.ops.verdicts import Remedy
from relayer.settings import Settings
from relayer.store.alert_messages import Channel, Draft
from relayer.store.alerts import AlertEvent, AlertHappening

#: How a mail begins that tells of it.
_WORDS: Final = {
    AlertEvent.RAISED: "",
    AlertEvent.WORSE: "worse: ",
    AlertEvent.REPEATED: "still: ",
    AlertEvent.CLEARED: "well again: ",
    AlertEvent.TESTED: "test: ",
}
_HOW_IT_ENDS: Final = "Whoever acknowledges it on the page keeps it from being sent again."
_LONGEST_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where messages about alerts go, and where their readers find more."""

    urls: Sequence[str]
    emails: Sequence[str]
    dashboard: str | None  #: address of the dashboard, without a slash at its end
    runbooks: str | None  #: address below which an operator's own runbooks lie

    @classmethod
    def of(cls, settings: Settings) -> Addresses:
        """Read them from the settings."""
        root = settings.ops_url or settings.public_url
        return cls(
            settings.alert_webhook_urls,
            settings.alert_email_to,
            None if root is None else f"{root.rstrip('/')}/ops",
            None if settings.runbooks_url is None else settings.runbooks_url.rstrip("/"),
        )

    def runbook(self, alert: str) -> str:
        """Where the page about an alert is; a path, where nothing says what is before it."""
        below = self.runbooks or f"{self.dashboard or '/ops'}/runbooks"
        return f"{below}/{alert}"


def compose(
    happening: AlertHappening, addresses: Addresses, remedy: Remedy, since: float | None
) -> list[Draft]:
    """Return a message for each target.

    Args:
        happening: what is told.
        addresses: to whom.
        remedy: what would mend it.
        since: when the alert was raised; None: it is not.
    """
    drafts = [
        Draft(
            Channel.WEBHOOK,
            url,
            happening.alert,
            f"alert.{happening.event}",
            _payload(happening, addresses, remedy, since),
        )
        for url in addresses.urls
    ]
    if addresses.emails:
        subject = f"[relayer] {_WORDS[happening.event]}{happening.level} {happening.alert}"
        drafts.append(
            Draft(
                Channel.EMAIL,
                ", ".join(addresses.emails),
                happening.alert,
                f"{subject}: {happening.sentence}"[:_LONGEST_SUBJECT],
                _letter(happening, addresses, remedy, since),
            )
        )
    return drafts


def _payload(
    happening: AlertHappening, addresses: Addresses, remedy: Remedy, since: float | None
) -> str:
    data = {
        "alert": happening.alert,
        "level": happening.level,
        "sentence": happening.sentence,
        "raised_at": None if since is None else _moment(since),
        "action": remedy.action,
        "action_url": _action_url(addresses, remedy),
        "runbook": _runbook(happening, addresses),
    }
    body = {"type": f"alert.{happening.event}", "timestamp": _moment(happening.at), "data": data}
    return json.dumps(body, separators=(",", ":"))


def _letter(
    happening: AlertHappening, addresses: Addresses, remedy: Remedy, since: float | None
) -> str:
    action_url = _action_url(addresses, remedy)
    runbook = _runbook(happening, addresses)
    lines = [
        happening.sentence,
        "",
        f"Alert:   {happening.alert} ({happening.level}, {happening.event})",
        f"At:      {_moment(happening.at)}",
        None if since is None else f"Raised:  {_moment(since)}",
        None if remedy.action is None else f"Action:  {action_url or remedy.action}",
        None if runbook is None else f"Runbook: {runbook}",
        None if addresses.dashboard is None else f"Page:    {addresses.dashboard}/alerts",
        "",
        _HOW_IT_ENDS if runbook is not None else "Nothing is wrong: this only tries the way here.",
    ]
    return "\n".join(line for line in lines if line is not None) + "\n"


def _runbook(happening: AlertHappening, addresses: Addresses) -> str | None:
    """Where its page is; a test has none."""
    is_test = happening.event is AlertEvent.TESTED
    return None if is_test else addresses.runbook(happening.alert)


def _action_url(addresses: Addresses, remedy: Remedy) -> str | None:
    if addresses.dashboard is None or remedy.action is None:
        return None
    query = f"?{urlencode(remedy.arguments)}" if remedy.arguments else ""
    return f"{addresses.dashboard}/actions/{remedy.action}{query}"


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
