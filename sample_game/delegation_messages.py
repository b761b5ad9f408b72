"""What a wallet and a session key sign (EIP-712): a delegation within limits, and its end.

The domain names the chain and the house's Forwarder, as in all that players sign, under a name of
its own: no signature for the game is one for the Forwarder, or the other way round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from eth_utils.crypto import keccak

from relayer.chain.eip712 import compact_signature, recover_signer
from relayer.chain.errors import SignatureMalformedError
from sample_game.errors import MalformedRequest
from sample_game.rounds import checked_player

DOMAIN_NAME: Final = "Hunch"
DOMAIN_VERSION: Final = "1"
#: Shown by the wallet before it signs. Another text is refused, so a wallet signs nothing wider.
SCOPE: Final = (
    "Play Hunch in my name: give clues and confirm the clues of others. "
    "This moves no money of my wallet and allows nothing else."
)
TYPES: Final[dict[str, list[dict[str, str]]]] = {
    "SessionDelegation": [
        {"name": "wallet", "type": "address"},
        {"name": "sessionKey", "type": "address"},
        {"name": "game", "type": "string"},
        {"name": "scope", "type": "string"},
        {"name": "contributionLimit", "type": "uint32"},
        {"name": "issuedAt", "type": "uint40"},
        {"name": "expiresAt", "type": "uint40"},
    ],
    "SessionRevocation": [
        {"name": "delegation", "type": "bytes32"},
        {"name": "game", "type": "string"},
    ],
}
_BOUNDS: Final = {"uint32": 2**32, "uint40": 2**40}
_SIGNATURE_BYTES: Final = 65


@dataclass(frozen=True)
class TypedDomain:
    """Chain and Forwarder of the house that the game plays at."""

    chain_id: int
    forwarder: str

    @classmethod
    def of(cls, eip712: Mapping[str, Any]) -> Self:
        """Return the game's domain beside the house's own."""
        domain = eip712["domain"]
        return cls(int(domain["chainId"]), str(domain["verifyingContract"]))

    def as_json(self) -> dict[str, str | int]:
        """Return the domain as wallets take it."""
        return {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": self.chain_id,
            "verifyingContract": self.forwarder,
        }


@dataclass(frozen=True)
class Delegation:
    """What a wallet signed; addresses in lower case, times in unix seconds."""

    wallet: str
    session_key: str
    game: str
    scope: str
    contribution_limit: int
    issued_at: int
    expires_at: int


def read_delegation(message: Mapping[str, Any]) -> Delegation:
    """Read a delegation.

    Raises:
        MalformedRequest: a member is missing, too many or of another type.
    """
    values = _checked("SessionDelegation", message)
    return Delegation(
        wallet=checked_player(values["wallet"]),
        session_key=checked_player(values["sessionKey"]),
        game=values["game"],
        scope=values["scope"],
        contribution_limit=values["contributionLimit"],
        issued_at=values["issuedAt"],
        expires_at=values["expiresAt"],
    )


def digest_of(domain: TypedDomain, primary_type: str, message: Mapping[str, Any]) -> bytes:
    """Return the 32 bytes that are signed for a message.

    Raises:
        MalformedRequest: a member is missing, too many or of another type.
    """
    from relayer.ethereum_account import encode_typed_data  # slow: for own wallets alone

    signable = encode_typed_data(
        domain_data=domain.as_json(),
        message_types={primary_type: TYPES[primary_type]},
        message_data=dict(_checked(primary_type, message)),
    )
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def signer_of(digest: bytes, signature: str) -> str | None:
    """Return who signed, in lower case; None: nobody can have made this signature.

    Only accounts with a key sign: contract wallets (EIP-1271) are not asked.
    """
    try:
        raw = bytes.fromhex(signature.removeprefix("0x"))
        if len(raw) != _SIGNATURE_BYTES:
            return None
        return recover_signer(digest, compact_signature(raw)).lower()
    except (ValueError, SignatureMalformedError):
        return None


def _checked(primary_type: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
    members = {member["name"]: member["type"] for member in TYPES[primary_type]}
    fitting = set(message) == set(members) and all(
        _fits(kind, message[name]) for name, kind in members.items()
    )
    if not fitting:
        raise MalformedRequest(f"The signed message is no {primary_type}. Reload the page.")
    return message


def _fits(kind: str, value: Any) -> bool:
    if kind in _BOUNDS:
        return type(value) is int and 0 <= value < _BOUNDS[kind]
    if kind == "string":
        return isinstance(value, str) and len(value) <= 500 and value.isprintable()
    length = {"address": 40, "bytes32": 64}[kind]
    return isinstance(value, str) and len(value) == length + 2 and _is_hex(value)


def _is_hex(value: str) -> bool:
    try:
        bytes.fromhex(value.removeprefix("0x"))
    except ValueError:
        return False
    return value.startswith("0x")
