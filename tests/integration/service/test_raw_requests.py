"""Bytes that no HTTP library would send, against the service under gunicorn."""

from __future__ import annotations

import json
import re
import select
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.documented import document_of
from tests.raw_server import (
    READ_S,
    REQUEST_TIMEOUT_S,
    THREADS,
    Server,
    get,
    post,
    read_answer,
    serving,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("raw")) as server:
        yield server


JSON = "Content-Type: application/json"


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"nonsense\r\n\r\n", 400, "bad-request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "bad-request"),
        (b"GET /healthz\r\n\r\n", 400, "bad-request"),
        (b"GET /healthz HTTP/9.9\r\n\r\n", 400, "bad-request"),
        (b"get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad-request"),
        (get("/healthz", "Bad Name: x"), 400, "bad-request"),
        (get("/healthz", "X-Null: a\0b"), 400, "bad-request"),
        (get("/healthz", "X-Fold: a\r\n b"), 400, "bad-request"),
        (get("/healthz", ": nameless"), 400, "bad-request"),
        (get("/healthz", "Host: other"), 400, "bad-request"),
        (get("/healthz?" + "x" * 10_000), 414, "address-too-long"),
        (get("/healthz", "X-Long: " + "x" * 10_000), 431, "headers-too-large"),
        (get("/healthz", *["X-Many: x"] * 200), 431, "headers-too-large"),
        (get("/healthz", "Expect: a miracle"), 417, "expectation-failed"),
        (post(b"{}", "Content-Length: two", JSON), 400, "bad-request"),
        (post(b"{}", "Content-Length: -2", JSON), 400, "bad-request"),
        (post(b"{}", "Content-Length: +2", JSON), 400, "bad-request"),
        (post(b"{}", "Content-Length: 2", "Content-Length: 3", JSON), 400, "bad-request"),
        (post(b"{}", "Content-Length: 2, 2", JSON), 400, "bad-request"),
        (
            post(b"0\r\n\r\n", "Content-Length: 5", "Transfer-Encoding: chunked", JSON),
            400,
            "bad-request",
        ),
        (post(b"{}", "Transfer-Encoding: gzip", JSON), 400, "bad-request"),
        (post(b"{}", "Transfer-Encoding: chunked, gzip", JSON), 400, "bad-request"),
        (post(b"{}", "Transfer-Encoding: \x0bchunked", JSON), 400, "bad-request"),
        (post(b"xyz\r\n{}\r\n", "Transfer-Encoding: chunked", JSON), 400, "bad-request"),
        (post(b"-2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked", JSON), 400, "bad-request"),
        (post(b"2\r\n{}0\r\n\r\n", "Transfer-Encoding: chunked", JSON), 400, "bad-request"),
        (
            post(b"2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked", JSON),
            422,
            "schema-violation",
        ),
        (post(b"", "Content-Length: 0", JSON), 400, "malformed-json"),
        (post(b"", JSON), 400, "malformed-json"),
        (post(b"{}", "Content-Length: 2"), 415, "unsupported-media-type"),
        (
            post(b"{}", "Content-Length: 2", "Content-Type: text/json"),
            415,
            "unsupported-media-type",
        ),
        (
            post(b"{}", "Content-Length: 2", "Content-Type: multipart/form-data; boundary=x"),
            415,
            "unsupported-media-type",
        ),
        (
            post(b'{"a": "\xe4"}', "Content-Length: 10", f"{JSON}; charset=latin-1"),
            400,
            "malformed-json",
        ),
        (
            post('{"a": 1}'.encode("utf-16"), "Content-Length: 18", f"{JSON}; charset=utf-16"),
            400,
            "malformed-json",
        ),
        (
            post(b"\x1f\x8b\x08", "Content-Length: 3", JSON, "Content-Encoding: gzip"),
            400,
            "malformed-json",
        ),
    ],
)
def test_what_is_not_quite_http_is_refused_with_its_code(
    server: Server, request_bytes: bytes, status: int, code: str
) -> None:
    answer = server.say(request_bytes)
    assert (answer.status, answer.code) == (status, code)
    assert server.say(get("/healthz")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/contributions/..%2f..%2fetc%2fpasswd",
        "/v1/../../../etc/passwd",
        "/v1/contributions/%00",
        "/v1/contributions/'%20OR%201=1%20--",
        "/v1/contributions/x';DROP%20TABLE%20contributions;--",
        "/v1/batches/1%20OR%201=1",
        "/v1/batches/1;DROP",
        "/v1/batches/%2e%2e",
        "/v1/models/%ff%fe",
        "/v1/datasets/..%2frelayer.db",
        "/v1//contributions",
        "/v1/contributions/%",
        "/v1/contributions/%zz",
        "/V1/CONFIG",
        "/relayer.db",
        "/.git/config",
        "/docs/../relayer.toml",
        "/v1/withdrawals/" + "%41" * 2_000,
    ],
)
def test_a_path_that_leads_nowhere_is_not_found(server: Server, path: str) -> None:
    answer = server.say(get(path))
    if answer.status != 308:  # slashes that came twice
        assert answer.code in ("not-found", "address-too-long")
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "query",
    [
        "player=%27%20OR%20%271%27=%271",
        "player=0x0000000000000000000000000000000000000000%27--",
        "status=queued%27%20UNION%20SELECT%20signature%20FROM%20contributions--",
        "limit=1;DROP%20TABLE%20contributions",
        "limit=9999999999999999999999999999999999",
        "cursor=MScgT1IgMT0x",
        "cursor=%00%00",
        "status[]=queued",
        "player=" + "0x" + "00" * 1_000,
    ],
)
def test_a_query_that_means_to_be_sql_finds_nothing(server: Server, query: str) -> None:
    before = server.house.stored()
    answer = server.say(get(f"/v1/contributions?{query}"))
    if query.startswith("limit=999"):
        assert answer.status == 200
    else:
        assert (answer.status, answer.code) == (422, "schema-violation")
    assert server.house.stored() == before


def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(server: Server) -> None:
    answer = server.say(post(b"{", "Content-Length: 1000000000", JSON))
    assert (answer.status, answer.code) == (413, "body-too-large")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer = server.say(post(chunk * 5, "Transfer-Encoding: chunked", JSON))
    assert (answer.status, answer.code) == (413, "body-too-large")


def test_a_body_that_is_asked_for_is_let_in(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(post(b"", "Content-Length: 2", JSON, "Expect: 100-continue"))
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"{}")
        assert read_answer(connection).code == "schema-violation"


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET /healthz HT",
        b"GET /healthz HTTP/1.1\r\nHost: local",
        post(b'{"message"', "Content-Length: 100", JSON),
        post(b"5\r\n{", "Transfer-Encoding: chunked", JSON),
        post(b"", "Content-Length: 100", JSON, "Idempotency-Key: slow"),
    ],
)
def test_a_request_that_stops_half_way_is_told_that_it_was_too_slow(
    server: Server, beginning: bytes
) -> None:
    answer = server.say(beginning)
    assert (answer.status, answer.code) == (408, "request-too-slow")


def test_clients_that_send_a_byte_now_and_then_keep_nobody_out_for_long(server: Server) -> None:
    waiting = [server.connect() for _ in range(2 * THREADS)]
    head = get("/healthz", "X-Slow: " + "x" * 2_000)
    give_up_at = time.monotonic() + 8 * REQUEST_TIMEOUT_S
    # Faster than any limit for a single read, and slower than the limit for the whole.
    for position in range(len(head)):
        answered, _, _ = select.select(waiting, [], [], 0.05)
        for connection in answered:
            waiting.remove(connection)
            assert read_answer(connection).code == "request-too-slow"
            connection.close()
        if not waiting:
            break
        assert time.monotonic() < give_up_at, f"{len(waiting)} hold a thread each"
        for connection in waiting:
            connection.sendall(head[position : position + 1])
    assert server.say(get("/healthz")).status == 200


def test_requests_in_a_row_on_one_connection_are_answered_in_order(server: Server) -> None:
    contribution = json.dumps(server.house.contribution(99)).encode()
    with server.connect() as connection:
        connection.sendall(get("/healthz") + post(contribution) + get("/v1/nothing"))
        first = read_answer(connection)
        assert (first.status, json.loads(first.body)) == (200, {"alive": True})
        texts = first.rest
        while texts.count(b"HTTP/1.1") < 2 or b"not-found" not in texts:
            received = connection.recv(65_536)
            assert received, texts
            texts += received
    # Its clock stands still, and the service's goes on: the deadline has passed.
    assert re.findall(rb"HTTP/1.1 (\d+)", texts) == [b"422", b"404"]
    assert b"deadline-passed" in texts


def test_a_connection_lives_longer_than_the_limit_of_one_request(server: Server) -> None:
    with server.connect() as connection:
        for _ in range(3):
            connection.sendall(get("/healthz"))
            assert read_answer(connection).status == 200
            time.sleep(REQUEST_TIMEOUT_S / 1.8)


def test_a_smuggled_request_is_not_served(server: Server) -> None:
    hidden = get("/v1/config", "X-Hidden: yes")
    body = b"0\r\n\r\n" + hidden
    with server.connect() as connection:
        connection.sendall(
            post(body, f"Content-Length: {len(body)}", "Transfer-Encoding: chunked", JSON)
        )
        answer = read_answer(connection)
        assert answer.code == "bad-request"
        connection.settimeout(READ_S)
        assert (answer.rest + connection.recv(1_000)) == b"", "a second answer followed"


def test_a_client_that_goes_away_in_the_middle_harms_nobody(server: Server) -> None:
    for _ in range(3 * THREADS):
        with server.connect() as connection:
            connection.sendall(post(b"{", "Content-Length: 1000", JSON))
    assert server.say(get("/healthz")).status == 200


def test_headers_that_pretend_to_be_from_a_proxy_change_no_address(server: Server) -> None:
    pretended = ("X-Forwarded-Host: evil.example", "X-Forwarded-Prefix: /evil", "X-Script-Name: /e")
    answer = server.say(get("/v1/nothing", *pretended))
    assert answer.code == "not-found"
    assert b"evil" not in answer.body


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("/healthz", "SCRIPT_NAME: /nowhere", 200),
        ("/x/healthz", "SCRIPT_NAME: /x", 404),
        ("/x", "PATH_INFO: /healthz", 404),
        ("/healthz", "Script-Name: /nowhere", 200),
    ],
    ids=["elsewhere", "stripped", "replaced", "hyphen"],
)
def test_headers_that_pretend_another_path_change_none(
    server: Server, path: str, header: str, status: int
) -> None:
    assert server.say(get(path, header)).status == status


def test_a_header_cannot_be_smuggled_into_the_answer(server: Server) -> None:
    answer = server.say(get("/healthz", "X-Request-Id: a%0d%0aSet-Cookie:x"))
    assert "set-cookie" not in answer.headers


def test_every_code_of_the_server_is_documented_for_every_route(server: Server) -> None:
    document: dict[str, Any] = document_of(server.house.app)
    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"400", "408", "414", "417", "431"} <= set(operation["responses"])


def test_each_request_is_a_line_of_json_also_when_it_is_no_http(server: Server) -> None:
    server.say(get("/v1/nothing?secret=1", "X-Request-Id: round-7"))
    line = server.line_about("round-7")
    assert (line["logger"], line["method"]) == ("relayer.access", "GET")
    assert (line["path"], line["status"], line["code"]) == ("/v1/nothing", 404, "not-found")
    assert line["duration_ms"] >= 0
    refused = server.say(b"what?\r\n\r\n")
    line = server.line_about(refused.headers["x-request-id"])
    assert (line["logger"], line["status"]) == ("gunicorn.error", 400)
    assert line["code"] == refused.code
