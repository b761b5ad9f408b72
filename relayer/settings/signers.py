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
    external_signer_url: str | None = field(
        default=None, metadata=about("JSON-RPC address of a process that keeps keys and signs")
    )
    external_signer_addresses: tuple[str, ...] = field(
        default=(), metadata=about("accounts of the external signer that send at the same time")
    )
    external_signer_method: str = field(
        default="eth_signTransaction",
        metadata=about(
            "method that signs: eth_signTransaction (web3signer), account_signTransaction (clef)"
        ),
    )
    external_signer_token: Secret | None = field(
        default=None, metadata=about("bearer token for the external signer, if it wants one")
    )
    external_signer_timeout_s: float = field(
        default=5.0, metadata=about("longest that the external signer may be silent", least=0.1)
    )
    treasury_keystore: Path | None = field(
        default=None, metadata=about("encrypted key file of the account that refills the others")
    )
    treasury_password: Secret | None = field(
        default=None, metadata=about("password of the treasury's key file")
    )
    signer_low_wei: int = field(
        default=20_000_000_000_000_000,
        metadata=about("balance below which the treasury refills an account", least=0),
    )
    signer_high_wei: int = field(
        default=100_000_000_000_000_000,
        metadata=about("balance that the treasury refills an account to", least=1),
    )
    treasury_address: str | None = field(
        default=None,
        metadata=about(
            "account that `relayer withdraw` takes the signers' credits to; with it, signers that "
            "hold signer_high_wei leave their credits there until then"
        ),
    )
    tank_top_up_most_wei: int = field(
        default=0,
        metadata=about(
            "most that one top-up brings from the treasury into the sponsor's tank; 0: nothing",
            least=0,
        ),
    )
