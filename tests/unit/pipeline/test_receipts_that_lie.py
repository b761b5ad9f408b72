"""Events that cannot be true are told as such, and never end a step in a defect of ours."""

from __future__ import annotations

import pytest

from relayer.batch.dry_run import Outcome
from relayer.watch.added import ReceiptMismatchError, outcomes_with


def test_items_that_no_event_names_were_accepted() -> None:
    found = outcomes_with([{"index": 1, "outcome": 2}], 3)
    assert found == [Outcome.ACCEPTED, Outcome.NONCE_USED, Outcome.ACCEPTED]


@pytest.mark.parametrize(("index", "outcome"), [(3, 1), (2**200, 1), (0, 99)])
def test_an_item_or_outcome_that_does_not_exist_is_a_mismatch(index: int, outcome: int) -> None:
    with pytest.raises(ReceiptMismatchError, match="item"):
        outcomes_with([{"index": index, "outcome": outcome}], 3)
