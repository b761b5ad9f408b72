"""A game that speaks to the house with its key."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from relayer.limits import KeyToken
from relayer.notify.notifier import Notifier
from relayer.notify.targets import TargetRules
from tests.house import House


class Game:
    """A backend with a key."""

    def __init__(self, house: House, token: KeyToken) -> None:
        self.house = house
        self.token = token

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        """Send a request with the key."""
        return self.house.http.open(
            f"/v1/{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.token.reveal()}"},
        )

    def add_webhook(self, url: str, **more: Any) -> dict[str, Any]:
        """A webhook of the game, with its secret."""
        response = self.call("POST", "webhooks", {"url": url, **more})
        assert response.status_code == 201, response.get_data(as_text=True)
        shown: dict[str, Any] = response.get_json()
        return shown

    def contribute(self, **overrides: Any) -> str:
        """A contribution that came with the key; its id."""
        response = self.call("POST", "contributions", self.house.contribution(**overrides))
        assert response.status_code == 202, response.get_data(as_text=True)
        return str(response.get_json()["id"])

    def fail(self, contribution_id: str) -> None:
        """Let a contribution end as the worker would."""
        now = self.house.clock.now()
        assert self.house.store.contributions.fail_queued(contribution_id, "unfit", None, now)

    def notifier(self, **overrides: Any) -> Notifier:
        """What delivers the messages."""
        return Notifier(
            self.house.store, TargetRules(private_allowed=True), self.house.clock, **overrides
        )

    def messages(self, webhook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        """What became of a webhook's messages, newest first."""
        answer = self.call("GET", f"webhooks/{webhook['id']}/messages{query}").get_json()
        rows: list[dict[str, Any]] = answer["messages"]
        return rows
