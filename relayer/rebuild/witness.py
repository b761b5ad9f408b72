"""Asks further witnesses where exactly a batch's event is wrong.

An event can be had a second time in the receipt of its transaction, and the records stand a third
time in the transaction's calldata. Where these differ from the event, the byte is named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from eth_abi.exceptions import DecodingError

from relayer.chain.answers import Receipt
from relayer.chain.contracts import load_artifact
from relayer.chain.errors import ArtifactError, ChainError
from relayer.chain.node import Node
from relayer.chain.wire import RECORD_HEAD_BYTES, Record, unpack_items, unpack_records
from relayer.rebuild.finding import Finding, first_difference
from relayer.rebuild.journal import Journal

_DATA: Final = load_artifact("DataHandler").interface
#: Where a record's members begin.
_LABEL_AT: Final = 20
_LENGTH_AT: Final = 22


def narrow(finding: Finding, journal: Journal, node: Node, data_handler: str) -> Finding:
    """The finding with record and byte, when a witness tells them; else as it was."""
    if finding.batch_id is None or finding.transaction_hash is None:
        return finding
    told = _event_told(journal, finding)
    if told is None:
        return finding
    try:
        return (
            _by_receipt(finding, told, node, data_handler)
            or _by_calldata(finding, told, node)
            or finding
        )
    except (ChainError, DecodingError, ValueError):
        # A witness that cannot be heard leaves the finding as wide as it was.
        return finding


def _event_told(journal: Journal, finding: Finding) -> dict[str, Any] | None:
    """The batch's event as the node told it first; None when it cannot be read at all."""
    number = (finding.batch_id or 0).to_bytes(32, "big")
    logs = journal.events_with((_DATA.topic("DataAdded"), number), 1 << 62)
    try:
        decoded = _DATA.decode_event(logs[0]) if logs else None
    except (ArtifactError, DecodingError, ValueError):
        return None
    return None if decoded is None else decoded[1]


def _by_receipt(
    finding: Finding, told: dict[str, Any], node: Node, data_handler: str
) -> Finding | None:
    receipt = node.receipt(finding.transaction_hash or "")
    other = None if receipt is None else _event_in(receipt, told["id"], data_handler)
    if other is None:
        return None
    for name, value in other["header"].items():
        if value != told["header"][name]:
            return _in_field(finding, f"header.{name}", value, told["header"][name])
    if other["acceptedMap"] != told["acceptedMap"]:
        return _in_field(finding, "acceptedMap", other["acceptedMap"], told["acceptedMap"])
    return _in_records(finding, other["records"], told["records"], "the receipt")


def _event_in(receipt: Receipt, batch_id: int, data_handler: str) -> dict[str, Any] | None:
    for log in receipt.logs:
        decoded = _DATA.decode_event(log) if log.address.lower() == data_handler.lower() else None
        if decoded is not None and decoded[0] == "DataAdded" and decoded[1]["id"] == batch_id:
            return decoded[1]
    return None


def _by_calldata(finding: Finding, told: dict[str, Any], node: Node) -> Finding | None:
    transaction = node.request("eth_getTransactionByHash", [finding.transaction_hash])
    if not isinstance(transaction, dict):
        return None
    sent = _records_sent(bytes.fromhex(transaction["input"][2:]), str(transaction["from"]))
    place = _first_foreign(told["records"], sent)
    if place is None:
        return None
    return _in_record(finding, *place, "the calldata")


def _records_sent(call: bytes, sender: str) -> list[bytes]:
    """The records in the calldata of the two ways to add data; empty for others."""
    decoded = load_artifact("Forwarder").interface.decode_call(call)
    if decoded is not None and decoded[0] == "addBatch":
        return [item.record.pack() for item in unpack_items(decoded[1]["items"])]
    decoded = load_artifact("CollaborativeTrainer").interface.decode_call(call)
    if decoded is not None and decoded[0] == "contribute":
        return [Record(sender, decoded[1]["label"], decoded[1]["sample"]).pack()]
    return []


def _first_foreign(told: bytes, sent: list[bytes]) -> tuple[int, bytes, bytes] | None:
    """The first record of an event that nobody sent: its index, the most similar one, itself.

    What was skipped has no record: the records are some of those that were sent, in order.
    """
    position = index = 0
    rest = sent
    while position < len(told) and rest:
        match = next((n for n, each in enumerate(rest) if told.startswith(each, position)), None)
        if match is None:
            start = position
            nearest = min(rest, key=lambda each: _distance(each, told[start : start + len(each)]))
            return index, nearest, told[start : start + len(nearest)]
        position += len(rest[match])
        rest = rest[match + 1 :]
        index += 1
    return None


def _distance(left: bytes, right: bytes) -> int:
    unequal = sum(a != b for a, b in zip(left, right, strict=False))
    return unequal + abs(len(left) - len(right))


def _in_records(finding: Finding, expected: bytes, found: bytes, witness: str) -> Finding | None:
    """The first wrong byte of two lists of records, by record."""
    offset = first_difference(expected, found)
    if offset is None:
        return None
    position = 0
    for index, record in enumerate(unpack_records(expected)):
        packed = record.pack()
        if offset < position + len(packed):
            given = found[position : position + len(packed)]
            return _in_record(finding, index, packed, given, witness)
        position += len(packed)
    return None


def _in_record(
    finding: Finding, index: int, expected: bytes, found: bytes, witness: str
) -> Finding:
    offset = first_difference(expected, found)
    return replace(
        finding,
        message=f"batch {finding.batch_id}, record {index}, byte {offset} ({_part_of(offset or 0)})"
        f" is not what {witness} of the transaction says",
        record_index=index,
        byte_index=offset,
        expected="0x" + expected.hex(),
        found="0x" + found.hex(),
    )


def _in_field(finding: Finding, name: str, expected: object, found: object) -> Finding:
    values = [
        "0x" + value.hex() if isinstance(value, bytes) else str(value)
        for value in (expected, found)
    ]
    return replace(
        finding,
        message=f"batch {finding.batch_id}: {name} is not what the receipt of the transaction says",
        expected=values[0],
        found=values[1],
    )


def _part_of(offset: int) -> str:
    """The member of a record that a byte belongs to."""
    if offset < _LABEL_AT:
        return "player"
    if offset < _LENGTH_AT:
        return "label"
    return "sample length" if offset < RECORD_HEAD_BYTES else "sample"
