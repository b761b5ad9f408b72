"""Routes of relayed withdrawals."""

from __future__ import annotations

from flask import Response

from relayer.api import forms, parameters, resources
from relayer.api.callers import caller
from relayer.api.idempotency import note_whole
from relayer.api.mount import Mount
from relayer.api.operations import RATE_LIMITS, Answer, Operation, View
from relayer.api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from relayer.api.refused import WITHDRAWALS_REFUSED
from relayer.api.requests import (
    read_account,
    read_body,
    read_count,
    read_cursor,
    read_seconds,
    read_status,
    write_cursor,
)
from relayer.api.responses import json_response
from relayer.api.waiting import MAX_WAIT_S
from relayer.intake.schemas import WithdrawalRequest
from relayer.refusals import NotFound
from relayer.store.statuses import WithdrawalStatus
from relayer.store.withdrawals import Withdrawal

_LIST = "withdrawals"


class WithdrawalRoutes:
    """Serves ``/v1/withdrawals``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        mount.route("/v1/withdrawals", POST=_sending(self.send), GET=_paging(self.page))
        mount.route("/v1/withdrawals/<withdrawal_id>", GET=_showing(self.show))

    def send(self) -> Response:
        """Accept a signed withdrawal."""
        body = read_body(self._service.settings.max_body_bytes)
        sender = caller(self._service)
        outcome = self._service.counter.withdrawals.submit(body, sender)
        note_whole([outcome])
        shown = self._shown(outcome.withdrawal)
        headers = {"Location": shown["links"]["self"]}
        if outcome.allowances is not None:
            headers |= outcome.allowances.rate_limits({outcome.withdrawal.player}, sender)
        return json_response(shown, 202 if outcome.is_new else 200, headers)

    def page(self) -> Response:
        """List withdrawals, newest first."""
        page = self._service.store.listings.withdrawals(
            player=read_account("player"),
            status=read_status(WithdrawalStatus),
            before=read_cursor(_LIST),
            limit=read_count("limit", DEFAULT_LIMIT, MAX_LIMIT),
        )
        rows = resources.withdrawals(self._service.store, page.rows, self._mount.base())
        return json_response(
            {"withdrawals": rows, "next_cursor": write_cursor(_LIST, page.next_before)}
        )

    def show(self, withdrawal_id: str) -> Response:
        """Show one withdrawal, now or when its status changes."""
        room, found = self._service.store.withdrawals, self._find(withdrawal_id)
        wait_s, seen = read_seconds("wait", MAX_WAIT_S), read_status(WithdrawalStatus, "while")
        row = self._service.waiting.for_change(room, found, wait_s, seen)
        return json_response(self._shown(row))

    def _shown(self, row: Withdrawal) -> forms.Withdrawal:
        return resources.withdrawals(self._service.store, [row], self._mount.base())[0]

    def _find(self, withdrawal_id: str) -> Withdrawal:
        row = self._service.store.withdrawals.get(withdrawal_id.lower())
        if row is None:
            raise NotFound(
                f"There is no withdrawal {withdrawal_id[:70]}. The id is the EIP-712 digest that "
                "POST /v1/withdrawals returned."
            )
        return row


def _sending(view: View) -> Operation:
    return Operation(
        view,
        "sendWithdrawal",
        {
            202: Answer(
                "Accepted.",
                forms.Withdrawal,
                headers=("Location", "Idempotency-Replayed", *RATE_LIMITS),
            ),
            200: Answer("Accepted before.", forms.Withdrawal, headers=("Location",)),
        },
        body=WithdrawalRequest,
        refusals=WITHDRAWALS_REFUSED,
        takes_key=True,
    )


def _paging(view: View) -> Operation:
    return Operation(
        view,
        "listWithdrawals",
        {200: Answer("A page.", forms.WithdrawalPage)},
        (
            parameters.PLAYER,
            parameters.WITHDRAWAL_STATUS,
            parameters.LIMIT,
            parameters.CURSOR,
        ),
    )


def _showing(view: View) -> Operation:
    return Operation(
        view,
        "showWithdrawal",
        {200: Answer("As it stands.", forms.Withdrawal)},
        (parameters.WAIT, parameters.WITHDRAWAL_SEEN),
        refusals=(NotFound,),
    )
