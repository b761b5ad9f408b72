"""Hands one mail to the operator's server (RFC 5321), never in the clear where that matters."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from relayer.settings import Settings

STARTTLS: Final = "starttls"
TLS: Final = "tls"
_SHOWN_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in.

    Attributes:
        security: ``starttls``: begun in the clear and encrypted before anything is said, or not
            at all; ``tls``: from the first byte; ``none``: never.
        ca_file: certificates that vouch for the server; None: those of the machine.
    """

    host: str
    port: int
    security: str
    sender: str
    timeout_s: float
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> MailServer | None:
        """Read it from the settings; None: there is none."""
        if settings.smtp_host is None or settings.smtp_from is None:
            return None
        password = settings.smtp_password
        return cls(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_from,
            settings.smtp_timeout_s,
            settings.smtp_user,
            None if password is None else password.reveal(),
            settings.smtp_ca_file,
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail."""

    id: str
    to: Sequence[str]
    subject: str
    body: str
    written_at: float


@dataclass(frozen=True, slots=True)
class Handover:
    """What came of handing a mail in."""

    arrived: bool
    detail: str


def hand_in(server: MailServer, letter: Letter) -> Handover:
    """Hand a mail to the server; it is taken when the server says so for every receiver."""
    try:
        with _connect(server) as connection:
            if server.user is not None:
                connection.login(server.user, server.password or "")
            refused = connection.send_message(_message(server, letter))
    except smtplib.SMTPResponseException as error:
        return Handover(False, f"the mail server answered {error.smtp_code} {_text(error)}")
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Handover(False, f"no mail: {type(error).__name__}: {error}"[:_SHOWN_CHARACTERS])
    if refused:
        return Handover(False, f"the mail server refused {', '.join(sorted(refused))}")
    return Handover(True, "the mail server took it")


def _connect(server: MailServer) -> smtplib.SMTP:
    # Without a name of its own the client would ask the name service for one, and wait.
    name = _domain(server)
    if server.security == TLS:
        return smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=server.timeout_s, context=_context(server)
        )
    connection = smtplib.SMTP(server.host, server.port, name, timeout=server.timeout_s)
    try:
        if server.security == STARTTLS:
            connection.starttls(context=_context(server))
    except BaseException:
        connection.close()
        raise
    return connection


def _domain(server: MailServer) -> str:
    """What stands behind the @ of the sender, also of one that is written with a name."""
    return server.sender.rpartition("@")[2].rstrip(" >") or "localhost"


def _context(server: MailServer) -> ssl.SSLContext:
    cafile = None if server.ca_file is None else str(server.ca_file)
    return ssl.create_default_context(cafile=cafile)


def _message(server: MailServer, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = ", ".join(letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(datetime.fromtimestamp(letter.written_at, UTC))
    message["Message-ID"] = f"<{letter.id}@{_domain(server)}>"
    # RFC 3834: nobody's holiday notice shall answer it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _text(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:_SHOWN_CHARACTERS]
