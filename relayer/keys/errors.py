"""Errors of the keys package.

* SignerKeyError (RelayerError)
  * KeystoreMissingError: there is no such file
  * KeystoreUnsafeError: others could read the key, or it would be overwritten
  * PasswordError: the password does not open the keystore
  * SignerUnreachableError: an external signer does not answer
  * SignerRefusedError: an external signer does not sign
  * SignerMismatchError: an external signer signed something else
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


class SignerUnreachableError(SignerKeyError):
    """An external signer does not answer. Check that it runs; it is asked again."""


class SignerRefusedError(SignerKeyError):
    """An external signer does not sign. Look into its rules; it is asked again."""


class SignerMismatchError(SignerKeyError):
    """What an external signer signed is not what it was asked to. Nothing of it is sent."""
