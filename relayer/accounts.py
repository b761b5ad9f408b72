"""Whose money and whose keys: the sponsor of a deployment, the signers of the settings."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from relayer.clock import Clock, SystemClock
from relayer.deployment import Deployment
from relayer.errors import SettingsError
from relayer.keys import ExternalSigner, Signer, TransactionSigner, load_keystore
from relayer.settings import Settings

_NO_KEY = (
    "the worker needs a key: set signer_keystore to the key file and "
    "RELAYER_SIGNER_PASSWORD or RELAYER_SIGNER_PASSWORD_FILE to its password"
)


def sponsor_of(settings: Settings, deployment: Deployment) -> str:
    """The address whose tank pays: the setting, or the deployer.

    Raises:
        SettingsError: neither is known.
    """
    sponsor = settings.sponsor or deployment.sponsor
    if sponsor is None:
        raise SettingsError(
            "no sponsor is known: set 'sponsor' to the address whose tank pays, "
            "the deployment file does not name one"
        )
    return sponsor


def keystores_of(settings: Settings) -> list[tuple[Path, str]]:
    """The key files that the settings name, each with its password; the first one first.

    Raises:
        SettingsError: there is none and no external signer either, or there are fewer or more
            passwords than files.
    """
    first = [] if settings.signer_keystore is None else [settings.signer_keystore]
    if not (first or settings.signer_keystores or settings.external_signer_addresses):
        raise SettingsError(_NO_KEY)
    passwords = _shared_passwords(settings, len(first))
    if settings.signer_passwords is not None:
        own = settings.signer_passwords.reveal().splitlines()
        if len(own) != len(settings.signer_keystores):
            raise SettingsError(
                f"signer_passwords has {len(own)} lines and signer_keystores names "
                f"{len(settings.signer_keystores)} files; write one password a line, in their order"
            )
    else:
        own = _shared_passwords(settings, len(settings.signer_keystores))
    return list(zip((*first, *settings.signer_keystores), (*passwords, *own), strict=True))


def open_signers(settings: Settings, clock: Clock | None = None) -> list[TransactionSigner]:
    """Opens every keystore that the settings name, then the external accounts.

    Args:
        settings: name them.
        clock: bounds the answers of an external signer; default: the machine's.

    Raises:
        SettingsError: keystore or password are not set, an account is named twice, or the
            external signer's address is none.
        SignerKeyError: a keystore cannot be opened.
    """
    signers: list[TransactionSigner] = [
        load_keystore(path, password) for path, password in keystores_of(settings)
    ]
    signers += _external_signers(settings, clock or SystemClock())
    addresses = [signer.address for signer in signers]
    twice = {address for address in addresses if addresses.count(address) > 1}
    if twice:
        raise SettingsError(
            f"two of the signers are the account {min(twice)}; name each account once in "
            "signer_keystore, signer_keystores and external_signer_addresses"
        )
    return signers


def _external_signers(settings: Settings, clock: Clock) -> list[ExternalSigner]:
    token = settings.external_signer_token
    return [
        ExternalSigner(
            settings.external_signer_url or "",
            address,
            method=settings.external_signer_method,
            timeout_s=settings.external_signer_timeout_s,
            clock=clock,
            token=None if token is None else token.reveal(),
        )
        for address in settings.external_signer_addresses
    ]


def open_treasury(settings: Settings, signers: Collection[str]) -> Signer | None:
    """Opens the account that refills the signers, if the settings name one.

    Args:
        settings: name its key file.
        signers: the accounts that it refills.

    Raises:
        SettingsError: its password is not set, or it is one of the signers.
        SignerKeyError: the keystore cannot be opened.
    """
    if settings.treasury_keystore is None:
        return None
    if settings.treasury_password is None:
        raise SettingsError(
            "the treasury needs its password: set RELAYER_TREASURY_PASSWORD or "
            "RELAYER_TREASURY_PASSWORD_FILE"
        )
    treasury = load_keystore(settings.treasury_keystore, settings.treasury_password.reveal())
    if treasury.address in signers:
        raise SettingsError(
            f"the treasury {treasury.address} is one of the signers; give it a key of its own"
        )
    return treasury


def _shared_passwords(settings: Settings, count: int) -> list[str]:
    if count and settings.signer_password is None:
        raise SettingsError(_NO_KEY)
    return [settings.signer_password.reveal()] * count if settings.signer_password else []
