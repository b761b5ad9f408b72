"""Compares the open contributions of a history with what data handler and mechanism keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from relayer.chain.contracts import Contract, bind
from relayer.chain.errors import CallRevertedError, NodeUnreachableError
from relayer.chain.node import Node
from relayer.rebuild.errors import Discrepancy
from relayer.rebuild.finding import Finding, Subject
from relayer.rebuild.history import Batch
from relayer.rebuild.parts import Parts

#: Batches asked for in one request.
BATCHES_PER_REQUEST: Final = 50
_SELF_ASSESSMENT: Final = "self-assessment"


@dataclass
class Ledger:
    """Sums over a history, collected batch by batch."""

    batches: int = 0
    records: int = 0
    accepted: int = 0
    refunded: int = 0
    forfeited: int = 0
    open_stakes_wei: int = 0
    #: Batches with open contributions, without their records.
    open_batches: list[Batch] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Contributions that are not settled."""
        return self.accepted - self.refunded - self.forfeited

    def take_entry(self, entry: object) -> None:
        """Count an entry of a history if it is a batch."""
        if isinstance(entry, Batch):
            self.take(entry)

    def take(self, batch: Batch) -> None:
        """Count a batch."""
        self.batches += 1
        self.records += len(batch.unpacked)
        self.accepted += batch.accepted_map.bit_count()
        self.refunded += batch.refunded_map.bit_count()
        self.forfeited += batch.forfeited_map.bit_count()
        if batch.open_map:
            self.open_stakes_wei += batch.open_map.bit_count() * batch.header["stakeWei"]
            self.open_batches.append(_without_records(batch))


def check_books(node: Node, parts: Parts, ledger: Ledger, block: int) -> None:
    """Compares a ledger with the contracts as of a block.

    Raises:
        Discrepancy: they differ.
        NodeError: the node does not answer, or no longer has the block's state.
    """
    handler = bind("DataHandler", parts.data_handler)
    count = handler.read(node, "batchCount", block=block)
    if count != ledger.batches:
        message = "the events do not hold as many batches as the data handler has counted"
        raise _wrong(Subject.HISTORY, message, count, ledger.batches, batch_id=ledger.batches + 1)
    for start in range(0, len(ledger.open_batches), BATCHES_PER_REQUEST):
        part = ledger.open_batches[start : start + BATCHES_PER_REQUEST]
        for batch, open_map in zip(part, _open_maps(node, handler, part, block), strict=True):
            _check_open(batch, open_map)
    if parts.mechanism_kind == _SELF_ASSESSMENT:
        _check_self_assessment(bind("SelfAssessment", parts.mechanism), node, ledger, block)


def _open_maps(
    node: Node, handler: Contract, batches: Sequence[Batch], block: int
) -> list[int | None]:
    """The open contributions by the data handler; None where it does not know the header."""
    calls = [
        (handler.address, handler.interface.encode("openMap", batch.header)) for batch in batches
    ]
    try:
        answers = node.call_many(calls, block)
    except (CallRevertedError, NodeUnreachableError):
        # One header is wrong, or the node takes no lists of requests: each is asked by itself.
        return [_open_map(node, handler, batch, block) for batch in batches]
    return [handler.interface.decode("openMap", answer)[0] for answer in answers]


def _open_map(node: Node, handler: Contract, batch: Batch, block: int) -> int | None:
    try:
        open_map: int = handler.read(node, "openMap", batch.header, block=block)
    except CallRevertedError:
        return None
    return open_map


def _check_open(batch: Batch, open_map: int | None) -> None:
    if open_map is None:
        raise _wrong(
            Subject.HEADER,
            f"batch {batch.id}: the data handler holds no commitment to this header",
            batch_id=batch.id,
            transaction_hash=batch.transaction_hash,
        )
    if open_map != batch.open_map:
        record = ((open_map ^ batch.open_map) & -(open_map ^ batch.open_map)).bit_length() - 1
        raise _wrong(
            Subject.OPEN_CONTRIBUTIONS,
            f"batch {batch.id}, record {record}: events and data handler disagree whether it is "
            "open",
            f"{batch.open_map:#x}",
            f"{open_map:#x}",
            batch_id=batch.id,
            record_index=record,
        )


def _check_self_assessment(mechanism: Contract, node: Node, ledger: Ledger, block: int) -> None:
    """Open stakes, and one point for each refunded contribution."""
    read: Callable[[str], int] = lambda name: mechanism.read(node, name, block=block)  # noqa: E731
    for function, expected, message in (
        ("openStakesWei", ledger.open_stakes_wei, "the mechanism holds other open stakes"),
        ("totalPoints", ledger.refunded, "the mechanism counts other points than refunds"),
    ):
        found = read(function)
        if found != expected:
            raise _wrong(Subject.BOOKS, message, expected, found)


def _without_records(batch: Batch) -> Batch:
    return Batch(
        batch.id,
        batch.header,
        batch.accepted_map,
        b"",
        batch.block_number,
        batch.transaction_hash,
        batch.settled,
    )


def _wrong(
    subject: Subject,
    message: str,
    expected: object = None,
    found: object = None,
    *,
    batch_id: int | None = None,
    record_index: int | None = None,
    transaction_hash: str | None = None,
) -> Discrepancy:
    return Discrepancy(
        Finding(
            subject=subject,
            message=message,
            batch_id=batch_id,
            record_index=record_index,
            expected=None if expected is None else str(expected),
            found=None if found is None else str(found),
            transaction_hash=transaction_hash,
        )
    )
