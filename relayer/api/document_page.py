"""The OpenAPI document as a page that people can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

_CODE: Final = re.compile(r"`+([^`]+)`+")
_JOIN: Final = Markup("")

Schema = Mapping[str, Any]


def document_parts(document: Mapping[str, Any], base: str) -> list[Markup]:
    """Return the parts of the page: contents, routes by their tags, forms.

    Args:
        document: the OpenAPI document.
        base: path under which the routes are mounted, for links.
    """
    routes = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    parts = [_introduction(document, base), _contents(routes)]
    for tag in document["tags"]:
        parts.append(Markup("<h2>{}</h2>").format(tag["name"]))
        parts += [
            _route(method, path, operation, base)
            for method, path, operation in routes
            if tag["name"] in operation["tags"]
        ]
    parts.append(Markup("<h2>Forms</h2>"))
    parts += [_form(name, schema) for name, schema in document["components"]["schemas"].items()]
    return parts


def _introduction(document: Mapping[str, Any], base: str) -> Markup:
    return Markup(
        "<p>{}</p><p>The same for machines: <a href='{}/openapi.json'>OpenAPI {}</a>. "
        "<a href='{}/docs/errors'>All error codes</a>.</p>"
    ).format(document["info"]["description"], base, document["openapi"], base)


def _contents(routes: Sequence[tuple[str, str, Schema]]) -> Markup:
    rows = [
        (
            Markup("<a href='#{}'>{} {}</a>").format(operation["operationId"], method, path),
            _text(operation["summary"]),
        )
        for method, path, operation in routes
    ]
    return _table(("Route", "What it does"), rows)


def _route(method: str, path: str, operation: Schema, base: str) -> Markup:
    parts = [
        Markup("<h3 id='{}'>{} {}</h3><p>{}</p>").format(
            operation["operationId"], method, path, _text(operation["summary"])
        )
    ]
    if "parameters" in operation:
        rows = [_parameter(parameter) for parameter in operation["parameters"]]
        parts.append(_table(("Parameter", "In", "Form", "Meaning"), rows))
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        parts.append(Markup("<p>Body: {}</p>").format(_kind(schema)))
    answers = [_answer(status, each, base) for status, each in operation["responses"].items()]
    parts.append(_table(("Status", "Answer", "Form"), answers))
    return _JOIN.join(parts)


def _parameter(parameter: Schema) -> tuple[Markup, ...]:
    place = f"{parameter['in']}, required" if parameter["required"] else parameter["in"]
    return (
        Markup("<code>{}</code>").format(parameter["name"]),
        _text(place),
        _kind(parameter["schema"]),
        _text(parameter["description"]),
    )


def _answer(status: str, answer: Schema, base: str) -> tuple[Markup, ...]:
    content = answer.get("content", {})
    forms = [_of_content(media_type, content[media_type]["schema"]) for media_type in content]
    lines = [_code_line(line, base) for line in answer["description"].splitlines()]
    return _text(status), Markup("<br>").join(lines), Markup(", ").join(forms)


def _of_content(media_type: str, schema: Schema) -> Markup:
    if schema == {"type": "string"}:
        return Markup("<code>{}</code>").format(media_type)
    return _kind(schema["allOf"][0] if "allOf" in schema else schema)


def _code_line(line: str, base: str) -> Markup:
    """A line of an answer; an error code at its start is linked to its explanation."""
    match = re.fullmatch(r"- `([a-z0-9-]+)`: (.*)", line)
    if match is None:
        return _text(line)
    return Markup("<a href='{0}/docs/errors#{1}'>{1}</a>: {2}").format(base, match[1], match[2])


def _form(name: str, schema: Schema) -> Markup:
    parts = [Markup("<h3 id='form-{0}'>{0}</h3>").format(name)]
    if "description" in schema:
        parts.append(Markup("<p>{}</p>").format(_text(schema["description"])))
    if "properties" in schema:
        required = schema.get("required", ())
        rows = [
            (
                Markup("<code>{}</code>{}").format(member, "" if member in required else "?"),
                _kind(form),
                _text(form.get("description", "")),
            )
            for member, form in schema["properties"].items()
        ]
        parts.append(_table(("Member", "Form", "Meaning"), rows))
    elif "enum" in schema:
        parts.append(Markup("<p>{}</p>").format(_kind(schema)))
    return _JOIN.join(parts)


def _kind(schema: Schema) -> Markup:
    """The form of a value in a few words, with links to the forms that it refers to."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup("<a href='#form-{0}'>{0}</a>").format(name)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return Markup(" or ").join(_kind(each) for each in schema[key])
    if "enum" in schema or "const" in schema:
        words = schema.get("enum", [schema.get("const")])
        return Markup(", ").join(Markup("<code>{}</code>").format(word) for word in words)
    if schema.get("type") == "array":
        return Markup("list of {}").format(_kind(schema.get("items", {})))
    return _JOIN.join(_plain(schema))


def _plain(schema: Schema) -> Iterator[Markup]:
    yield _text(str(schema.get("type", "any")))
    if "minimum" in schema and "maximum" in schema:
        yield Markup(" {} to {}").format(schema["minimum"], schema["maximum"])
    elif "minimum" in schema:
        yield Markup(" from {}").format(schema["minimum"])
    if "pattern" in schema:
        yield Markup(" <code>{}</code>").format(schema["pattern"])


def _table(heads: Sequence[str], rows: Sequence[Sequence[Markup]]) -> Markup:
    head = _JOIN.join(Markup("<th>{}</th>").format(each) for each in heads)
    body = _JOIN.join(
        Markup("<tr>{}</tr>").format(_JOIN.join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    return Markup("<table><tr>{}</tr>{}</table>").format(head, body)


def _text(text: str) -> Markup:
    """Text in which words between backticks are code."""
    pieces = _CODE.split(text)
    return _JOIN.join(
        Markup("<code>{}</code>").format(piece) if index % 2 else Markup("{}").format(piece)
        for index, piece in enumerate(pieces)
    )
