"""Finds requests of ours that somebody else brought to the chain, or that we did and forgot.

A player may hand the same signed request to several relayers, anybody may bring a request that
was seen, and an older copy of the database does not know what was sent since. Here such a request
ends as `nonce-used`, or as `not-open`: the chain takes it once. What really became of it stands in
final blocks. Nothing that is still under way is decided from them: a node could invent a block.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.exceptions import DecodingError

from relayer.chain.answers import Log
from relayer.chain.eip712 import Contribution, Validation
from relayer.chain.errors import FramingError
from relayer.chain.node import Node
from relayer.chain.responses import bytes_in
from relayer.chain.system import System
from relayer.chain.validation_wire import contribution_number, unpack_validations
from relayer.chain.wire import bits_of, unpack_items
from relayer.store import Store
from relayer.store.brought import Brought
from relayer.store.validations import NewValidation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Validated:
    """A validation that a call brought, and the place of what it confirms."""

    message: Validation
    signature: bytes
    chain_batch_id: int
    record: int


class BroughtReader:
    """Reads what transactions carried that this relayer does not know.

    Args:
        store: the database.
        node: is asked for calldata.
        system: the contracts.
        signers: whose validations are taken in, beside those of accounts that were signers before.
    """

    def __init__(self, store: Store, node: Node, system: System, signers: Sequence[str]) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._signers = signers

    def read(self, entries: Sequence[Log]) -> tuple[list[Brought], list[NewValidation]]:
        """What events of final blocks tell of requests that may be ours; writes nothing.

        Args:
            entries: events `BatchAdded` and `BatchValidated`, once forgotten batches are adopted.

        Returns:
            What was brought, and validations of ours that an older copy may not know.

        Raises:
            NodeError: the node does not answer; ask again with the same events.
        """
        brought: list[Brought] = []
        lost: list[NewValidation] = []
        for entry in entries:
            decoded = self._system.forwarder.interface.decode_event(entry)
            if decoded is None or self._store.adoptions.knows(entry.transaction_hash.lower()):
                continue
            name, event = decoded
            if name == "BatchAdded":
                ids = self._added(event, entry)
            else:
                validated = self._validated(event, entry)
                ids = [self._id(each.message) for each in validated]
                lost += self._lost(event, validated)
            brought += [Brought(i, entry.transaction_hash, entry.block_number) for i in ids]
        return brought, lost

    def write(
        self, found: tuple[Sequence[Brought], Sequence[NewValidation]], now: float
    ) -> set[str]:
        """Writes down what was read, in the caller's transaction; returns whose state changed."""
        brought, lost = found
        for validation in lost:
            self._store.brought.take_in(validation)
        if brought:
            self._store.brought.note(brought)
        return self._store.brought.tell(now)

    def _added(self, event: Mapping[str, Any], entry: Log) -> list[str]:
        is_known = event["trainer"] in self._system.trainers
        if not (is_known and self._store.brought.may_concern_us()):
            return []
        call = self._call(entry, "addBatch", event["trainer"])
        try:
            items = unpack_items(b"" if call is None else call["items"])
        except FramingError:
            return []
        return [
            self._id(
                Contribution(
                    trainer=event["trainer"],
                    player=items[index].record.player,
                    nonce=items[index].nonce,
                    deadline=items[index].deadline,
                    max_fee_gwei=items[index].max_fee_gwei,
                    label=items[index].record.label,
                    sample=items[index].record.sample,
                )
            )
            for index in bits_of(event["acceptedMap"])
            if index < len(items)
        ]

    def _validated(self, event: Mapping[str, Any], entry: Log) -> list[_Validated]:
        call = self._call(entry, "validate", event["trainer"])
        try:
            items = unpack_validations(b"" if call is None else call["items"])
        except FramingError:
            return []
        batch_id = event["batchId"]
        return [
            _Validated(
                Validation(
                    trainer=event["trainer"],
                    validator=items[index].validator,
                    contribution=contribution_number(batch_id, items[index].record),
                    nonce=items[index].nonce,
                    deadline=items[index].deadline,
                    max_fee_gwei=items[index].max_fee_gwei,
                ),
                items[index].signature,
                batch_id,
                items[index].record,
            )
            for index in bits_of(event["validatedMap"])
            if index < len(items)
        ]

    def _lost(
        self, event: Mapping[str, Any], validated: Sequence[_Validated]
    ) -> list[NewValidation]:
        """Those that an account of ours brought, as far as what they confirm is known."""
        if event["relayer"] not in {*self._signers, *self._store.signers.addresses()}:
            return []
        rows = [self._row(each) for each in validated]
        return [row for row in rows if row is not None]

    def _row(self, each: _Validated) -> NewValidation | None:
        message = each.message
        batch = self._store.settlements.find_batch(message.trainer, each.chain_batch_id)
        found = batch and self._store.contributions.of_record(batch.id, each.record)
        if batch is None or not found:
            return None
        return NewValidation(
            id=self._id(message),
            trainer=message.trainer,
            validator=message.validator,
            contribution_number=message.contribution,
            contribution_id=found.id,
            batch_id=batch.id,
            record_index=each.record,
            nonce=message.nonce,
            deadline_at=message.deadline,
            max_fee_gwei=message.max_fee_gwei,
            signature=each.signature,
            accepted_at=batch.added_at or 0.0,
        )

    def _id(self, message: Contribution | Validation) -> str:
        return "0x" + message.digest(self._system.domain).hex()

    def _call(self, entry: Log, name: str, trainer: str) -> dict[str, Any] | None:
        """The arguments of the plain call that emitted an event; None: it was no plain call."""
        calldata = self._node.read(
            "eth_getTransactionByHash",
            [entry.transaction_hash],
            lambda answer: b"" if answer is None else bytes_in(answer["input"]),
        )
        try:
            call = self._system.forwarder.interface.decode_call(calldata)
        except DecodingError:
            return None
        return call[1] if call and call[0] == name and call[1]["trainer"] == trainer else None
