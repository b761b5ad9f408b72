"""A real nginx with the page's configuration in front of a real `relayer web`.

Not collected by `make test`: it needs nginx, which `make check-nginx` installs.
"""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from relayer.api.waiting import MAX_WAIT_S
from relayer.settings import Settings
from tests.benchmarks.service.accepting import OpenHouse
from tests.benchmarks.service.players import Crowd
from tests.house import DOMAIN, LABELS, TRAINER, make_row
from tests.nginx.proxy import HOST, Nginx

#: A client's own address: all of 127.0.0.0/8 is this machine, and only 127.0.0.1 is a proxy.
CLIENT, OTHER = "127.7.7.7", "127.8.8.8"


@dataclass
class Answer:
    """What came back, whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Front:
    """nginx with the house behind it."""

    nginx: Nginx
    house: OpenHouse

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        client: str = CLIENT,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A request over TLS from an address of this machine."""
        trusted = ssl.create_default_context(cafile=str(self.nginx.folder / "fullchain.pem"))
        connection = _Connection(self.nginx.tls_port, client, trusted)
        own = {"Host": HOST, "Content-Type": "application/json"}
        connection.request(method, path, body, own | (headers or {}))
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    def submit(self, body: bytes, client: str, claim: str | None) -> Answer:
        """A contribution from an address that claims to be another one."""
        headers = {} if claim is None else {"X-Forwarded-For": claim}
        return self.ask(
            "/v1/contributions", method="POST", body=body, client=client, headers=headers
        )


class _Connection(http.client.HTTPSConnection):
    """Connects to this machine and expects the certificate of the page's name."""

    def __init__(self, port: int, client: str, trusted: ssl.SSLContext) -> None:
        super().__init__("127.0.0.1", port, timeout=60, source_address=(client, 0))
        self._trusted = trusted

    def connect(self) -> None:
        """Name the host in the handshake, as a browser does."""
        http.client.HTTPConnection.connect(self)
        self.sock = self._trusted.wrap_socket(self.sock, server_hostname=HOST)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The whole of it, with the settings that the page asks for."""
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "house").mkdir()
    house = OpenHouse(folder / "house")
    house.environment["RELAYER_TRUSTED_PROXIES"] = "127.0.0.1,::1"
    house.environment["RELAYER_PUBLIC_URL"] = f"https://{HOST}"
    with house:
        nginx = Nginx(folder, house.port)
        nginx.start()
        try:
            yield Front(nginx, house)
        finally:
            nginx.stop()


def test_nginx_takes_the_configuration_of_the_page(tmp_path: Path) -> None:
    result = Nginx(tmp_path, 8080).test()
    assert result.returncode == 0, result.stderr
    assert "warn" not in result.stderr


def test_plain_http_is_sent_to_tls(front: Front) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", front.nginx.port, timeout=30)
    connection.request("GET", "/v1/config?x=1", headers={"Host": HOST})
    response = connection.getresponse()
    assert response.status == 301
    assert response.headers["Location"] == f"https://{HOST}/v1/config?x=1"
    connection.close()


def test_requests_come_through_with_the_headers_of_both(front: Front) -> None:
    answer = front.ask("/v1/config")
    assert answer.status == 200
    assert json.loads(answer.body)["chain_id"] > 0
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "/" not in answer.headers["Server"], "no versions"
    document = json.loads(front.ask("/openapi.json").body)
    assert document["servers"][0]["url"] == f"https://{HOST}"


def test_a_client_counts_by_its_own_address_whatever_it_claims(front: Front) -> None:
    relayer = [sys.executable, "-m", "relayer"]
    database = ["--database", str(front.house.store.path)]
    subprocess.run([*relayer, "ban", CLIENT, "--reason", "a test", *database], check=True)
    crowd = Crowd(DOMAIN, TRAINER, len(LABELS))
    bodies = (json.dumps(each).encode() for each in crowd.contributions(5, int(time.time()) + 900))
    try:
        for claim in (None, OTHER, f"{OTHER}, 127.0.0.1"):
            refused = front.submit(next(bodies), CLIENT, claim)
            assert json.loads(refused.body)["code"] == "banned", claim
        for claim in (None, CLIENT):
            assert front.submit(next(bodies), OTHER, claim).status == 202, claim
    finally:
        subprocess.run([*relayer, "unban", CLIENT, *database], check=True)


def test_bodies_reach_the_relayer_up_to_its_own_limit(front: Front) -> None:
    most = Settings().max_body_bytes
    allowed = front.ask("/v1/contributions", method="POST", body=b" " * most)
    assert allowed.headers["Content-Type"].startswith("application/problem+json")
    beyond = front.ask("/v1/contributions", method="POST", body=b" " * (most + 1))
    assert (beyond.status, beyond.headers["Content-Type"]) == (413, "text/html")


def test_the_longest_poll_is_not_cut(front: Front) -> None:
    row = make_row(1)
    with front.house.store.transaction():
        front.house.store.contributions.insert([row])
    began_at = time.monotonic()
    answer = front.ask(f"/v1/contributions/{row.id}?wait={MAX_WAIT_S:g}&while=queued")
    assert answer.status == 200
    assert json.loads(answer.body)["status"] == "queued"
    assert time.monotonic() - began_at > MAX_WAIT_S - 1


def test_what_is_the_operator_s_is_not_for_strangers(front: Front) -> None:
    assert front.ask("/metrics").status == 404
    assert front.ask("/readyz").status == 404
    assert front.ask("/status").status == 403
    assert front.ask("/status", client="127.0.0.1").status == 200
    assert front.ask("/healthz").status == 200


def test_a_relayer_that_is_away_is_told_at_once_and_found_again(front: Front) -> None:
    assert front.house.web is not None
    front.house.web.kill()
    began_at = time.monotonic()
    assert front.ask("/v1/config").status == 502
    assert time.monotonic() - began_at < 5
