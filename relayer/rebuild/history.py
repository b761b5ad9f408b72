"""The history of a trainer out of its events: each batch checked and with what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from eth_abi.exceptions import DecodingError

from relayer.chain.answers import Log
from relayer.chain.contracts import load_artifact
from relayer.chain.errors import ArtifactError, FramingError
from relayer.chain.keccak import keccak
from relayer.chain.wire import Record, unpack_records
from relayer.rebuild.errors import Discrepancy
from relayer.rebuild.finding import Finding, Subject
from relayer.rebuild.journal import Journal

_DATA: Final = load_artifact("DataHandler").interface
_ADDED: Final = _DATA.topic("DataAdded")
_SETTLED: Final = _DATA.topic("DataSettled")


@dataclass(frozen=True)
class SettledPart:
    """One settling call's part of a batch."""

    refunded_map: int
    forfeited_map: int
    block_number: int
    transaction_hash: str


@dataclass(frozen=True)
class Batch:
    """A batch as its event has it, and how it was settled up to the block of the history."""

    id: int
    header: dict[str, Any]
    accepted_map: int
    records: bytes
    block_number: int
    transaction_hash: str
    settled: tuple[SettledPart, ...]

    @cached_property
    def unpacked(self) -> list[Record]:
        """The records in order."""
        return unpack_records(self.records)

    @property
    def refunded_map(self) -> int:
        """Contributions whose stake came back."""
        return sum(part.refunded_map for part in self.settled)

    @property
    def forfeited_map(self) -> int:
        """Contributions whose stake was lost."""
        return sum(part.forfeited_map for part in self.settled)

    @property
    def open_map(self) -> int:
        """Contributions that are not settled."""
        return self.accepted_map & ~self.refunded_map & ~self.forfeited_map


class History:
    """A trainer's events up to a block, in chain order.

    Args:
        journal: the downloaded events.
        block_number: the last block that counts.
    """

    def __init__(self, journal: Journal, block_number: int) -> None:
        self._journal = journal
        self.block_number = block_number

    def entries(self) -> Iterator[Batch | Log]:
        """Batches, checked, and the classifier's own events as they are.

        Raises:
            Discrepancy: the events contradict each other or are not complete.
        """
        order = _Order()
        for log in self._journal.events(self.block_number):
            topic = log.topics[0] if log.topics else b""
            if topic == _ADDED:
                batch = self._batch(log)
                order.check(batch)
                yield batch
            elif topic == _SETTLED:
                order.check_settlement(log)
            else:
                yield log

    def batches(self) -> Iterator[Batch]:
        """The batches alone.

        Raises:
            Discrepancy: see `entries`.
        """
        return (entry for entry in self.entries() if isinstance(entry, Batch))

    def batch(self, batch_id: int) -> Batch | None:
        """One batch, checked by itself; None when it is beyond the last one up to the block.

        Raises:
            Discrepancy: its events contradict each other, or are missing.
        """
        logs = self._journal.events_with((_ADDED, batch_id.to_bytes(32, "big")), self.block_number)
        if logs:
            return self._batch(logs[0])
        last_id = self._journal.last_with(_ADDED, self.block_number) or 0
        if last_id > batch_id:
            raise _missing(batch_id, last_id)
        return None

    def events_of(self, address: str) -> Iterator[Log]:
        """The events of one contract."""
        return self._journal.events_of(address, self.block_number)

    def _batch(self, log: Log) -> Batch:
        event = _event(log)
        # An indexed number is a word of its own.
        settled = self._journal.events_with((_SETTLED, log.topics[1]), self.block_number)
        batch = Batch(
            id=event["id"],
            header=event["header"],
            accepted_map=event["acceptedMap"],
            records=event["records"],
            block_number=log.block_number,
            transaction_hash=log.transaction_hash,
            settled=tuple(_settled_part(part) for part in settled),
        )
        check_content(batch)
        _check_settlements(batch)
        return batch


def check_content(batch: Batch) -> None:
    """Checks what an event says of itself.

    Raises:
        Discrepancy: header, records and map of accepted records contradict each other.
    """
    header = batch.header
    if header["id"] != batch.id:
        raise _wrong(batch, Subject.HEADER, "the header has another id", batch.id, header["id"])
    found = keccak(batch.records)
    if found != header["recordsHash"]:
        raise _wrong(
            batch,
            Subject.RECORDS,
            "the records are not those of the header",
            _hex(header["recordsHash"]),
            _hex(found),
        )
    try:
        count = len(batch.unpacked)
    except FramingError as error:
        raise _wrong(batch, Subject.RECORDS, f"the records are cut: {error}") from error
    accepted = batch.accepted_map.bit_count()
    if batch.accepted_map >> count or accepted != header["accepted"]:
        raise _wrong(
            batch,
            Subject.ACCEPTED_MAP,
            f"the map of accepted records fits neither the {count} records nor the header",
            f"{header['accepted']} accepted",
            f"{accepted} accepted, map {batch.accepted_map:#x}",
        )


def _check_settlements(batch: Batch) -> None:
    left = batch.accepted_map
    for part in batch.settled:
        both = part.refunded_map | part.forfeited_map
        if part.refunded_map & part.forfeited_map or both & ~left:
            raise _wrong(
                batch,
                Subject.HISTORY,
                "a settlement names contributions that are not open",
                f"some of {left:#x}",
                f"refunded {part.refunded_map:#x}, forfeited {part.forfeited_map:#x}",
                part.transaction_hash,
            )
        left &= ~both


class _Order:
    """Sees that ids count up without gaps and that time does not run backwards."""

    def __init__(self) -> None:
        self._last_id = 0
        self._added_at = 0

    def check(self, batch: Batch) -> None:
        if batch.id != self._last_id + 1:
            raise _missing(self._last_id + 1, batch.id)
        added_at = batch.header["addedAt"]
        if added_at < self._added_at:
            message = "the header is older than that of the batch before"
            raise _wrong(batch, Subject.HEADER, message, f">= {self._added_at}", added_at)
        self._last_id, self._added_at = batch.id, added_at

    def check_settlement(self, log: Log) -> None:
        batch_id = int.from_bytes(log.topics[1], "big")
        if not 1 <= batch_id <= self._last_id:
            raise Discrepancy(
                Finding(
                    subject=Subject.HISTORY,
                    message=f"batch {batch_id} is settled before it was added",
                    batch_id=batch_id,
                    transaction_hash=log.transaction_hash,
                )
            )


def _settled_part(log: Log) -> SettledPart:
    event = _event(log)
    return SettledPart(
        event["refundedMap"], event["forfeitedMap"], log.block_number, log.transaction_hash
    )


def _event(log: Log) -> dict[str, Any]:
    try:
        decoded = _DATA.decode_event(log)
    except (ArtifactError, DecodingError, ValueError) as error:
        raise _unreadable(log) from error
    if decoded is None:
        raise _unreadable(log)
    return decoded[1]


def _unreadable(log: Log) -> Discrepancy:
    return Discrepancy(
        Finding(
            subject=Subject.HISTORY,
            message="an event of the data handler cannot be read",
            transaction_hash=log.transaction_hash,
        )
    )


def _missing(batch_id: int, found_id: int) -> Discrepancy:
    return Discrepancy(
        Finding(
            subject=Subject.HISTORY,
            message=f"batch {batch_id} is missing before batch {found_id}; begin at an earlier "
            "block, or use another node",
            batch_id=batch_id,
            expected=str(batch_id),
            found=str(found_id),
        )
    )


def _wrong(
    batch: Batch,
    subject: Subject,
    message: str,
    expected: object = None,
    found: object = None,
    transaction_hash: str | None = None,
) -> Discrepancy:
    return Discrepancy(
        Finding(
            subject=subject,
            message=f"batch {batch.id}: {message}",
            batch_id=batch.id,
            expected=None if expected is None else str(expected),
            found=None if found is None else str(found),
            transaction_hash=transaction_hash or batch.transaction_hash,
        )
    )


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
