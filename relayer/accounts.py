"""Whose money and whose key: the sponsor of a deployment, the signer of the settings."""

from __future__ import annotations

from relayer.deployment import Deployment
from relayer.errors import SettingsError
from relayer.keys import Signer, load_keystore
from relayer.settings import Settings


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


def open_signer(settings: Settings) -> Signer:
    """Opens the keystore that the settings name.

    Raises:
        SettingsError: keystore or password are not set.
        SignerKeyError: the keystore cannot be opened.
    """
    if settings.signer_keystore is None or settings.signer_password is None:
        raise SettingsError(
            "the worker needs a key: set signer_keystore to the key file and "
            "RELAYER_SIGNER_PASSWORD or RELAYER_SIGNER_PASSWORD_FILE to its password"
        )
    return load_keystore(settings.signer_keystore, settings.signer_password.reveal())
