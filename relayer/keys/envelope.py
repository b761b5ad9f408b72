"""The bytes of an EIP-1559 transaction, to hold an external signer to what it was asked for.

`0x02 || rlp([chain_id, nonce, max_priority_fee_per_gas, max_fee_per_gas, gas_limit, to, value,
data, access_list, y_parity, r, s])`: the first nine are known before anything is signed, so signed
bytes must have exactly them in front of a signature (EIP-1559, EIP-2718).
"""

from __future__ import annotations

from typing import Final

from eth_utils.address import to_canonical_address

from relayer.chain.eip712 import recover_signer
from relayer.chain.errors import SignatureMalformedError
from relayer.chain.fees import Fees
from relayer.chain.keccak import keccak
from relayer.keys.errors import SignerMismatchError
from relayer.keys.signer import TransactionFields

_TYPE: Final = b"\x02"
_EMPTY_LIST: Final = b"\xc0"
_SHORT, _STRING, _LIST = 55, 0x80, 0xC0
_WORD_BYTES: Final = 32


def check_signed(signed: bytes, fields: TransactionFields, fees: Fees, address: str) -> str:
    """Checks that bytes are exactly one transaction, signed by one account; returns its hash.

    Raises:
        SignerMismatchError: they are anything else.
    """
    payload = _payload(fields, fees)
    tail = _tail_of(signed, payload)
    signature = None if tail is None else _signature_in(tail)
    if signature is None:
        raise SignerMismatchError(
            f"The signer of {address} answered something else than the transaction that it was "
            "asked to sign. It is not sent. Find out who changed it."
        )
    digest = keccak(_TYPE + _headed(_LIST, payload))
    try:
        sender = recover_signer(digest, signature)
    except SignatureMalformedError as error:
        raise SignerMismatchError(
            f"The signer of {address} answered with a malformed signature."
        ) from error
    if sender != address:
        raise SignerMismatchError(f"The signer of {address} signed with the key of {sender}.")
    return "0x" + keccak(signed).hex()


def _payload(fields: TransactionFields, fees: Fees) -> bytes:
    """The nine fields before the signature, each encoded."""
    numbers = (
        fields.chain_id,
        fields.nonce,
        fees.max_priority_fee_per_gas_wei,
        fees.max_fee_per_gas_wei,
        fields.gas_limit,
    )
    parts = [_string(_minimal(number)) for number in numbers]
    to = to_canonical_address(fields.to) if fields.to else b""
    parts += [_string(to), _string(_minimal(fields.value_wei)), _string(fields.data), _EMPTY_LIST]
    return b"".join(parts)


def _tail_of(signed: bytes, payload: bytes) -> bytes | None:
    """What follows the payload in an envelope that has it; None when it is another envelope."""
    if len(signed) < len(_TYPE) + 1:
        return None
    long_list = _LIST + _SHORT
    header_bytes = 1 + max(0, signed[len(_TYPE)] - long_list)
    tail = signed[len(_TYPE) + header_bytes + len(payload) :]
    return tail if signed == _TYPE + _headed(_LIST, payload + tail) else None


def _signature_in(tail: bytes) -> bytes | None:
    """The 64 bytes of EIP-2098 of `y_parity, r, s`; None when the tail is anything else."""
    parity = {b"\x80": 0, b"\x01": 1}.get(tail[:1])
    r, after_r = _word_at(tail, 1)
    s, end = _word_at(tail, after_r)
    if parity is None or r is None or s is None or end != len(tail) or s >> 255:
        return None
    return _as_word(r) + _as_word(s | parity << 255)


def _word_at(data: bytes, at: int) -> tuple[int | None, int]:
    """The number that begins here, None when there is none of 32 bytes; and where it ends."""
    first = data[at] if at < len(data) else 0
    start, end = (at, at + 1) if first <= _STRING else (at + 1, at + 1 + first - _STRING)
    number = int.from_bytes(data[start:end], "big")
    canonical = _string(_minimal(number)) == data[at:end]
    return (number if canonical and end - start <= _WORD_BYTES else None), end


def _as_word(number: int) -> bytes:
    return number.to_bytes(_WORD_BYTES, "big")


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _string(data: bytes) -> bytes:
    return data if len(data) == 1 and data[0] < _STRING else _headed(_STRING, data)


def _headed(offset: int, content: bytes) -> bytes:
    """Content with its length in front, as RLP has it."""
    if len(content) <= _SHORT:
        return bytes([offset + len(content)]) + content
    length = _minimal(len(content))
    return bytes([offset + _SHORT + len(length)]) + length + content
