"""Vectors of what players sign, made by eth_account alone."""

from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

TYPES = {
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
FORWARDERS = [
    (31337, "0x5FbDB2315678afecb367f032d93F642f64180aa3"),
    (1, "0x00000000000000000000000000000000DeaDBeef"),
    (2**63 - 1, "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF"),
]
TRAINER = "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0"
NOWHERE = "0x0000000000000000000000000000000000000001"


def vectors() -> dict[str, Any]:
    """Domain separators, struct hashes, digests and EIP-2098 signatures."""
    return {
        "types": TYPES,
        "messages": [
            _signed(kind, number, domain, message)
            for number, (kind, domain, message) in enumerate(_messages(), start=1)
        ],
    }


def _messages() -> list[tuple[str, tuple[int, str], dict[str, Any]]]:
    home, mainnet, edge = FORWARDERS
    plain = {"nonce": 0, "deadline": 1_900_000_000, "maxFeeGwei": 250_000}
    largest = {"nonce": 2**32 - 1, "deadline": 2**40 - 1, "maxFeeGwei": 2**64 - 1}
    sample = "0x16913a636408731b"
    long_sample = "0x" + b"".join(feature.to_bytes(2, "big") for feature in range(64)).hex()
    learn = {"trainer": TRAINER, "label": 7, "sample": sample}
    return [
        ("Contribution", home, {**learn, **plain}),
        ("Contribution", home, {**learn, **plain, "nonce": 1, "sample": "0x"}),
        ("Contribution", mainnet, {**learn, **plain, "sample": long_sample}),
        ("Contribution", edge, {**learn, **largest, "label": 65_535, "trainer": NOWHERE}),
        ("Withdrawal", home, {**plain, "to": TRAINER, "amountWei": 10**18}),
        ("Withdrawal", mainnet, {**plain, "to": NOWHERE, "amountWei": 0}),
        ("Withdrawal", edge, {**largest, "to": TRAINER, "amountWei": 2**256 - 1}),
        ("Validation", home, {**plain, "trainer": TRAINER, "contribution": 3 << 8 | 7}),
        ("Validation", mainnet, {**plain, "trainer": NOWHERE, "contribution": 0}),
        ("Validation", edge, {**largest, "trainer": TRAINER, "contribution": 2**64 - 1}),
    ]


def _signed(
    kind: str, number: int, domain: tuple[int, str], message: dict[str, Any]
) -> dict[str, Any]:
    chain_id, forwarder = domain
    private_key = keccak(b"golden vector %d" % number)
    account = Account.from_key(private_key)
    message = {**message, _signer_of(kind): account.address}
    signable = encode_typed_data(
        domain_data={
            "name": "On the House",
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": forwarder,
        },
        message_types={kind: TYPES[kind]},
        message_data=message,
    )
    signed = account.sign_message(signable)
    compact_s = signed.s | (signed.v - 27) << 255
    return {
        "kind": kind,
        "chain_id": str(chain_id),
        "forwarder": forwarder,
        "private_key": "0x" + private_key.hex(),
        "message": _as_strings({name: message[name] for name in _names(kind)}),
        "domain_separator": "0x" + signable.header.hex(),
        "struct_hash": "0x" + signable.body.hex(),
        "digest": "0x" + bytes(signed.message_hash).hex(),
        "r": f"0x{signed.r:064x}",
        "vs": f"0x{compact_s:064x}",
    }


def _signer_of(kind: str) -> str:
    return "validator" if kind == "Validation" else "player"


def _names(kind: str) -> list[str]:
    return [member["name"] for member in TYPES[kind]]


def _as_strings(message: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in message.items()}
