"""When operators are told that something is wrong, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from relayer.notify.signing import WebhookSignatureError, read_secret
from relayer.settings.declaring import MOST_PORT, Secret, about


@dataclass(frozen=True, kw_only=True)
class AlertSettings:
    """When operators are told that something is wrong, and how."""

    alert_interval_s: float = field(
        default=15.0, metadata=about("pause between two looks at all verdicts", least=1)
    )
    alert_level: str = field(
        default="red", metadata=about("least level of a verdict that raises its alert: red, amber")
    )
    alert_raise_after_s: float = field(
        default=60.0,
        metadata=about("how long a verdict stays bad until its alert is raised", least=0),
    )
    alert_clear_after_s: float = field(
        default=120.0, metadata=about("how long it stays well until the alert is cleared", least=0)
    )
    alert_repeat_s: float = field(
        default=14_400.0,
        metadata=about(
            "pause after which an alert is told again that nobody acknowledges", least=60
        ),
    )
    alert_webhook_urls: tuple[str, ...] = field(
        default=(), metadata=about("where alerts are posted, signed as webhooks are")
    )
    alert_webhook_secret: Secret | None = field(
        default=None, metadata=about("secret that signs them, as `whsec_` and base64")
    )
    alert_email_to: tuple[str, ...] = field(
        default=(), metadata=about("e-mail addresses that alerts go to")
    )
    runbooks_url: str | None = field(
        default=None,
        metadata=about(
            "address below which runbooks of your own are, one for each alert by its name, for "
            "links in messages and on pages; default: the dashboard's"
        ),
    )
    smtp_host: str | None = field(default=None, metadata=about("mail server that sends alerts"))
    smtp_port: int = field(default=587, metadata=about("its port", least=1, most=MOST_PORT))
    smtp_security: str = field(
        default="starttls",
        metadata=about("how the connection is encrypted: starttls, tls (from its start), none"),
    )
    smtp_user: str | None = field(default=None, metadata=about("user at the mail server, if any"))
    smtp_password: Secret | None = field(
        default=None, metadata=about("password at the mail server")
    )
    smtp_from: str | None = field(default=None, metadata=about("sender of the mails"))
    smtp_ca_file: Path | None = field(
        default=None,
        metadata=about("certificates that vouch for the mail server; default: the machine's"),
    )
    smtp_timeout_s: float = field(
        default=20.0, metadata=about("longest that the mail server may be silent", least=0.1)
    )

    def alert_fault(self) -> str | None:
        """Return what is wrong with these settings together, in words; None: nothing."""
        if self.alert_level not in ("amber", "red"):
            return f"alert_level is {self.alert_level!r}; it must be 'amber' or 'red'"
        if self.smtp_security not in ("starttls", "tls", "none"):
            return (
                f"smtp_security is {self.smtp_security!r}; it must be 'starttls', 'tls' or 'none'"
            )
        if self.alert_webhook_urls and self.alert_webhook_secret is None:
            return (
                "alert_webhook_urls needs RELAYER_ALERT_WEBHOOK_SECRET or "
                "RELAYER_ALERT_WEBHOOK_SECRET_FILE, so that receivers can tell who posts"
            )
        if self.alert_webhook_secret is not None and not _is_signing_secret(
            self.alert_webhook_secret
        ):
            return "alert_webhook_secret has not the form whsec_ and base64 of 24 to 64 bytes"
        if self.alert_email_to and (self.smtp_host is None or self.smtp_from is None):
            return "alert_email_to needs smtp_host and smtp_from"
        return self._login_fault()

    def _login_fault(self) -> str | None:
        if (self.smtp_user is None) is not (self.smtp_password is None):
            return "smtp_user and smtp_password go together; set both or none"
        if self.smtp_user is not None and self.smtp_security == "none":
            return "smtp_security is none: the password would cross the network in the clear"
        return None


def _is_signing_secret(secret: Secret) -> bool:
    try:
        return 24 <= len(read_secret(secret.reveal())) <= 64
    except WebhookSignatureError:
        return False
