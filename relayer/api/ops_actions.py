"""Routes of operators' actions: what the pages of ``/ops`` do, for programs with a token."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from relayer.api import forms, parameters
from relayer.api.failures import not_found
from relayer.api.idempotency import HEADER, REPLAYED, read_key
from relayer.api.mount import Mount
from relayer.api.operations import Answer, Operation, View
from relayer.api.requests import read_body
from relayer.api.responses import json_response
from relayer.errors import Refusal
from relayer.intake.ops_requests import ActionRequest, read_action
from relayer.ops.access.programs import program
from relayer.ops.access.reach import Reach
from relayer.ops.access.visitors import Visitor
from relayer.ops.actions.desk import ActionDesk
from relayer.ops.actions.framework import Action
from relayer.ops.actions.registry import ACTIONS
from relayer.refusals import (
    ActionRefused,
    BadOpsToken,
    ConfirmationNeeded,
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
    NotFound,
    OpsTokenRequired,
    RoleMissing,
)

_ACCESS: tuple[type[Refusal], ...] = (NotFound, OpsTokenRequired, BadOpsToken)


class OpsActionRoutes:
    """Serves ``/v1/ops/actions``, to whom the dashboard can be reached from."""

    def __init__(self, mount: Mount) -> None:
        service = mount.service
        self._service = service
        self._reach = Reach(service.settings)
        self._desk = ActionDesk(service.store, service.settings, service.clock)
        mount.route("/v1/ops/actions", GET=_listing(self.all))
        mount.route("/v1/ops/actions/<name>", POST=_performing(self.perform))

    def all(self) -> Response:
        """List what the user of the token may do."""
        visitor = self._visitor()
        told = [_told(action) for action in ACTIONS.values() if visitor.may(action.role)]
        return json_response({"actions": told})

    def perform(self, name: str) -> Response:
        """Do something that operators do, once for each key, or tell what it would do."""
        visitor, action = self._visitor(), ACTIONS.get(name)
        if action is None:
            raise NotFound(f"There is no action {name[:50]!r}. GET /v1/ops/actions lists them.")
        wish = read_action(read_body(self._service.settings.max_body_bytes))
        given = wish.get("arguments", {})
        if wish.get("dry_run", False):
            return json_response(_outcome(name, would=self._desk.preview(action, given, visitor)))
        key = read_key(request.headers.get(HEADER, ""))
        performed = self._desk.perform(action, given, visitor, wish.get("reason", ""), key)
        answer = performed.answer
        told = _outcome(name, outcome=answer.sentence, audit=answer.sequence, at=answer.at)
        if performed.secret is not None:
            told["secret"] = performed.secret
        headers = {REPLAYED: "true"} if performed.is_repeated else {}
        return json_response(told, headers={"Cache-Control": "no-store", **headers})

    def _visitor(self) -> Visitor:
        """Who asks; where the dashboard is not, or cannot be reached from, nothing is."""
        settings = self._service.settings
        if not settings.ops or not self._reach.is_open(request.remote_addr, request.headers):
            raise not_found()
        header = request.headers.get("Authorization")
        return program(self._service.store, self._service.clock, header)


def _told(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "title": action.title,
        "role": action.role,
        "needs_confirmation": action.needs_confirmation,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "hint": field.hint,
                "required": field.required,
                "choices": list(field.choices),
            }
            for field in action.fields
        ],
    }


def _outcome(name: str, **told: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"would": [], "outcome": None, "audit": None, "at": None}
    return {"action": name, "performed": "outcome" in told, **empty, **told}


def _listing(view: View) -> Operation:
    answers = {200: Answer("All.", forms.ActionsTold)}
    return Operation(view, "listActions", answers, refusals=_ACCESS, scheme="opsToken")


def _performing(view: View) -> Operation:
    return Operation(
        view,
        "performAction",
        {200: Answer("Done, or told.", forms.ActionOutcome, headers=(REPLAYED,))},
        (parameters.ACTION_KEY,),
        body=ActionRequest,
        refusals=(
            *_ACCESS,
            RoleMissing,
            ConfirmationNeeded,
            ActionRefused,
            IdempotencyKeyMalformed,
            IdempotencyKeyReused,
        ),
        scheme="opsToken",
    )
