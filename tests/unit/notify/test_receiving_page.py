"""The receiver of the page about webhooks, run as it stands there."""

from __future__ import annotations

import json
import re
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from relayer.notify.events import ping_payload
from relayer.notify.signing import mint_secret, secret_text, sign

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "receive-webhooks.md"
KEY = mint_secret()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The page's app."""
    monkeypatch.setenv("HOOK_SECRET", secret_text(KEY))
    (code,) = re.findall(r"^ +```python\n(.*?)^ +```$", PAGE.read_text("utf-8"), re.M | re.S)
    page: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(textwrap.dedent(code), str(PAGE), "exec"), page)  # noqa: S102 - our own page
    client: FlaskClient = page["app"].test_client()
    return client


def deliver(receiver: FlaskClient, body: bytes, message_id: str = "msg_1") -> int:
    headers = sign([KEY], message_id, int(time.time()), body)
    return receiver.post(
        "/hook", data=body, headers=headers, content_type="application/json"
    ).status_code


def settled(payload: Any) -> bytes:
    return json.dumps({"type": "contribution.settled", "data": payload}).encode()


def test_the_message_that_tries_a_receiver_is_taken(receiver: FlaskClient) -> None:
    assert deliver(receiver, ping_payload(time.time()).encode()) == 204


def test_what_became_of_a_contribution_is_told_once(
    receiver: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    body = settled({"id": "0xad3b", "outcome": "refunded"})
    assert [deliver(receiver, body) for _ in range(2)] == [204, 204]
    assert capsys.readouterr().out == "contribution.settled 0xad3b refunded\n"


def test_a_message_that_could_not_be_handled_is_taken_when_it_comes_again(
    receiver: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deliver(receiver, settled({})) == 500
    assert deliver(receiver, settled({"id": "0xad3b", "outcome": None})) == 204
    assert "0xad3b" in capsys.readouterr().out


def test_what_nobody_signed_is_refused(receiver: FlaskClient) -> None:
    assert receiver.post("/hook", data=b"{}").status_code == 400
