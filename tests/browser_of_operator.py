"""An operator's browser for tests of the dashboard: cookies, forms, and what the page says."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from relayer.ops.access.passwords import hash_password
from relayer.store.ops_users import Role
from tests.house import House

PASSWORD = "a horse, a battery, a staple"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def add_user(house: House, name: str, role: Role, password: str = PASSWORD) -> None:
    """Add a user of the dashboard, as `relayer ops user add` would."""
    house.store.ops_users.add(name, role, hash_password(password), house.clock.now())


class OperatorBrowser:
    """A browser at the dashboard of a house, on the house's own machine.

    Args:
        house: the service.
        prefix: where the API is mounted.
    """

    def __init__(self, house: House, prefix: str = "") -> None:
        self.house = house
        self.root = f"{prefix}/ops"
        self.client = FlaskClient(house.app)
        # What a page of a service answers with, not the framework's own.
        self.client.response_wrapper = TestResponse

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page below ``/ops``, and read it to its end as browsers do."""
        return self.client.get(self.root + path, **{"buffered": True, **options})

    def post(self, path: str, fields: dict[str, str], **options: Any) -> TestResponse:
        """Send a form, as it stands."""
        return self.client.post(self.root + path, data=fields, **options)

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's last form."""
        text = self.get(path).get_data(as_text=True)
        form = text.rpartition("<form")[2]
        return {name: unescape(value) for name, value in _HIDDEN.findall(form)}

    def log_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        """Send the form at the door."""
        fields = self.fields("/login")
        return self.post("/login", fields | {"name": name, "password": password})

    def perform(self, address: str, **fields: str) -> TestResponse:
        """Go the way of an action: look what would happen, give a reason, do it.

        Args:
            address: of the action's page with what it asks for, as ``/actions/pause-intake?for=``.
            fields: what to type or to change in the form, as ``_reason``.
        """
        form = {"_reason": "because"} | self.fields(address) | fields
        return self.post(address.partition("?")[0], form)


def logged_in(house: House, role: Role = Role.OPERATOR, name: str = "olga") -> OperatorBrowser:
    """A browser in which a new user is logged in."""
    add_user(house, name, role)
    browser = OperatorBrowser(house)
    assert browser.log_in(name).status_code == 303
    return browser
