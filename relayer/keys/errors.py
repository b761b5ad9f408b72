"""Errors of the keys package.

* SignerKeyError (RelayerError)
  * KeystoreMissingError: there is no such file
  * KeystoreUnsafeError: others could read the key, or it would be overwritten
  * PasswordError: the password does not open the keystore
"""

from __future__ import annotations

from relayer.errors import RelayerError


class SignerKeyError(RelayerError):
    """Base of all errors of this package."""


class KeystoreMissingError(SignerKeyError):
    """There is no keystore at the path, or it is not one."""


class KeystoreUnsafeError(SignerKeyError):
    """Others could read the key, or a key would be overwritten."""


class PasswordError(SignerKeyError):
    """The password does not open the keystore, or there is none."""
