"""An account that signs the relayer's transactions."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from relayer.chain.fees import Fees

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.messages import SignableMessage
    from eth_account.signers.local import LocalAccount

_TYPE_EIP1559 = 2


@dataclass(frozen=True)
class TransactionFields:
    """What all attempts of one transaction have in common."""

    chain_id: int
    nonce: int
    to: str
    data: bytes
    gas_limit: int
    value_wei: int = 0


@dataclass(frozen=True)
class SignedTransaction:
    """The bytes to broadcast and the hash to watch for."""

    hash: str
    raw: bytes


class TransactionSigner(Protocol):
    """An account that signs the relayer's transactions, wherever its key is."""

    @property
    def address(self) -> str:
        """The account's checksummed address."""
        ...

    def sign(self, fields: TransactionFields, fees: Fees) -> SignedTransaction:
        """Signs an EIP-1559 transaction with exactly these fields.

        Raises:
            SignerKeyError: it is not signed now; nothing is known to anybody.
        """
        ...


class Signer:
    """Signs with one private key, which never leaves this object.

    Args:
        private_key: 32 bytes.
    """

    def __init__(self, private_key: bytes) -> None:
        from relayer.ethereum_account import Account  # slow: processes without keys do without

        self._account: LocalAccount = Account.from_key(private_key)

    @property
    def address(self) -> str:
        """The account's checksummed address."""
        return str(self._account.address)

    def sign(self, fields: TransactionFields, fees: Fees) -> SignedTransaction:
        """Signs an EIP-1559 transaction; the same input gives the same bytes (RFC 6979)."""
        transaction: dict[str, Any] = {
            "type": _TYPE_EIP1559,
            "chainId": fields.chain_id,
            "nonce": fields.nonce,
            "to": fields.to,
            "value": fields.value_wei,
            "data": fields.data,
            "gas": fields.gas_limit,
            "maxFeePerGas": fees.max_fee_per_gas_wei,
            "maxPriorityFeePerGas": fees.max_priority_fee_per_gas_wei,
        }
        signed = self._account.sign_transaction(transaction)
        return SignedTransaction("0x" + bytes(signed.hash).hex(), bytes(signed.raw_transaction))

    def sign_message(self, signable_message: SignableMessage) -> SignedMessage:
        """Signs an encoded message (EIP-191, EIP-712), as players do."""
        return self._account.sign_message(signable_message)

    def secret_for(self, purpose: bytes) -> bytes:
        """32 bytes that only the key's owner can know, always the same for the same purpose."""
        return hmac.digest(bytes(self._account.key), purpose, hashlib.sha256)

    def __repr__(self) -> str:
        return f"Signer({self.address})"
