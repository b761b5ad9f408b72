"""Which oracle a responder answers for: from the settings and the deployment file."""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.address import is_address, to_checksum_address

from relayer.deployment import Deployment
from relayer.errors import SettingsError
from relayer.keys import Signer, load_keystore
from relayer.settings import Settings


@dataclass(frozen=True)
class OraclePlace:
    """Where an oracle lives, and what its labels are called."""

    chain_id: int
    address: str
    first_block: int
    labels: tuple[str, ...]


def place_of(settings: Settings, deployment: Deployment) -> OraclePlace:
    """The oracle that the settings name, or the only one of the deployment.

    Raises:
        SettingsError: it is not clear which one is meant.
    """
    entries = {entry.address: entry for entry in deployment.oracles}
    address = settings.oracle_address
    if address is None:
        if len(entries) != 1:
            raise SettingsError(
                f"the deployment file names {len(entries)} oracles; set oracle_address to the one "
                "to answer for"
            )
        address = next(iter(entries))
    if not is_address(address):
        raise SettingsError(f"oracle_address {address} is not 0x and 40 hex digits")
    address = to_checksum_address(address)
    labels = tuple(entries[address].labels) if address in entries else ()
    return OraclePlace(deployment.chain_id, address, deployment.block_number, labels)


def open_responder_key(settings: Settings) -> Signer:
    """Opens the keystore of the responder.

    Raises:
        SettingsError: keystore or password are not set, or the key is the worker's.
        SignerKeyError: the keystore cannot be opened.
    """
    if settings.oracle_keystore is None or settings.oracle_password is None:
        raise SettingsError(
            "the responder needs a key: set oracle_keystore to the key file and "
            "RELAYER_ORACLE_PASSWORD or RELAYER_ORACLE_PASSWORD_FILE to its password"
        )
    if settings.oracle_keystore == settings.signer_keystore:
        raise SettingsError(
            "oracle_keystore and signer_keystore are the same file; give the responder a key of "
            "its own: two processes that count one account's nonces take each other's"
        )
    return load_keystore(settings.oracle_keystore, settings.oracle_password.reveal())
