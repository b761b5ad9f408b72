"""Holds answers to the OpenAPI document: status, media type, body, headers, error codes.

Every request that a test sends through `tests.house.House.http` passes here, so an answer that the
document does not know makes that test fail, whatever it is about.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema_rs import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

#: Refusals of methods and addresses that the document does not list.
UNLISTED = {404: "not-found", 405: "method-not-allowed"}

_documents: list[dict[str, Any]] = []
_validators: dict[int, Draft202012Validator] = {}


class DocumentedClient(FlaskClient):
    """A client that lets no undocumented answer pass."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        assert_documented(self.application, response)
        return response


def document_of(app: Flask) -> dict[str, Any]:
    """The document that a service publishes."""
    document: dict[str, Any] = json.loads(FlaskClient(app).get("/openapi.json").data)
    return document


def assert_documented(app: Flask, response: TestResponse) -> None:
    """Require that the document of a service foresees an answer of it."""
    request = response.request
    if request.method in ("HEAD", "OPTIONS"):
        return
    operation = _operation(app, request.path, request.method)
    if operation is None:
        assert response.get_json()["code"] == UNLISTED[response.status_code]
        return
    where = f"{request.method} {request.path} answered {response.status_code}"
    foreseen = operation["responses"].get(str(response.status_code))
    assert foreseen is not None, f"{where}, which is not documented"
    for name, header in foreseen["headers"].items():
        assert name in response.headers or not header["required"], f"{where} without {name}"
    content = foreseen.get("content")
    if content is None:
        assert response.data == b"", f"{where} with a body"
        return
    assert response.mimetype in content, f"{where} as {response.mimetype}"
    if response.is_json:
        _assert_form(app, content[response.mimetype]["schema"], response.get_json(), where)


def _operation(app: Flask, path: str, method: str) -> dict[str, Any] | None:
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except HTTPException:
        return None
    known = _strict_document(app)["paths"].get(re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule))
    operation: dict[str, Any] | None = (known or {}).get(method.lower())
    return operation


def _assert_form(app: Flask, schema: dict[str, Any], value: Any, where: str) -> None:
    components = _strict_document(app)["components"]
    # The document lives as long as the process, and so do the identities of its parts.
    if id(schema) not in _validators:
        _validators[id(schema)] = Draft202012Validator({**schema, "components": components})
    faults = [
        f"{'/'.join(map(str, fault.instance_path))}: {fault.message}"
        for fault in _validators[id(schema)].iter_errors(value)
    ]
    assert not faults, f"{where} in another form than documented: {faults}"


def _strict_document(app: Flask) -> dict[str, Any]:
    """The document, read so that a member that it does not name is a fault.

    It says the same whatever the settings are, so one service tells it for all.
    """
    if not _documents:
        _documents.append(_made_strict(document_of(app)))
    return _documents[0]


def _made_strict(document: dict[str, Any]) -> dict[str, Any]:
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema and name not in ("Model", "Problem", "UnreadyProblem"):
            schema["additionalProperties"] = False
    return document
