"""Routes of relayed withdrawals."""

from __future__ import annotations

from flask import Response

from relayer.api import resources
from relayer.api.mount import Mount
from relayer.api.requests import read_body
from relayer.api.responses import json_response
from relayer.refusals import NotFound


class WithdrawalRoutes:
    """Serves ``/v1/withdrawals``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        mount.route("/v1/withdrawals", POST=self.send)
        mount.route("/v1/withdrawals/<withdrawal_id>", GET=self.show)

    def send(self) -> Response:
        """Accept a signed withdrawal."""
        body = read_body(self._service.settings.max_body_bytes)
        outcome = self._service.counter.withdrawals.submit(body)
        shown = resources.withdrawal(self._service.store, outcome.withdrawal, self._mount.base())
        location = {"Location": shown["links"]["self"]}
        return json_response(shown, 202 if outcome.is_new else 200, location)

    def show(self, withdrawal_id: str) -> Response:
        """Show one withdrawal."""
        row = self._service.store.withdrawals.get(withdrawal_id.lower())
        if row is None:
            raise NotFound(
                f"There is no withdrawal {withdrawal_id[:70]}. The id is the EIP-712 digest that "
                "POST /v1/withdrawals returned."
            )
        return json_response(resources.withdrawal(self._service.store, row, self._mount.base()))
