"""The relayer's own keys: encrypted at rest, readable by their owner only, never printed."""

from relayer.keys.errors import (
    KeystoreMissingError,
    KeystoreUnsafeError,
    PasswordError,
    SignerKeyError,
)
from relayer.keys.keystore import create_keystore, load_keystore, store_key
from relayer.keys.signer import SignedTransaction, Signer, TransactionFields, TransactionSigner

__all__ = [
    "KeystoreMissingError",
    "KeystoreUnsafeError",
    "PasswordError",
    "SignedTransaction",
    "Signer",
    "SignerKeyError",
    "TransactionFields",
    "TransactionSigner",
    "create_keystore",
    "load_keystore",
    "store_key",
]
