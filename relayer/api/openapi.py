"""The OpenAPI 3.1 document, made from what the routes say about themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from relayer import __version__
from relayer.api.forms import Problem
from relayer.api.operations import Answer, Operation, Parameter
from relayer.api.parameters import IDEMPOTENCY_KEY, IN_PATH
from relayer.api.responses import PROBLEM_TYPE
from relayer.errors import Refusal

#: Operations by path, as rules of the framework spell it, and HTTP method.
Operations = Mapping[tuple[str, str], Operation]

UNAUTHORIZED: Final = 401

OPENAPI_VERSION: Final = "3.1.0"

#: Headers that answers carry, by name.
HEADERS: Final[dict[str, str]] = {
    "X-Request-Id": "What to quote when asking the operator.",
    "Location": "Address of what was accepted.",
    "ETag": "Changes exactly when the body may have changed.",
    "Link": 'The next page, as rel="next"; missing on the last one.',
    "Dataset-Block": "The block that the dataset is as of.",
    "Idempotency-Replayed": "The word true when the answer was given before.",
    "Retry-After": "Seconds after which the same request may succeed.",
    "RateLimit-Policy": "The quotas that it counted in: submissions (q) in seconds (w).",
    "RateLimit": "What is left of each (r), and the seconds until it is full again (t).",
    "WWW-Authenticate": "How to send a key.",
    "Allow": "The methods that the address answers to.",
}

SECURITY_SCHEMES: Final = {
    "gameKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of a game, as `relayer keys create` makes it. Needed where the "
        "operator admits only games, and for what belongs to a game.",
    },
    "opsToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of an operator, as `relayer ops token add` makes it.",
    },
}

_REFERENCE: Final = "#/components/schemas/{model}"
_ARGUMENT: Final = re.compile(r"<(?:[^<>]*:)?(\w+)>")


class _Schemas(GenerateJsonSchema):
    """Schemas without a title for each member, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def path_of(rule: str) -> str:
    """Return a rule of the framework as a path of the document: ``/v1/batches/{batch_id}``."""
    return _ARGUMENT.sub(r"{\1}", rule)


def arguments_of(rule: str) -> list[Parameter]:
    """Return the parameters in a rule's path.

    Raises:
        LookupError: one of them is described nowhere; add it to `relayer.api.parameters`.
    """
    return [IN_PATH[name] for name in _ARGUMENT.findall(rule)]


def build_document(operations: Operations) -> dict[str, Any]:
    """Return the document of all routes, without ``servers``.

    Args:
        operations: everything that was mounted.
    """
    schemas, components = _schemas_of(operations.values())
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for (rule, method), operation in operations.items():
        paths[path_of(rule)][method.lower()] = _operation(rule, operation, schemas)
    return {
        "openapi": OPENAPI_VERSION,
        "info": {
            "title": "On the House",
            "version": __version__,
            "summary": "Players sign, the house pays the blockchain's fees.",
            "description": (
                "Amounts in wei are decimal strings, amounts in gwei integers, times unix "
                "seconds, bytes 0x-hex. Every refusal is application/problem+json with a stable "
                "code. Clients must ignore members that they do not know."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(_tag(rule) for rule, _ in operations)],
        "paths": dict(paths),
        "components": {"schemas": components, "securitySchemes": SECURITY_SCHEMES},
        "security": [{}, {"gameKey": []}],
    }


def _schemas_of(operations: Iterable[Operation]) -> tuple[dict[int, Any], dict[str, Any]]:
    """The schema of each form, by the form's identity, and the components that they refer to."""
    forms: dict[int, tuple[Any, JsonSchemaMode]] = {id(Problem): (Problem, "serialization")}
    for operation in operations:
        if operation.body is not None:
            forms[id(operation.body)] = (operation.body, "validation")
        for answer in operation.answers.values():
            if answer.form is not None:
                forms[id(answer.form)] = (answer.form, "serialization")
    made, extra = TypeAdapter.json_schemas(
        [(key, mode, TypeAdapter(form)) for key, (form, mode) in forms.items()],
        ref_template=_REFERENCE,
        schema_generator=_Schemas,
    )
    return {key: schema for (key, _), schema in made.items()}, extra["$defs"]


def _operation(rule: str, operation: Operation, schemas: Mapping[int, Any]) -> dict[str, Any]:
    key = [IDEMPOTENCY_KEY] if operation.takes_key else []
    parameters = [*arguments_of(rule), *operation.parameters, *key]
    responses = _refusals(operation.all_refusals, schemas) | {
        str(status): _answer(answer, schemas) for status, answer in operation.answers.items()
    }
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [_tag(rule)],
        "summary": operation.summary,
        "responses": dict(sorted(responses.items())),
    }
    if operation.scheme:
        described["security"] = [{operation.scheme: []}]
    if parameters:
        described["parameters"] = [_parameter(parameter) for parameter in parameters]
    if operation.body is not None:
        content = {"application/json": {"schema": schemas[id(operation.body)]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }


def _answer(answer: Answer, schemas: Mapping[int, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": answer.description,
        "headers": _headers(("X-Request-Id", *answer.headers)),
    }
    if answer.media_type is not None:
        schema = {"type": "string"} if answer.form is None else schemas[id(answer.form)]
        described["content"] = {answer.media_type: {"schema": schema}}
    return described


def _refusals(refusals: Sequence[type[Refusal]], schemas: Mapping[int, Any]) -> dict[str, Any]:
    by_status: defaultdict[int, list[type[Refusal]]] = defaultdict(list)
    for refusal in refusals:
        by_status[refusal.status].append(refusal)
    return {
        str(status): _problem(kinds, schemas[id(Problem)]) for status, kinds in by_status.items()
    }


def _problem(kinds: Sequence[type[Refusal]], problem: Mapping[str, Any]) -> dict[str, Any]:
    """The answer that stands for all refusals with one HTTP status."""
    codes = {"properties": {"code": {"enum": [kind.code for kind in kinds]}}}
    retry = ("Retry-After",) if any(kind.retryable for kind in kinds) else ()
    challenge = ("WWW-Authenticate",) if kinds[0].status == UNAUTHORIZED else ()
    return {
        "description": "\n".join(f"- `{kind.code}`: {kind.title()}." for kind in kinds),
        "headers": _headers(("X-Request-Id", *retry, *challenge)),
        "content": {PROBLEM_TYPE: {"schema": {"allOf": [problem, codes]}}},
    }


def _headers(names: Sequence[str]) -> dict[str, Any]:
    return {
        name: {
            "description": HEADERS[name],
            "required": name == "X-Request-Id",
            "schema": {"type": "string"},
        }
        for name in names
    }


def _tag(rule: str) -> str:
    """What routes are grouped by: the word behind ``/v1/``."""
    steps = rule.strip("/").split("/")
    return steps[1] if steps[0] == "v1" and len(steps) > 1 else "service"
