"""Reads from the receipt of a `validate` transaction what became of each item."""

from __future__ import annotations

from relayer.batch.dry_run import Outcome
from relayer.chain.answers import Receipt
from relayer.chain.system import System
from relayer.chain.wire import map_of
from relayer.store.statuses import ValidationStatus
from relayer.store.validations import ItemOutcome
from relayer.watch.added import ReceiptMismatchError, events_of, outcomes_with


def read_validated(system: System, item_count: int, receipt: Receipt) -> list[ItemOutcome]:
    """The outcome of each item of a call, in order.

    Raises:
        ReceiptMismatchError: the events do not add up to the items.
    """
    events = events_of(system.forwarder, receipt)
    skipped = [event for name, event in events if name == "ValidationSkipped"]
    validated = [event["validatedMap"] for name, event in events if name == "BatchValidated"]
    outcomes, validated_map = outcomes_with(skipped, item_count), validated[-1] if validated else 0
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
