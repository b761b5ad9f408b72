"""EIP-712 digests of what players sign, and EIP-2098 signatures over them.

The digests are computed by hand from the fixed types below instead of through a general encoder:
intake recovers every signature before it touches the store, so this is the hot path of the
service. The domain's `verifyingContract` is the Forwarder and is part of every digest, hence a
message signed for one chain or one Forwarder is worthless elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from coincurve import PrivateKey, PublicKey

from relayer.chain.errors import SignatureMalformedError
from relayer.chain.keccak import ADDRESS_BYTES, canonical_address, checksummed, keccak

DOMAIN_NAME: Final = "On the House"
DOMAIN_VERSION: Final = "1"

#: Members of the EIP-712 types, in signing order; published by `GET /v1/config`.
TYPES: Final[dict[str, list[dict[str, str]]]] = {
    "Contribution": [
        {"name": "trainer", "type": "address"},
        {"name": "player", "type": "address"},
        {"name": "nonce", "type": "uint32"},
        {"name": "deadline", "type": "uint40"},
        {"name": "maxFeeGwei", "type": "uint64"},
        {"name": "label", "type": "uint16"},
        {"name": "sample", "type": "bytes"},
    ],
    "Withdrawal": [
        {"name": "player", "type": "address"},
        {"name": "to", "type": "address"},
        {"name": "amountWei", "type": "uint256"},
        {"name": "nonce", "type": "uint32"},
        {"name": "deadline", "type": "uint40"},
        {"name": "maxFeeGwei", "type": "uint64"},
    ],
    "Validation": [
        {"name": "trainer", "type": "address"},
        {"name": "validator", "type": "address"},
        {"name": "contribution", "type": "uint64"},
        {"name": "nonce", "type": "uint32"},
        {"name": "deadline", "type": "uint40"},
        {"name": "maxFeeGwei", "type": "uint64"},
    ],
}

#: Half the order of secp256k1: signatures with a larger s are the malleable twins of smaller ones.
HALF_ORDER: Final = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
COMPACT_SIGNATURE_BYTES: Final = 64
_PARITY_BIT: Final = 1 << 255


def _type_hash(name: str) -> bytes:
    members = ",".join(f"{member['type']} {member['name']}" for member in TYPES[name])
    return keccak(f"{name}({members})".encode())


CONTRIBUTION_TYPEHASH: Final = _type_hash("Contribution")
WITHDRAWAL_TYPEHASH: Final = _type_hash("Withdrawal")
VALIDATION_TYPEHASH: Final = _type_hash("Validation")
_DOMAIN_TYPEHASH: Final = keccak(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)


@dataclass(frozen=True)
class Domain:
    """The EIP-712 domain of one Forwarder on one chain."""

    chain_id: int
    forwarder: str

    @cached_property
    def separator(self) -> bytes:
        """The domain separator, equal to the Forwarder's `DOMAIN_SEPARATOR()`."""
        return keccak(
            _DOMAIN_TYPEHASH
            + keccak(DOMAIN_NAME.encode())
            + keccak(DOMAIN_VERSION.encode())
            + _word(self.chain_id)
            + _address_word(self.forwarder)
        )

    def as_json(self) -> dict[str, str | int]:
        """The domain as wallets expect it in typed data."""
        return {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": self.chain_id,
            "verifyingContract": checksummed(canonical_address(self.forwarder)),
        }

    def digest(self, struct_hash: bytes) -> bytes:
        """The 32 bytes that are signed for a struct hash in this domain."""
        return keccak(b"\x19\x01" + self.separator + struct_hash)


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _address_word(address: str) -> bytes:
    return bytes(12) + canonical_address(address)


@dataclass(frozen=True)
class Contribution:
    """A sample and its label, as a player signs them."""

    trainer: str
    player: str
    nonce: int
    deadline: int
    max_fee_gwei: int
    label: int
    sample: bytes

    def digest(self, domain: Domain) -> bytes:
        """The EIP-712 digest; its 0x-hex form is the contribution's id.

        Raises:
            OverflowError: a number is negative or beyond 256 bits.
            ValueError: an address is not one.
        """
        return domain.digest(
            keccak(
                CONTRIBUTION_TYPEHASH
                + _address_word(self.trainer)
                + _address_word(self.player)
                + _word(self.nonce)
                + _word(self.deadline)
                + _word(self.max_fee_gwei)
                + _word(self.label)
                + keccak(self.sample)
            )
        )


@dataclass(frozen=True)
class Withdrawal:
    """A player's wish to take money out of the Forwarder, carried by a relayer."""

    player: str
    to: str
    amount_wei: int
    nonce: int
    deadline: int
    max_fee_gwei: int

    def digest(self, domain: Domain) -> bytes:
        """The EIP-712 digest; its 0x-hex form is the withdrawal's id."""
        return domain.digest(
            keccak(
                WITHDRAWAL_TYPEHASH
                + _address_word(self.player)
                + _address_word(self.to)
                + _word(self.amount_wei)
                + _word(self.nonce)
                + _word(self.deadline)
                + _word(self.max_fee_gwei)
            )
        )


@dataclass(frozen=True)
class Validation:
    """A player's statement that confirms somebody else's contribution."""

    trainer: str
    validator: str
    contribution: int  #: its number: batch and place in it, see `validation_wire`
    nonce: int
    deadline: int
    max_fee_gwei: int

    def digest(self, domain: Domain) -> bytes:
        """The EIP-712 digest; its 0x-hex form is the validation's id.

        Raises:
            OverflowError: a number is negative or beyond 256 bits.
            ValueError: an address is not one.
        """
        return domain.digest(
            keccak(
                VALIDATION_TYPEHASH
                + _address_word(self.trainer)
                + _address_word(self.validator)
                + _word(self.contribution)
                + _word(self.nonce)
                + _word(self.deadline)
                + _word(self.max_fee_gwei)
            )
        )


def compact_signature(signature: bytes) -> bytes:
    """Brings a signature to the one form that is stored and sent: EIP-2098, `r(32) | vs(32)`.

    Accepts 65 bytes `r | s | v` (v of 0, 1, 27 or 28) and 64 bytes EIP-2098.

    Raises:
        SignatureMalformedError: wrong length, unknown v, high s, or r or s of zero.
    """
    if len(signature) == COMPACT_SIGNATURE_BYTES:
        r, vs = signature[:32], int.from_bytes(signature[32:], "big")
        s, parity = vs & (_PARITY_BIT - 1), vs >> 255
    elif len(signature) == COMPACT_SIGNATURE_BYTES + 1:
        r, s = signature[:32], int.from_bytes(signature[32:64], "big")
        parity = _parity_of(signature[64])
    else:
        raise SignatureMalformedError(
            f"A signature has 65 bytes (r, s, v) or 64 bytes (EIP-2098), not {len(signature)}."
        )
    if s > HALF_ORDER:
        raise SignatureMalformedError("The signature has a high s (EIP-2); send its low-s twin.")
    if s == 0 or not any(r):
        raise SignatureMalformedError("The signature's r or s is zero.")
    return r + ((parity << 255) | s).to_bytes(32, "big")


def _parity_of(v: int) -> int:
    if v in (27, 28):
        return v - 27
    if v in (0, 1):
        return v
    raise SignatureMalformedError(f"The signature's last byte v must be 27 or 28, not {v}.")


def recover_signer(digest: bytes, signature: bytes) -> str:
    """The checksummed address that signed `digest`, from a signature in any accepted form.

    Raises:
        SignatureMalformedError: see `compact_signature`, or no key could have made it.
    """
    return recover_from_compact(digest, compact_signature(signature))


def recover_from_compact(digest: bytes, signature: bytes) -> str:
    """The checksummed address that signed `digest`, from what `compact_signature` returned.

    Raises:
        SignatureMalformedError: no key could have made it.
    """
    parity, s_begin = divmod(signature[32], 0x80)
    recoverable = signature[:32] + bytes((s_begin,)) + signature[33:] + bytes((parity,))
    try:
        public_key = PublicKey.from_signature_and_message(recoverable, digest, hasher=None)
    except ValueError as error:
        raise SignatureMalformedError("No key could have made this signature.") from error
    return checksummed(keccak(public_key.format(compressed=False)[1:])[-ADDRESS_BYTES:])


def sign_digest(private_key: bytes, digest: bytes) -> bytes:
    """Signs a digest and returns the EIP-2098 form (RFC 6979 nonce, low s)."""
    return compact_signature(PrivateKey(private_key).sign_recoverable(digest, hasher=None))
