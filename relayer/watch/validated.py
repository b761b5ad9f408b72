"""Reads from the receipt of a `validate` transaction what became of each item."""

from __future__ import annotations

from relayer.batch.dry_run import Outcome
from relayer.chain.answers import Receipt
from relayer.chain.system import System
from relayer.chain.wire import map_of
from relayer.store.statuses import ValidationStatus
from relayer.store.validations import ItemOutcome
from relayer.watch.added import ReceiptMismatchError, events_of


def read_validated(system: System, item_count: int, receipt: Receipt) -> list[ItemOutcome]:
    """The outcome of each item of a call, in order.

    Raises:
        ReceiptMismatchError: the events do not add up to the items.
    """
    outcomes = [Outcome.ACCEPTED] * item_count
    validated_map = 0
    for name, event in events_of(system.forwarder, receipt):
        if name == "ValidationSkipped":
            outcomes[event["index"]] = Outcome(event["outcome"])
        elif name == "BatchValidated":
            validated_map = event["validatedMap"]
    accepted = [index for index, outcome in enumerate(outcomes) if outcome is Outcome.ACCEPTED]
    if map_of(accepted) != validated_map:
        raise ReceiptMismatchError(
            "The validations that the chain took are not those of the call. "
            "The artifacts of this version belong to other contracts than the deployed ones."
        )
    return [
        ItemOutcome(index, ValidationStatus(outcome.status), outcome.reason, outcome.detail)
        for index, outcome in enumerate(outcomes)
    ]
