"""The page of each action: what it asks for, what would happen, and what was done."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from flask.typing import ResponseReturnValue

from relayer.ops.actions.framework import Action
from relayer.ops.actions.ordering import order_in
from relayer.ops.actions.registry import ACTIONS
from relayer.ops.mount import OpsMount
from relayer.ops.refusals import LoginRefused, TooManyTries
from relayer.refusals import (
    ActionRefused,
    ConfirmationNeeded,
    NotFound,
    RoleMissing,
    SchemaViolation,
)
from relayer.store.ops_answers import OpsAnswer
from relayer.store.ops_users import Role

#: Fields of the form that are not the action's own begin so; no field of an action does.
_OURS = "_"


class ActionPages:
    """Serves ``/ops/actions`` and what is below."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/actions", "actions", self.all, menu="Actions", role=Role.OPERATOR)
        mount.page("/actions/<name>", "action", self.show)
        mount.form("/actions/<name>", "perform", self.perform)
        mount.page("/answers/<key>", "answer", self.answer)

    def all(self) -> Response:
        """List what the visitor may do."""
        visitor = self._mount.visitor()
        actions = [action for action in ACTIONS.values() if visitor.may(action.role)]
        return self._mount.render("actions.html", actions=actions)

    def show(self, name: str) -> Response:
        """Ask for what is missing; when nothing is, tell what would happen."""
        action, given = _find(name), request.args.to_dict()
        if not self._mount.visitor().may(action.role):
            raise _not_for(action)
        if any(field.required and field.name not in given for field in action.fields) or (
            action.fields and not given
        ):
            return self._asked(action, given)
        return self._previewed(action, given)

    def perform(self, name: str) -> ResponseReturnValue:
        """Do it once, and show what was done."""
        mount, action = self._mount, _find(name)
        given = {key: text for key, text in request.form.items() if not key.startswith(_OURS)}
        visitor = mount.visitor()
        reason, key = request.form.get("_reason", ""), request.form.get("_key", "")
        password = request.form.get("_password", "")
        try:
            if password and action.needs_confirmation:
                mount.doorkeeper.confirm(visitor, password, mount.client())
                visitor = mount.renewed_visitor()
            performed = mount.desk.perform(action, given, visitor, reason, key)
        except (
            ActionRefused,
            ConfirmationNeeded,
            LoginRefused,
            SchemaViolation,
            TooManyTries,
        ) as refusal:
            return self._previewed(action, given, refusal.detail, refusal.status, reason, key)
        if performed.secret is not None:
            return self._answered(performed.answer, performed.secret)
        return mount.to("answer", key=performed.answer.key)

    def answer(self, key: str) -> Response:
        """Show what became of an action of this visitor."""
        mount = self._mount
        answer = mount.store.ops_answers.get(mount.visitor().name, key)
        if answer is None:
            raise NotFound("There is no such answer.")
        return self._answered(answer)

    def _answered(self, answer: OpsAnswer, secret: str | None = None) -> Response:
        order_id = order_in(answer.sentence)
        return self._mount.render(
            "answer.html",
            answer=answer,
            action=ACTIONS.get(answer.action),
            secret=secret,
            order=None if order_id is None else self._mount.store.orders.get(order_id),
        )

    def _asked(
        self, action: Action, given: Mapping[str, str], faults: Mapping[str, str] | None = None
    ) -> Response:
        status = SchemaViolation.status if faults else 200
        return self._mount.render(
            "action_fields.html", status, action=action, given=given, faults=faults or {}
        )

    def _previewed(
        self,
        action: Action,
        given: Mapping[str, str],
        fault: str = "",
        status: int = 200,
        reason: str = "",
        key: str = "",
    ) -> Response:
        """What would happen, with the form that makes it happen unless nothing can."""
        sentences: tuple[str, ...] = ()
        can_happen = True
        try:
            sentences = tuple(self._mount.desk.preview(action, given, self._mount.visitor()))
        except SchemaViolation as refusal:
            faults = {place.rpartition("/")[2]: each for place, each in refusal.errors}
            return self._asked(action, given, faults)
        except ActionRefused as refusal:
            fault, status, can_happen = refusal.detail, refusal.status, False
        return self._mount.render(
            "action.html",
            status,
            action=action,
            given={name: text for name, text in given.items() if text.strip()},
            labels={field.name: field.label for field in action.fields},
            sentences=sentences,
            fault=fault,
            can_happen=can_happen,
            reason=reason,
            key=key,
        )


def _find(name: str) -> Action:
    action = ACTIONS.get(name)
    if action is None:
        raise NotFound(f"There is no action {name[:50]!r}.")
    return action


def _not_for(action: Action) -> RoleMissing:
    return RoleMissing(f"{action.title} is for those who are {action.role} at least. Ask an admin.")
