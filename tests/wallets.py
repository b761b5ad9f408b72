"""A player's own wallet: a real key that signs what a game asks it to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data


@dataclass
class Wallet:
    """Signs typed data as wallets do, and remembers what it was shown."""

    account: Any = field(default_factory=Account.create)
    shown: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """With EIP-55 spelling, as wallets tell it."""
        return str(self.account.address)

    def sign_typed_data(self, typed_data: dict[str, Any] | str) -> str:
        """Answer `eth_signTypedData_v4`."""
        given = json.loads(typed_data) if isinstance(typed_data, str) else typed_data
        self.shown.append(given)
        signed = self.account.sign_message(encode_typed_data(full_message=given))
        return f"0x{bytes(signed.signature).hex()}"


def typed_data(terms: dict[str, Any], primary_type: str, message: dict[str, Any]) -> dict[str, Any]:
    """What the page hands to a wallet, from `/api/delegation-terms`."""
    domain_members = [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ]
    return {
        "types": {"EIP712Domain": domain_members, primary_type: terms["types"][primary_type]},
        "domain": terms["domain"],
        "primaryType": primary_type,
        "message": message,
    }
