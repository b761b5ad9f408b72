"""Alerts as they stand, who is told of them, and what happened before."""

from __future__ import annotations

import re
from typing import Final

from flask import Response, request

from relayer.ops.alerts.hysteresis import RANKS
from relayer.ops.alerts.messages import Addresses
from relayer.ops.mount import OpsMount
from relayer.store.alerts import AlertStanding

#: Lines of history on a page.
PAGE: Final = 50
#: Messages that were given up, as far as they are listed.
MOST_DEAD: Final = 20


class AlertPages:
    """Serves ``/ops/alerts``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/alerts", "alerts", self.show, menu="Alerts")

    def show(self) -> Response:
        """List all alerts, raised ones first, then what happened."""
        store = self._mount.store
        text = request.args.get("before", "")
        before = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
        history = store.alerts.history(PAGE + 1, before)
        more = history[PAGE - 1].sequence if len(history) > PAGE else None
        waiting, dead = store.alert_messages.counts()
        return self._mount.render(
            "alerts.html",
            standings=sorted(store.alerts.all().values(), key=_urgency),
            addresses=Addresses.of(self._mount.settings),
            history=history[:PAGE],
            more=more,
            is_newest=before is None,
            waiting=waiting,
            dead=dead,
            given_up=store.alert_messages.dead(MOST_DEAD),
        )


def _urgency(standing: AlertStanding) -> tuple[bool, int, str]:
    """Raised ones first, then the worst."""
    return not standing.is_raised, -RANKS[standing.level], standing.name
