"""A visitor's own account: where it is logged in, and its password."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from relayer.errors import SettingsError
from relayer.ops.access.passwords import check_password, hash_password
from relayer.ops.audit import announce
from relayer.ops.mount import OpsMount
from relayer.ops.refusals import LoginRefused, TooManyTries
from relayer.refusals import NotFound
from relayer.store.audit import Deed


class AccountPages:
    """Serves ``/ops/account``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/account", "account", self.show, menu="Account")
        mount.form("/account/password", "change_password", self.change_password)
        mount.form("/account/sessions/<session_id>/end", "end_session", self.end_session)

    def show(self) -> Response:
        """Show the visitor's sessions, and the form for another password."""
        return self._page()

    def change_password(self) -> ResponseReturnValue:
        """Take a new password from who knows the old one; every other session ends."""
        mount, visitor, form = self._mount, self._mount.visitor(), request.form
        new = form.get("new_password", "")
        try:
            if new != form.get("repeated_password", ""):
                raise SettingsError("the new password and its repetition differ")
            check_password(new)
            mount.doorkeeper.confirm(visitor, form.get("password", ""), mount.client())
        except SettingsError as error:
            return self._page(f"{str(error).capitalize()}.", 422)
        except (LoginRefused, TooManyTries) as refusal:
            return self._page(refusal.detail, refusal.status)
        now, hashed = mount.clock.now(), hash_password(new)
        deed = Deed(visitor.name, visitor.via, "change-password", {}, "", "the password is new")
        own = "" if visitor.session is None else visitor.session.id
        with mount.store.transaction():
            mount.store.ops_users.set_password(visitor.name, hashed, now)
            mount.store.ops_sessions.end_all_of(visitor.name, except_id=own)
            entry = mount.store.audit.append(deed, now)
        announce(entry)
        return mount.to("account")

    def end_session(self, session_id: str) -> ResponseReturnValue:
        """End one of the visitor's own sessions."""
        mount, visitor = self._mount, self._mount.visitor()
        own = {session.id for session in mount.store.ops_sessions.of_user(visitor.name)}
        if session_id not in own:
            raise NotFound("You have no such session.")
        mount.store.ops_sessions.end(session_id)
        return mount.to("account")

    def _page(self, fault: str = "", status: int = 200) -> Response:
        visitor = self._mount.visitor()
        sessions = self._mount.store.ops_sessions.of_user(visitor.name)
        return self._mount.render("account.html", status, sessions=sessions, fault=fault)
