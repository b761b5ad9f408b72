"""A real mail server for tests: aiosmtpd on a free port, which keeps what it is given."""

from __future__ import annotations

import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import reserve_port

#: A key and a certificate for localhost and 127.0.0.1 that nobody trusts but these tests.
CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"
USER, PASSWORD = "relayer", "a letter, a stamp"


class MailServer:
    """Takes mails, and answers as the test wants.

    Args:
        security: ``starttls``, ``tls`` or ``none``.
        needs_login: whether only who knows user and password may send; with ``starttls``.
    """

    def __init__(self, security: str = "none", *, needs_login: bool = False) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        options: dict[str, Any] = {"tls_context": context} if security == "starttls" else {}
        if needs_login:
            options |= {"auth_required": True, "authenticator": _authenticate}
        self.received: list[EmailMessage] = []
        #: What it says to mails at the moment; empty: it takes them.
        self.refusal = ""
        self.port = reserve_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=context if security == "tls" else None,
            require_starttls=security == "starttls",
            **options,
        )
        self._controller.start()

    def close(self) -> None:
        """Stop listening; harmless when it has stopped."""
        if self._controller.server is not None:
            self._controller.stop()

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take one mail, or refuse it."""
        if self.refusal:
            return self.refusal
        content = cast(bytes, envelope.content)
        self.received.append(message_from_bytes(content, policy=default))
        return "250 taken"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
