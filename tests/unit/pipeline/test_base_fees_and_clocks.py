"""When blocks are dear, what time the chain has, and what jumps of the machine's clock change."""

from __future__ import annotations

from relayer.batch.base_fees import LEAST_BLOCKS, BaseFees
from relayer.batch.chain_time import ChainTime
from relayer.batch.policy import BatchPolicy, QueueView
from relayer.chain.answers import Block
from relayer.clock import ManualClock


def block(number: int, base_fee_wei: int = 100, timestamp: int = 1_700_000_000) -> Block:
    return Block(number, f"0x{number:064x}", timestamp, base_fee_wei, 30_000_000)


def test_a_base_fee_far_above_its_average_is_dear_until_the_average_has_followed() -> None:
    fees = BaseFees(150)
    assert not any(fees.is_dear(block(number)) for number in range(20))
    assert not fees.is_dear(block(20, 150))
    assert fees.is_dear(block(21, 160))
    assert [fees.is_dear(block(number, 160)) for number in range(22, 40)].count(True) < 10
    assert not fees.is_dear(block(40, 160))


def test_nothing_is_dear_before_enough_blocks_were_seen_or_while_one_block_stands() -> None:
    fees = BaseFees(150)
    for _ in range(LEAST_BLOCKS + 3):
        assert not fees.is_dear(block(1, 100))
    assert not fees.is_dear(block(2, 10_000)), "two blocks are no average"


def test_dear_blocks_are_waited_out_within_bounds() -> None:
    policy = BatchPolicy(2.0, 100, 8_000_000, dear_wait_factor=3.0)

    def is_due(waited_s: float, *, waiting: int = 20, dear: bool = True) -> bool:
        return policy.is_due(QueueView(waiting, waited_s, 0, is_dear=dear), 100)

    assert is_due(0.1, dear=False), "at once, with nothing under way"
    assert not is_due(0.1)
    assert not is_due(5.9)
    assert is_due(6.0)
    assert is_due(0.0, waiting=100), "a full batch does not wait"


def test_items_of_the_future_go_at_once() -> None:
    policy = BatchPolicy(2.0, 100, 8_000_000)
    assert policy.is_due(QueueView(1, -3_600.0, 1), 100)
    assert not policy.is_due(QueueView(1, 0.0, 1), 100)


def test_a_steady_clock_tells_the_time_between_blocks() -> None:
    clock = ManualClock(1_700_000_000.0)
    time = ChainTime(clock)
    assert time.now(block(1)) == 1_700_000_000
    clock.advance(40)
    assert time.now(block(1)) == 1_700_000_040
    assert time.now(block(2, timestamp=1_700_009_000)) == 1_700_009_000, "the chain is ahead"


def test_a_clock_that_was_set_forward_makes_nothing_late() -> None:
    clock = ManualClock(1_700_000_000.0)
    time = ChainTime(clock)
    time.now(block(1))
    clock.jump(86_400)
    assert time.now(block(1)) == 1_700_000_000
    clock.advance(7)
    assert time.now(block(1)) == 1_700_000_007
    clock.jump(-86_400)
    assert time.now(block(1)) == 1_700_000_007


def test_a_clock_that_was_set_right_is_believed_again() -> None:
    clock = ManualClock(1_700_000_000.0 - 3_600)
    time = ChainTime(clock)
    assert time.now(block(1)) == 1_700_000_000
    clock.jump(3_600)
    time.now(block(1))
    clock.advance(100)
    assert time.now(block(1)) == 1_700_000_100
