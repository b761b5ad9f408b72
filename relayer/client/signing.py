"""Signing on the player's side, with nothing but what ``GET /v1/config`` tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from eth_utils.address import to_checksum_address


class Signer(Protocol):
    """An account that signs; ``eth_account.Account.create()`` is one."""

    @property
    def address(self) -> str:
        """The account's address."""
        ...

    def sign_message(self, signable_message: Any) -> Any:
        """Sign an encoded message."""
        ...


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A message with its signature, ready to be sent, and sent again without harm."""

    id: str  #: EIP-712 digest, 0x-hex
    message: Mapping[str, Any]
    signature: str
    chain_id: int

    def as_json(self) -> dict[str, Any]:
        """Return the body that the API takes."""
        return {
            "message": dict(self.message),
            "signature": self.signature,
            "chain_id": self.chain_id,
        }


def sign(
    account: Signer, eip712: Mapping[str, Any], primary_type: str, message: Mapping[str, Any]
) -> SignedRequest:
    """Sign a message by the domain and types that the relayer published.

    Args:
        account: the player's.
        eip712: ``domain`` and ``types`` of ``GET /v1/config``.
        primary_type: ``Contribution``, ``Validation`` or ``Withdrawal``.
        message: values by the names of the type, integers and hex as the API takes them.
    """
    from relayer.ethereum_account import encode_typed_data  # slow: for players alone

    domain = dict(eip712["domain"])
    domain["verifyingContract"] = to_checksum_address(domain["verifyingContract"])
    fields = eip712["types"][primary_type]
    signable = encode_typed_data(
        domain_data=domain,
        message_types={primary_type: fields},
        message_data={field["name"]: _typed(field, message) for field in fields},
    )
    signed = account.sign_message(signable)
    return SignedRequest(
        id=f"0x{bytes(signed.message_hash).hex()}",
        message=message,
        signature=f"0x{bytes(signed.signature).hex()}",
        chain_id=int(domain["chainId"]),
    )


def _typed(field: Mapping[str, str], message: Mapping[str, Any]) -> Any:
    value = message[field["name"]]
    if field["type"].startswith("uint"):
        return int(value)
    if field["type"].startswith("bytes"):
        return bytes.fromhex(str(value).removeprefix("0x"))
    return value
