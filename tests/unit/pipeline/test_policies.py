"""When batches and settlements go out."""

from __future__ import annotations

import pytest

from relayer.batch.fitting import USES_OF_ESTIMATE, Fitting, gas_limit_for
from relayer.batch.policy import BatchPolicy, QueueView
from relayer.settle import SettlePolicy

POLICY = BatchPolicy(max_wait_s=2.0, max_items=100, max_gas=8_000_000)


@pytest.mark.parametrize(
    ("waiting", "oldest_waited_s", "under_way", "due"),
    [
        (0, 9.0, 0, False),  # nothing to send
        (100, 0.0, 5, True),  # full
        (1, 2.0, 5, True),  # waited long enough
        (99, 1.9, 1, False),  # others are under way: let more join
        (8, 0.0, 0, True),  # idle, and eight pay for themselves
        (7, 0.4, 0, False),  # idle, but the sponsor pays seven eighths only
        (7, 0.5, 0, True),  # after a quarter of the window nobody else came
    ],
)
def test_batch_goes_when_it_is_due(
    waiting: int, oldest_waited_s: float, under_way: int, due: bool
) -> None:
    assert POLICY.is_due(QueueView(waiting, oldest_waited_s, under_way), 100) is due


@pytest.mark.parametrize(
    ("gas_per_item", "size"), [(1, 100), (80_000, 100), (100_000, 80), (9_000_000, 1)]
)
def test_full_batch_is_bound_by_count_and_by_gas(gas_per_item: int, size: int) -> None:
    assert POLICY.full_size(gas_per_item) == size


@pytest.mark.parametrize(
    ("settleable", "still_open", "waited_s", "worth_it"),
    [
        (0, 5, 999.0, False),  # nothing agrees yet
        (20, 100, 0.0, True),  # enough to share the fixed cost
        (19, 100, 0.0, False),
        (3, 3, 0.0, True),  # all that are left
        (1, 100, 300.0, True),  # waited long enough
    ],
)
def test_settlement_goes_when_it_is_worth_it(
    settleable: int, still_open: int, waited_s: float, worth_it: bool
) -> None:
    policy = SettlePolicy(min_items=20, max_delay_s=300.0, max_gas=8_000_000)
    assert policy.is_worth_it(settleable, still_open, waited_s) is worth_it


@pytest.mark.parametrize(("max_delay_s", "recheck_s"), [(0.0, 1), (80.0, 10), (86_400.0, 60)])
def test_pause_between_looks_follows_the_longest_delay(max_delay_s: float, recheck_s: int) -> None:
    assert SettlePolicy(20, max_delay_s, 8_000_000).recheck_s() == recheck_s


def test_allowance_is_learnt_scaled_and_renewed() -> None:
    fitting = Fitting(POLICY)
    assert fitting.allowance("trainer", 100) is None, "nothing learnt yet"
    fitting.learn("trainer", 4_300_000, 100)
    # 300,000 fixed and 40,000 for each, of which a quarter more is allowed
    assert fitting.allowance("trainer", 50) == 300_000 + 50 * 50_000
    for _ in range(USES_OF_ESTIMATE - 1):
        assert fitting.allowance("trainer", 1) is not None
    assert fitting.allowance("trainer", 1) is None, "time for a new estimate"


def test_each_late_revert_widens_the_margin() -> None:
    assert gas_limit_for(1_000_000, 0) == 1_250_000
    assert gas_limit_for(1_000_000, 2) == 1_650_000
