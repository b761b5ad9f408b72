"""The first page."""

from __future__ import annotations

from flask import Response

from relayer.ops.mount import OpsMount


class HomePages:
    """Serves ``/ops/``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/", "home", self.show, menu="Home")

    def show(self) -> Response:
        """Show how the house does."""
        return self._mount.render("home.html")
