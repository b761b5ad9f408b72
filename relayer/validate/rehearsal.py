"""One free call that tells what would become of every validation of a batch's contributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.batch.dry_run import Outcome
from relayer.chain.errors import CallRevertedError, ChainError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.responses import reading
from relayer.chain.system import System
from relayer.chain.validation_wire import ValidationItem, pack_validations
from relayer.store.batches import Batch
from relayer.store.validations import Validation
from relayer.watch.added import from_json


class BatchClosedError(ChainError):
    """No contribution of the batch is open any more, so none of it can be confirmed."""


@dataclass(frozen=True)
class Verdict:
    """A validation and what the chain would do with it."""

    validation: Validation
    outcome: Outcome


def encode_validate(system: System, batch: Batch, validations: Sequence[Validation]) -> bytes:
    """The calldata of `Forwarder.validate`."""
    items = pack_validations(
        ValidationItem(
            validator=validation.validator,
            record=validation.record_index,
            nonce=validation.nonce,
            deadline=validation.deadline_at,
            max_fee_gwei=validation.max_fee_gwei,
            signature=validation.signature,
        )
        for validation in validations
    )
    return system.forwarder.interface.encode(
        "validate",
        batch.trainer,
        from_json(batch.terms or ""),
        from_json(batch.header or ""),
        batch.records or b"",
        items,
    )


def rehearse(
    node: Node,
    system: System,
    batch: Batch,
    validations: Sequence[Validation],
    *,
    signer: str,
    fees: Fees,
) -> list[Verdict]:
    """Asks the newest state what would become of each validation, by one `eth_call`.

    Raises:
        BatchClosedError: all contributions of the batch are settled in the newest state.
        CallRevertedError: the contracts refuse the call for another reason.
        NodeError: the node does not answer.
    """
    data = encode_validate(system, batch, validations)
    try:
        answer = node.call(system.forwarder.address, data, sender=signer, fees=fees)
    except CallRevertedError as error:
        data_handler = system.trainers[batch.trainer].data_handler
        named = data_handler.interface.decode_error(error.data)
        if named is not None and named[0] == "UnknownBatch":
            raise BatchClosedError(f"the batch {batch.id} is closed") from error
        raise
    _, outcomes, _ = system.forwarder.interface.decode("validate", answer)
    with reading("eth_call"):
        return [
            Verdict(validation, Outcome(outcome))
            for validation, outcome in zip(validations, outcomes, strict=True)
        ]
