"""Whose keys sign what the worker sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from relayer.settings.declaring import Secret, about


@dataclass(frozen=True, kw_only=True)
class SignerSettings:
    """Whose keys sign what the worker sends."""

    signer_keystore: Path | None = field(
        default=None, metadata=about("encrypted key file of the relayer's account")
    )
    signer_password: Secret | None = field(default=None, metadata=about("password of the key file"))
    signer_keystores: tuple[Path, ...] = field(
        default=(), metadata=about("key files of further accounts, which send at the same time")
    )
    signer_passwords: Secret | None = field(
        default=None,
        metadata=about(
            "passwords of the further key files, one a line in their order; default: "
            "signer_password opens them all"
        ),
    )
