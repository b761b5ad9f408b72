"""Batches leave when the relayer's own rule says so."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from relayer.batch.policy import BatchPolicy, QueueView
from simulation.house import Departure, form_batches

POLICY = BatchPolicy(max_wait_s=8.0, max_items=12, max_gas=8_000_000)
BLOCK_S = 4.0
GAS_PER_ITEM = 40_000
A_MOMENT_S = 1e-3

#: Quarters of a second apart, so that nothing hangs on the last bit of a float.
gaps = st.lists(st.integers(0, 24).map(lambda quarters: quarters / 4), min_size=1, max_size=60)


Times = npt.NDArray[np.float64]


def batches_of(gaps_s: list[float]) -> tuple[Times, list[Departure]]:
    arrivals_s = np.cumsum(np.array(gaps_s)) + 1.0
    return arrivals_s, form_batches(arrivals_s, POLICY, gas_per_item=GAS_PER_ITEM, block_s=BLOCK_S)


@settings(max_examples=40)
@given(gaps)
def test_every_contribution_leaves_once_in_order(gaps_s: list[float]) -> None:
    arrivals_s, batches = batches_of(gaps_s)
    members = [batch.first + index for batch in batches for index in range(batch.count)]
    assert members == list(range(len(arrivals_s)))


def is_due(arrivals_s: Times, batch: Departure, at: float, under_way_until: float) -> bool:
    """Whether the relayer's own policy would send now what waits when a batch leaves."""
    full = POLICY.full_size(GAS_PER_ITEM)
    waiting = min(int((arrivals_s[batch.first :] <= at).sum()), full)
    oldest_waited_s = at - float(arrivals_s[batch.first])
    view = QueueView(waiting, oldest_waited_s, batches_under_way=int(at < under_way_until))
    return POLICY.is_due(view, full)


@settings(max_examples=40)
@given(gaps)
def test_a_batch_is_due_by_the_relayers_rule_when_it_leaves_and_not_a_moment_before(
    gaps_s: list[float],
) -> None:
    arrivals_s, batches = batches_of(gaps_s)
    under_way_until = -np.inf
    for batch in batches:
        assert is_due(arrivals_s, batch, batch.sent_at, under_way_until)
        came_alone = batch.sent_at == arrivals_s[batch.first]
        before = batch.sent_at - A_MOMENT_S
        assert came_alone or not is_due(arrivals_s, batch, before, under_way_until)
        under_way_until = batch.mined_at


@settings(max_examples=40)
@given(gaps)
def test_nobody_waits_longer_than_the_operator_allows(gaps_s: list[float]) -> None:
    arrivals_s, batches = batches_of(gaps_s)
    for batch in batches:
        assert batch.sent_at - arrivals_s[batch.first] <= POLICY.max_wait_s
        assert batch.sent_at < batch.mined_at <= batch.sent_at + BLOCK_S
        assert 1 <= batch.count <= POLICY.max_items
