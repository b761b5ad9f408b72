"""The relayer's own keys: encrypted at rest, readable by their owner only, never printed."""

from relayer.keys.errors import (
    KeystoreMissingError,
    KeystoreUnsafeError,
    PasswordError,
    SignerKeyError,
    SignerMismatchError,
    SignerRefusedError,
    SignerUnreachableError,
)
from relayer.keys.external import ExternalSigner
from relayer.keys.keystore import create_keystore, load_keystore, store_key
from relayer.keys.signer import SignedTransaction, Signer, TransactionFields, TransactionSigner

__all__ = [
    "ExternalSigner",
    "KeystoreMissingError",
    "KeystoreUnsafeError",
    "PasswordError",
    "SignedTransaction",
    "Signer",
    "SignerKeyError",
    "SignerMismatchError",
    "SignerRefusedError",
    "SignerUnreachableError",
    "TransactionFields",
    "TransactionSigner",
    "create_keystore",
    "load_keystore",
    "store_key",
]
