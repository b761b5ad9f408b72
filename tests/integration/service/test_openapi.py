"""The document says what there is: every route, every parameter, every form, every error code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Blueprint, Response
from jsonschema_rs import Draft202012Validator, ValidationError

from relayer.api.mount import Mount
from relayer.api.openapi import OPENAPI_VERSION, path_of
from relayer.api.operations import Answer, Operation
from relayer.api.responses import json_response
from relayer.api.service import Service
from relayer.refusals import NonceConflict, refusals
from tests.documented import assert_documented, document_of
from tests.house import House, assert_problem

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    return document_of(house.app)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def references(value: Any) -> set[str]:
    """Everything that a part of the document refers to."""
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_every_route_is_in_the_document_and_no_other(
    house: House, document: dict[str, Any]
) -> None:
    served = {
        (path_of(rule.rule), method.lower())
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or ())
        if rule.endpoint.endswith(f":{method.lower()}") and method.lower() in METHODS
    }
    assert served
    assert {(path, method) for path, method, _ in operations(document)} == served


def test_the_document_is_openapi_3_1_and_whole(document: dict[str, Any]) -> None:
    assert document["openapi"] == OPENAPI_VERSION
    assert document["servers"] == [{"url": "http://localhost"}]
    schemas = document["components"]["schemas"]
    assert references(document) == {f"#/components/schemas/{name}" for name in schemas}
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(operation["summary"].endswith(".") for _, _, operation in operations(document))


def test_every_schema_is_a_json_schema(document: dict[str, Any]) -> None:
    for name in document["components"]["schemas"]:
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator(whole)


def test_every_error_code_can_be_answered_by_some_route(document: dict[str, Any]) -> None:
    documented = {
        code
        for _, _, operation in operations(document)
        for answer in operation["responses"].values()
        for code in re.findall(r"`([a-z-]+)`", answer["description"])
    }
    unlisted = {"method-not-allowed"}  # of methods that no route has
    assert documented | unlisted == {refusal.code for refusal in refusals()}


def test_every_path_parameter_is_described(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        described = {
            each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"
        }
        assert described == set(re.findall(r"\{(\w+)\}", path))


def test_a_rule_with_an_argument_that_is_described_nowhere_cannot_be_mounted(house: House) -> None:
    service = Service(house.settings, house.store, house.clock)
    mount = Mount(service, Blueprint("more", __name__))
    operation = Operation(lambda: "", "more", {200: Answer("More.")})
    with pytest.raises(LookupError):
        mount.route("/v1/more/<something>", GET=operation)


def answer_of(house: House, response: Response) -> None:
    """Let the route of the configuration answer with something else."""
    house.app.view_functions["relayer.v1/config:get"] = lambda: response
    house.http.get("/v1/config")


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (json_response({}, 418), "not documented"),
        (json_response({"chain_id": 1}), "another form"),
        (Response("text"), "as text/html"),
    ],
)
def test_an_undocumented_answer_is_noticed(house: House, response: Response, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        answer_of(house, response)


def test_a_member_that_is_not_documented_is_noticed(house: House) -> None:
    config = house.http.get("/v1/config").get_json()
    answer_of(house, json_response(config))
    with pytest.raises(AssertionError, match="another form"):
        answer_of(house, json_response(config | {"secret": 1}))


def test_an_error_code_that_is_not_documented_for_a_route_is_noticed(house: House) -> None:
    def refuse(withdrawal_id: str) -> Response:
        raise NonceConflict("no nonce is here")

    house.app.view_functions["relayer.v1/withdrawals/<withdrawal_id>:get"] = refuse
    with pytest.raises(AssertionError, match="not documented"):
        house.http.get("/v1/withdrawals/x")


def test_a_valid_request_has_the_documented_form(house: House, document: dict[str, Any]) -> None:
    body = document["paths"]["/v1/contributions"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    validator.validate(house.contribution())
    validator.validate({"contributions": [house.contribution()]})
    with pytest.raises(ValidationError):
        validator.validate(house.contribution() | {"more": 1})


def test_the_document_is_not_sent_again_while_it_is_the_same(house: House) -> None:
    first = house.http.get("/openapi.json")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = house.http.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_servers_of_the_document_are_where_the_players_reach_it(house: House) -> None:
    answer = house.http.get("/openapi.json", base_url="https://play.example").get_json()
    assert answer["servers"] == [{"url": "https://play.example"}]


@pytest.mark.parametrize(
    "query", ["?x=1", "?wait=1&wait=2", "?WAIT=1", "?wait%00=1", "?=1", "?wait", "?wait=1&"]
)
def test_a_query_with_what_the_route_does_not_know_is_refused(house: House, query: str) -> None:
    contribution = house.send(house.contribution()).get_json()
    response = house.http.get(contribution["links"]["self"] + query)
    if query == "?wait=1&":
        assert response.status_code == 200
    else:
        assert_problem(response, 422, "schema-violation")


@pytest.mark.parametrize("wait", ["nan", "inf", "-1", "1_0", " 1", "0x1", "", "1.", "\u0661"])
def test_a_wait_that_json_would_not_call_a_number_is_refused(house: House, wait: str) -> None:
    contribution = house.send(house.contribution()).get_json()
    response = house.http.get(contribution["links"]["self"], query_string={"wait": wait})
    assert_problem(response, 422, "schema-violation")


def test_the_page_lists_every_route_and_form(house: House, document: dict[str, Any]) -> None:
    response = house.http.get("/docs")
    page = response.get_data(as_text=True)
    for path, method, operation in operations(document):
        assert f"<h3 id='{operation['operationId']}'>{method.upper()} {path}</h3>" in page
    places = set(re.findall(r"id='([\w-]+)'", page))
    assert set(re.findall(r"href='#([\w-]+)'", page)) <= places
    assert {f"form-{name}" for name in document["components"]["schemas"]} <= places


@pytest.mark.parametrize("path", ["/docs", "/docs/errors", "/status"])
def test_a_page_loads_nothing_runs_nothing_and_allows_one_style(house: House, path: str) -> None:
    response = house.http.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    page = response.get_data(as_text=True)
    assert not re.search(r"<script|<link|<img|<iframe| style=| on\w+=|javascript:", page)
    assert not re.search(r"(?:src|href)=['\"]?(?:https?:)?//", page)


def test_the_links_of_the_page_lead_somewhere(house: House) -> None:
    page = house.http.get("/docs").get_data(as_text=True)
    targets = set(re.findall(r"href='([^'#]+)", page))
    assert targets == {"/openapi.json", "/docs/errors"}
    assert all(house.http.get(target).status_code == 200 for target in targets)


def test_heads_and_options_are_answered_for_every_route(
    house: House, document: dict[str, Any]
) -> None:
    for path, methods in document["paths"].items():
        address = re.sub(r"\{batch_id\}", "1", re.sub(r"\{(?!batch)\w+\}", "0x12", path))
        options = house.http.options(address)
        known = {method.upper() for method in methods} | {"OPTIONS"}
        known |= {"HEAD"} if "get" in methods else set()
        assert options.headers["Allow"] == ", ".join(sorted(known))
        if "get" in methods:
            head = house.http.head(address)
            assert head.status_code == house.http.get(address).status_code
            assert head.data == b""


def test_an_answer_to_head_is_not_held_to_the_form_of_a_body(house: House) -> None:
    assert_documented(house.app, house.http.head("/v1/config"))
