"""Mounts pages so that nobody reaches a view who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.api.service import Service
from relayer.logs import ACCESS_FACTS
from relayer.ops.access.doorkeeper import Doorkeeper
from relayer.ops.access.reach import Reach
from relayer.ops.access.tokens import is_form_token, new_cookie_token, read_cookie_token
from relayer.ops.access.visitors import Visitor
from relayer.ops.actions.desk import ActionDesk
from relayer.ops.refusals import FormNotOurs
from relayer.ops.rendering import Rendering
from relayer.refusals import NotFound, RoleMissing
from relayer.store.ops_users import Role

View = Callable[..., ResponseReturnValue]

#: Field of a form that proves which browser it was made for.
FORM_TOKEN: Final = "_token"  # noqa: S105 - its name
#: Header of a request that the page makes by itself.
BY_ITSELF: Final = "X-By-Itself"

_COOKIE: Final = "relayer-ops"
#: A browser takes a cookie of this name only from HTTPS, for this very host (RFC 6265bis).
_SECURE_COOKIE: Final = "__Host-relayer-ops"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One page that the menu leads to."""

    label: str
    endpoint: str
    role: Role


class OpsMount:
    """Collects the pages of one dashboard on one blueprint.

    Args:
        service: store, settings and clock.
        blueprint: where the pages are registered.
    """

    def __init__(self, service: Service, blueprint: Blueprint) -> None:
        self.service = service
        self.store = service.store
        self.settings = service.settings
        self.clock = service.clock
        self.reach = Reach(service.settings)
        self.doorkeeper = Doorkeeper(service.store, service.settings, service.clock)
        self.desk = ActionDesk(service.store, service.settings, service.clock)
        self.menu: list[MenuEntry] = []
        self._blueprint = blueprint
        self._rendering = Rendering(service.clock)

    def page(
        self, rule: str, name: str, view: View, *, menu: str | None = None, role: Role = Role.VIEWER
    ) -> None:
        """Add a page, which answers to GET.

        Args:
            rule: its address below ``/ops``.
            name: what templates call it: ``url("name")``.
            view: makes the answer; gets the arguments of the rule.
            menu: its label in the menu; None: the menu does not lead there.
            role: who may see it.
        """
        if menu is not None:
            self.menu.append(MenuEntry(menu, name, role))
        self._add(rule, name, self._for_visitors(view, role), ["GET"])

    def form(self, rule: str, name: str, view: View, *, role: Role = Role.VIEWER) -> None:
        """Add what a form is sent to, which answers to POST from our own forms only.

        What an action does belongs into `relayer.ops.actions`; this is for the door itself.
        """
        self._add(rule, name, self._for_visitors(self._from_our_forms(view), role), ["POST"])

    def door(self, rule: str, name: str, *, show: View, enter: View) -> None:
        """Add the one page that who is not logged in may see, and its form."""
        self._add(rule, name, show, ["GET"])
        self._add(rule, f"{name}_form", self._from_our_forms(enter), ["POST"])

    def close(self) -> None:
        """Add the view for unknown addresses, after all known ones."""

        def refuse(path: str = "") -> ResponseReturnValue:
            raise NotFound(f"There is no {request.path} here.")

        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        self._add("/<path:path>", "unknown", refuse, methods)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """Answer with a page.

        Args:
            template: its name in ``templates/ops``.
            status: of HTTP.
            context: what the template gets, beside what `relayer.ops.rendering` gives to all.
        """
        visitor = self.visitor_or_none()
        menu = [each for each in self.menu if visitor is not None and visitor.may(each.role)]
        body = self._rendering.render(
            f"ops/{template}",
            visitor=visitor,
            menu=menu,
            browser_token=self._browser_token(),
            request_endpoint=(request.endpoint or "").rpartition(".")[2],
            **context,
        )
        response = Response(body, status, mimetype="text/html")
        if "relayer_ops_new_token" in g:
            self.give_cookie(response, g.relayer_ops_new_token)
        return response

    def visitor(self) -> Visitor:
        """Return who is logged in; call it in views of `page` and `form`."""
        visitor: Visitor = g.relayer_ops_visitor
        return visitor

    def renewed_visitor(self) -> Visitor:
        """Return who is logged in, after the session has changed."""
        g.relayer_ops_visitor = self.doorkeeper.visitor(self._cookie()) or self.visitor()
        return self.visitor()

    def visitor_or_none(self) -> Visitor | None:
        """Return who is logged in, if somebody is and it was asked for."""
        visitor: Visitor | None = g.get("relayer_ops_visitor")
        return visitor

    def client(self) -> str:
        """Return the address that the request comes from."""
        return self.reach.client(request.remote_addr, request.headers)

    def give_cookie(self, response: WerkzeugResponse, token: str) -> None:
        """Have the browser keep a token for as long as it is open."""
        is_secure = self.reach.needs_secure_cookie(request.headers)
        response.set_cookie(
            _SECURE_COOKIE if is_secure else _COOKIE,
            token,
            path="/",
            secure=is_secure,
            httponly=True,
            samesite="Strict",
        )

    def to(self, name: str, /, **values: Any) -> WerkzeugResponse:
        """Send the browser on to a page."""
        return redirect(url_for(f".{name}", **values), 303)

    def own_path(self, text: str) -> str:
        """Return a path of the dashboard, or that of its first page for any other text."""
        home = url_for(".home")
        parts = urlsplit(text)
        is_own = not parts.scheme and not parts.netloc and text.startswith(home)
        return text if is_own and "\\" not in text and text.isprintable() else home

    def _browser_token(self) -> str:
        """The token in the browser's cookie; a browser without one gets one with the answer."""
        token = self._cookie()
        if token is None:
            token = g.get("relayer_ops_new_token") or new_cookie_token()
            g.relayer_ops_new_token = token
        return token

    def _cookie(self) -> str | None:
        is_secure = self.reach.needs_secure_cookie(request.headers)
        return read_cookie_token(request.cookies.get(_SECURE_COOKIE if is_secure else _COOKIE))

    def _for_visitors(self, view: View, role: Role) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            by_itself = BY_ITSELF in request.headers
            visitor = self.doorkeeper.visitor(self._cookie(), by_itself=by_itself)
            if visitor is None:
                return self._to_the_door()
            g.relayer_ops_visitor = visitor
            request.environ[ACCESS_FACTS] = lambda: {"operator": visitor.name}
            if not visitor.may(role):
                raise RoleMissing(
                    f"{visitor.name} is {visitor.role}, and this is for those who are {role} at "
                    "least. Ask an admin."
                )
            return view(**arguments)

        return guarded

    def _to_the_door(self) -> WerkzeugResponse:
        """Have somebody log in; what a form asked for has to be asked for again then."""
        values = {"next": request.full_path.rstrip("?")} if request.method == "GET" else {}
        if values:
            values["next"] = request.script_root + values["next"]
        return self.to("login", **values)

    def _from_our_forms(self, view: View) -> View:
        @wraps(view)
        def checked(**arguments: Any) -> ResponseReturnValue:
            token = self._cookie()
            given = request.form.get(FORM_TOKEN, "")
            if token is None or not is_form_token(given, token) or not self._is_same_site():
                raise FormNotOurs("Go back, load the page again, and send its form once more.")
            return view(**arguments)

        return checked

    @staticmethod
    def _is_same_site() -> bool:
        """What a browser says about where a form comes from; older ones say nothing."""
        return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")

    def _add(self, rule: str, name: str, view: View, methods: list[str]) -> None:
        self._blueprint.add_url_rule(
            rule, name, view, methods=methods, provide_automatic_options=False
        )
