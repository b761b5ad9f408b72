"""Who may open the dashboard; for admins."""

from __future__ import annotations

from flask import Response

from relayer.ops.mount import OpsMount
from relayer.store.ops_users import Role


class UserPages:
    """Serves ``/ops/users``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/users", "users", self.show, menu="Users", role=Role.ADMIN)

    def show(self) -> Response:
        """List users with their roles and where they are logged in, and programs' tokens."""
        store = self._mount.store
        rows = [(user, store.ops_sessions.of_user(user.name)) for user in store.ops_users.all()]
        return self._mount.render("users.html", rows=rows, tokens=store.ops_tokens.newest())
