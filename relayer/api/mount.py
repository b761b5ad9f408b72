"""Mounts routes so that no address below it ever answers with anything but the API's own words."""

from __future__ import annotations

from functools import partial, wraps
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from relayer.api.failures import method_not_allowed, not_found
from relayer.api.idempotency import IdempotencyDesk
from relayer.api.openapi import arguments_of
from relayer.api.operations import Operation, View
from relayer.api.requests import check_query
from relayer.api.responses import documents_root
from relayer.api.service import Service

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Mount:
    """Collects the routes of one service on one blueprint.

    A host application may have its own pages for 404 and 405, which a blueprint cannot see before
    the host does. So every address gets a view for the methods it does not know, and ``/v1/`` one
    for the addresses it does not know.
    """

    def __init__(self, service: Service, blueprint: Blueprint) -> None:
        self.service = service
        #: What was mounted, by rule and HTTP method: what the document is made from.
        self.operations: dict[tuple[str, str], Operation] = {}
        self._blueprint = blueprint
        self._desk = IdempotencyDesk(service)

    def route(self, rule: str, **operations: Operation) -> None:
        """Add an address with an operation for each HTTP method that it answers to.

        Raises:
            LookupError: an argument of the rule is described nowhere.
        """
        arguments_of(rule)
        for method, operation in operations.items():
            self.operations[rule, method] = operation
            view = self._checked(operation) if rule.startswith("/v1/") else operation.view
            self._add(rule, method.lower(), view, [method])
        known = {*operations, "OPTIONS", *(("HEAD",) if "GET" in operations else ())}
        allow = {"Allow": ", ".join(sorted(known))}

        def options(**_: Any) -> ResponseReturnValue:
            return Response(status=204, headers=allow)

        def refuse(**_: Any) -> ResponseReturnValue:
            raise method_not_allowed(allow)

        self._add(rule, "options", options, ["OPTIONS"])
        self._add(rule, "other", refuse, [name for name in _METHODS if name not in operations])

    def close(self) -> None:
        """Add the view for unknown addresses, after all known ones."""

        def refuse(path: str = "") -> ResponseReturnValue:
            raise not_found()

        for rule in ("/v1", "/v1/<path:path>"):
            self._add(rule, "unknown", refuse, list(_METHODS))

    def _add(self, rule: str, name: str, view: View, methods: list[str]) -> None:
        self._blueprint.add_url_rule(
            rule,
            f"{rule.strip('/').replace('.', '_')}:{name}",
            view,
            methods=methods,
            provide_automatic_options=False,
            strict_slashes=False,
        )

    def base(self) -> str:
        """Return the path under which the routes are mounted, for links."""
        return request.script_root + self.service.url_prefix

    def documents_root(self) -> str:
        """Return the address under which the service's own documents are found."""
        return documents_root(self.service.settings.public_url, self.service.url_prefix)

    def _checked(self, operation: Operation) -> View:
        """The view, which sees only requests that it can understand and has not answered."""
        answer = operation.view
        if operation.takes_key:
            answer = partial(self._desk.answer, operation.view)

        @wraps(operation.view)
        def view(**arguments: Any) -> ResponseReturnValue:
            if request.query_string:
                check_query(operation.parameters)
            return answer(**arguments)

        return view
