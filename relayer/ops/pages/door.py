"""Logging in and out."""

from __future__ import annotations

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from relayer.ops.mount import OpsMount
from relayer.ops.refusals import LoginRefused, TooManyTries


class DoorPages:
    """Serves ``/ops/login`` and ``/ops/logout``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.door("/login", "login", show=self.show, enter=self.enter)
        mount.form("/logout", "logout", self.leave)

    def show(self) -> Response:
        """Ask for name and password."""
        return self._page(request.args.get("next", ""))

    def enter(self) -> ResponseReturnValue:
        """Let somebody in who knows them."""
        mount, form = self._mount, request.form
        goal = form.get("next", "")
        try:
            token = mount.doorkeeper.log_in(
                form.get("name", "").strip(),
                form.get("password", ""),
                mount.client(),
                request.headers.get("User-Agent", ""),
            )
        except (LoginRefused, TooManyTries) as refusal:
            response = self._page(goal, refusal.detail, refusal.status)
            response.headers.update(refusal.headers)
            return response
        # A new token: one that somebody gave this browser before opens nothing.
        answer = redirect(mount.own_path(goal), 303)
        mount.give_cookie(answer, token)
        return answer

    def leave(self) -> ResponseReturnValue:
        """End this session."""
        self._mount.doorkeeper.log_out(self._mount.visitor())
        return self._mount.to("login")

    def _page(self, goal: str, fault: str = "", status: int = 200) -> Response:
        return self._mount.render("login.html", status, goal=goal, fault=fault)
