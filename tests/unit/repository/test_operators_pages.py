"""What the pages for operators write down of the service's bounds and settings is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from relayer.api.waiting import MAX_WAIT_S
from relayer.cli.web import GRACE_S, KEEP_ALIVE_S
from relayer.settings import Settings
from relayer.settings.sources import load

PAGES = Path(__file__).parents[3] / "docs" / "how-to"


def blocks(page: str, language: str) -> list[str]:
    text = (PAGES / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def directive(name: str) -> str:
    """The value of a directive of nginx that the page sets once."""
    (value,) = re.findall(
        rf"^\s*{name} (.+);$", "".join(blocks("run-behind-nginx.md", "nginx")), re.M
    )
    return str(value)


def seconds(name: str) -> float:
    return float(directive(name).removesuffix("s"))


def test_nginx_reads_as_large_a_body_as_the_relayer() -> None:
    kibibytes = int(directive("client_max_body_size").removesuffix("k"))
    assert kibibytes * 1024 == Settings().max_body_bytes


def test_nginx_outwaits_the_longest_poll_and_closes_idle_connections_first() -> None:
    assert seconds("proxy_read_timeout") > MAX_WAIT_S
    assert seconds("keepalive_timeout") < KEEP_ALIVE_S
    assert seconds("client_body_timeout") <= Settings().request_timeout_s


def test_nginx_is_balanced_and_hides_what_is_the_operator_s() -> None:
    (text,) = blocks("run-behind-nginx.md", "nginx")
    assert text.count("{") == text.count("}")
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    assert all(line.endswith((";", "{", "}")) for line in lines if line)
    for path in ("= /metrics", "= /readyz", "/ops", "/v1/ops"):
        assert f"location {path} {{ return 404; }}" in text
    assert directive("proxy_set_header X-Forwarded-For") == "$proxy_add_x_forwarded_for"


@pytest.mark.parametrize(
    ("page", "number"), [("run-behind-nginx.md", 0), ("deploy-to-production.md", 0)]
)
def test_the_settings_of_a_page_are_taken(page: str, number: int, tmp_path: Path) -> None:
    file = tmp_path / "relayer.toml"
    file.write_text(blocks(page, "toml")[number])
    settings = load({}, file=file).settings
    for name in tomllib.loads(file.read_text()):
        assert getattr(settings, name) != getattr(Settings(), name), f"{name} is the default"
    assert "127.0.0.1" in settings.trusted_proxies


def test_the_service_may_finish_its_requests_before_systemd_kills_it() -> None:
    web = blocks("deploy-to-production.md", "ini")[0]
    (stop_s,) = re.findall(r"^TimeoutStopSec=(\d+)$", web, re.M)
    assert int(stop_s) > GRACE_S


def test_variables_of_the_services_are_settings() -> None:
    names = re.findall(
        r"^Environment=RELAYER_(\w+?)(?:_FILE)?=",
        "".join(blocks("deploy-to-production.md", "ini")),
        re.M,
    )
    assert {name.lower() for name in names} - {"config"} <= set(vars(Settings()))
