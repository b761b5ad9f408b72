"""Reads from the receipt of an `addBatch` transaction what became of each item."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from relayer.batch.dry_run import Outcome
from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract
from relayer.chain.errors import ChainError
from relayer.chain.system import System, TrainerContracts
from relayer.chain.wire import bits_of
from relayer.store.outcomes import AddedBatch, MemberOutcome


class ReceiptMismatchError(ChainError):
    """A receipt does not hold the events that the contracts promise. Check the deployment file."""


def read_added(
    system: System, trainer: str, item_count: int, receipt: Receipt
) -> tuple[AddedBatch | None, list[MemberOutcome]]:
    """What the chain took of a batch, and the outcome of each item in order.

    An item that the Forwarder let pass has a record, even when the model found it unfit: records
    are numbered over those items. `AddedBatch` is None when nothing took effect.

    Raises:
        ReceiptMismatchError: the events do not add up to the items.
    """
    contracts = system.trainers[trainer]
    outcomes = _outcomes(system.forwarder, item_count, receipt)
    added = _added(system.forwarder, contracts, receipt)
    members: list[MemberOutcome] = []
    record_index = 0
    stake_wei = json.loads(added.header)["stakeWei"] if added else None
    for item_index, outcome in enumerate(outcomes):
        has_record = outcome in (Outcome.ACCEPTED, Outcome.UNFIT)
        accepted = outcome is Outcome.ACCEPTED
        members.append(
            MemberOutcome(
                item_index=item_index,
                status=outcome.status,
                reason=outcome.reason,
                detail=outcome.detail,
                record_index=record_index if accepted else None,
                stake_wei=stake_wei if accepted else None,
            )
        )
        record_index += has_record
    _check(added, members)
    return added, members


def _outcomes(forwarder: Contract, item_count: int, receipt: Receipt) -> list[Outcome]:
    skipped = [event for name, event in events_of(forwarder, receipt) if name == "ItemSkipped"]
    return outcomes_with(skipped, item_count)


def outcomes_with(skipped: Sequence[Mapping[str, Any]], item_count: int) -> list[Outcome]:
    """The outcome of each item of a call, by the events about those that were skipped.

    Raises:
        ReceiptMismatchError: an event names an item or an outcome that does not exist.
    """
    outcomes = [Outcome.ACCEPTED] * item_count
    for event in skipped:
        try:
            outcomes[event["index"]] = Outcome(event["outcome"])
        except (IndexError, ValueError) as error:
            raise ReceiptMismatchError(
                f"A receipt tells of item {event['index']} of {item_count} with the outcome "
                f"{event['outcome']}. Use another node, or check the deployment file."
            ) from error
    return outcomes


def _added(forwarder: Contract, contracts: TrainerContracts, receipt: Receipt) -> AddedBatch | None:
    added = [event for name, event in events_of(forwarder, receipt) if name == "BatchAdded"]
    data = [
        event for name, event in events_of(contracts.data_handler, receipt) if name == "DataAdded"
    ]
    if not added:
        return None
    if not data:
        raise ReceiptMismatchError(
            f"{receipt.transaction_hash} added a batch without data. Check the deployment file: "
            "the trainer has another data handler."
        )
    header = data[0]["header"]
    return AddedBatch(
        chain_batch_id=added[0]["batchId"],
        header=to_json(header),
        terms=to_json(added[0]["terms"]),
        records=data[0]["records"],
        open_map=data[0]["acceptedMap"],
        added_at=header["addedAt"],
        due_at=contracts.entry.mechanism.due_at(header["addedAt"]),
    )


def _check(added: AddedBatch | None, members: list[MemberOutcome]) -> None:
    open_records = bits_of(added.open_map) if added else []
    accepted = [member.record_index for member in members if member.record_index is not None]
    if open_records != accepted:
        raise ReceiptMismatchError(
            "The records that the chain took are not those of the batch. "
            "The artifacts of this version belong to other contracts than the deployed ones."
        )


def events_of(contract: Contract, receipt: Receipt) -> list[tuple[str, dict[str, Any]]]:
    """The events that a contract emitted in a transaction, in order."""
    address = contract.address.lower()
    decoded = [
        contract.interface.decode_event(log)
        for log in receipt.logs
        if log.address.lower() == address
    ]
    return [event for event in decoded if event is not None]


def to_json(struct: dict[str, Any]) -> str:
    """A struct of the chain as JSON; `bytesN` as 0x-hex."""
    return json.dumps(struct, default=lambda value: "0x" + bytes(value).hex())


def from_json(text: str) -> dict[str, Any]:
    """The reverse of `to_json`, ready to be encoded again."""

    def restore(fields: dict[str, Any]) -> dict[str, Any]:
        return {
            name: bytes.fromhex(value[2:]) if _is_word(value) else value
            for name, value in fields.items()
        }

    return json.loads(text, object_hook=restore)  # type: ignore[no-any-return]


def _is_word(value: Any) -> bool:
    """Whether a value is a `bytes32`, as opposed to an address of 20 bytes."""
    return isinstance(value, str) and value.startswith("0x") and len(value) == 66
