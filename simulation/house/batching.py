"""When contributions leave together: the relayer's own rule, over arrivals that are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relayer.batch.policy import IDLE_WAIT_FRACTION, PAYING_ITEMS, BatchPolicy


@dataclass(frozen=True)
class Departure:
    """One batch: members `first` to `first + count` of the arrivals, in order."""

    sent_at: float
    mined_at: float
    first: int
    count: int


def form_batches(
    arrivals_s: npt.NDArray[np.float64],
    policy: BatchPolicy,
    *,
    gas_per_item: int,
    block_s: float,
) -> list[Departure]:
    """The batches that a relayer makes of contributions of one trainer.

    At every moment `BatchPolicy.is_due` decides, as in the relayer; here the moment at which it
    first says yes is worked out. A batch is under way until the next block.

    Args:
        arrivals_s: when contributions were accepted, in order.
        policy: the operator's wishes.
        gas_per_item: what one contribution takes, which bounds a batch by gas.
        block_s: seconds between two blocks, at whole multiples of it.
    """
    full = policy.full_size(gas_per_item)
    batches: list[Departure] = []
    first, under_way_until = 0, -np.inf
    while first < len(arrivals_s):
        sent_at = _due_at(arrivals_s[first : first + full], policy, full, under_way_until)
        count = int(np.searchsorted(arrivals_s[first : first + full], sent_at, side="right"))
        mined_at = (sent_at // block_s + 1) * block_s
        batches.append(Departure(sent_at, mined_at, first, count))
        first += count
        under_way_until = mined_at
    return batches


def _due_at(
    waiting_s: npt.NDArray[np.float64], policy: BatchPolicy, full: int, under_way_until: float
) -> float:
    """When a queue, given by when its members come, is first due."""
    oldest = float(waiting_s[0])
    due_at = oldest + policy.max_wait_s
    if len(waiting_s) >= full:
        due_at = min(due_at, float(waiting_s[full - 1]))
    alone_until = oldest + policy.max_wait_s / IDLE_WAIT_FRACTION
    if len(waiting_s) >= PAYING_ITEMS:
        alone_until = min(alone_until, float(waiting_s[PAYING_ITEMS - 1]))
    return max(oldest, min(due_at, max(alone_until, under_way_until)))
