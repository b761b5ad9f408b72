"""Mails to a real server: encrypted before anything is said, and refused in words otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from relayer.ops.alerts import mail
from relayer.ops.alerts.mail import Letter, hand_in
from tests.mail_server import CERTIFICATE, PASSWORD, USER, MailServer

LETTER = Letter("msg_1", ["olga@house.example", "omar@house.example"], "a\nb", "Well.\n", 1_700e6)

Open = Callable[..., MailServer]


@pytest.fixture
def open_server() -> Iterator[Open]:
    """Opens mail servers, and closes them in the end."""
    servers: list[MailServer] = []

    def open_one(security: str, *, needs_login: bool = False) -> MailServer:
        servers.append(MailServer(security, needs_login=needs_login))
        return servers[-1]

    yield open_one
    for server in servers:
        server.close()


def place(server: MailServer, security: str, **changes: object) -> mail.MailServer:
    """How the relayer is told of a server."""
    told = mail.MailServer(
        "127.0.0.1", server.port, security, "House <ops@house.example>", 5.0, ca_file=CERTIFICATE
    )
    return replace(told, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_handed_in_encrypted(open_server: Open, security: str) -> None:
    server = open_server(security)
    assert hand_in(place(server, security), LETTER).arrived
    (message,) = server.received
    assert (message["From"], message["To"]) == (
        "House <ops@house.example>",
        "olga@house.example, omar@house.example",
    )
    assert (message["Subject"], message["Message-ID"]) == ("a b", "<msg_1@house.example>")
    assert (message["Auto-Submitted"], message["Date"]) == (
        "auto-generated",
        "Tue, 14 Nov 2023 22:13:20 +0000",
    )
    assert message.get_content().split() == ["Well."]


def test_server_may_want_a_login(open_server: Open) -> None:
    server = open_server("starttls", needs_login=True)
    told = place(server, "starttls", user=USER, password=PASSWORD)
    assert hand_in(told, LETTER).arrived
    wrong = hand_in(replace(told, password="wrong"), LETTER)
    assert wrong.detail.startswith("the mail server answered 535")
    unnamed = hand_in(replace(told, user=None), LETTER)
    assert unnamed.detail.startswith("the mail server answered 530")
    assert len(server.received) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_server_that_nobody_vouches_for_gets_nothing(open_server: Open, security: str) -> None:
    server = open_server(security)
    handover = hand_in(place(server, security, ca_file=None), LETTER)
    assert not handover.arrived
    assert "CERTIFICATE_VERIFY_FAILED" in handover.detail
    assert server.received == []


def test_server_that_cannot_encrypt_gets_nothing(open_server: Open) -> None:
    server = open_server("none")
    handover = hand_in(place(server, "starttls"), LETTER)
    assert not handover.arrived
    assert "STARTTLS" in handover.detail
    assert server.received == []
    assert hand_in(place(server, "none"), LETTER).arrived


def test_what_a_server_says_is_told(open_server: Open) -> None:
    server = open_server("none")
    server.refusal = "452 the disk is full"
    handover = hand_in(place(server, "none"), LETTER)
    assert (handover.arrived, handover.detail) == (
        False,
        "the mail server answered 452 the disk is full",
    )
    server.close()
    assert "no mail: ConnectionRefusedError" in hand_in(place(server, "none"), LETTER).detail
