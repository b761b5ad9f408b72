"""Keystore files (Web3 Secret Storage, version 3) with mode 0600."""

from __future__ import annotations

import json
import os
import secrets
import stat
from pathlib import Path

from relayer.keys.errors import KeystoreMissingError, KeystoreUnsafeError, PasswordError
from relayer.keys.signer import Signer

KEY_BYTES = 32
#: Work factor N of scrypt (RFC 7914) in new files: one guess takes 256 MB and half a second.
SCRYPT_COST = 2**18
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


def create_keystore(path: Path, password: str, *, scrypt_cost: int | None = None) -> Signer:
    """Makes a new key and stores it encrypted.

    Args:
        path: of the new file.
        password: opens it.
        scrypt_cost: work factor N of a guess at the password, a power of 2; default: `SCRYPT_COST`.

    Raises:
        KeystoreUnsafeError: a file is there already; a key is never overwritten.
        PasswordError: the password is empty.
    """
    return store_key(path, secrets.token_bytes(KEY_BYTES), password, scrypt_cost=scrypt_cost)


def store_key(
    path: Path, private_key: bytes, password: str, *, scrypt_cost: int | None = None
) -> Signer:
    """Stores an existing key encrypted, readable by its owner only.

    Args:
        path: of the new file.
        private_key: 32 bytes.
        password: opens the file.
        scrypt_cost: work factor N of a guess at the password, a power of 2; default: `SCRYPT_COST`.

    Raises:
        KeystoreUnsafeError: a file is there already; a key is never overwritten.
        PasswordError: the password is empty.
    """
    if not password:
        raise PasswordError(
            f"The keystore {path} needs a password. Set RELAYER_SIGNER_PASSWORD or "
            "RELAYER_SIGNER_PASSWORD_FILE."
        )
    from relayer.ethereum_account import Account  # see `Signer`

    signer = Signer(private_key)
    cost = scrypt_cost or SCRYPT_COST
    keystore = Account.encrypt(private_key, password, kdf="scrypt", iterations=cost)
    content = json.dumps(keystore).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeystoreUnsafeError(
            f"{path} exists already. Keys are never overwritten: choose another path."
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return signer


def load_keystore(path: Path, password: str) -> Signer:
    """Opens a keystore.

    Raises:
        KeystoreMissingError: no file there, or not a keystore.
        KeystoreUnsafeError: group or others may access the file.
        PasswordError: the password does not fit.
    """
    from relayer.ethereum_account import Account  # see `Signer`

    content = _read_private(path)
    try:
        keystore = json.loads(content)
        if not isinstance(keystore, dict) or "crypto" not in keystore:
            raise KeystoreMissingError(f"{path} is not a keystore. Point signer_keystore to one.")
        return Signer(bytes(Account.decrypt(keystore, password)))
    except json.JSONDecodeError as error:
        raise KeystoreMissingError(
            f"{path} is not a keystore. Point signer_keystore to one."
        ) from error
    except (ValueError, TypeError) as error:
        raise PasswordError(
            f"The password does not open {path}. Check the variable that holds it, or the file "
            "that the variable with _FILE at its end names."
        ) from error


def _read_private(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        content = path.read_text("utf-8")
    except OSError as error:
        raise KeystoreMissingError(
            f"The keystore {path} cannot be read ({error.strerror}). "
            "`relayer deploy` creates one, or point signer_keystore to yours."
        ) from error
    if mode & _OTHERS_MAY:
        raise KeystoreUnsafeError(f"{path} can be accessed by other users. Run: chmod 600 {path}")
    return content
