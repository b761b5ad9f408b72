"""Nonces that are used up without effect: pointless transactions, and those of the operator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from relayer.cli.acting import act
from relayer.clock import ManualClock
from relayer.errors import SettingsError
from relayer.store.cancellations import CancelReason
from relayer.store.statuses import WithdrawalStatus
from relayer.store.transactions import Attempt, Transaction
from relayer.worker import Worker
from tests.chain import GWEI, Chain
from tests.integration.pipeline.test_whole_path import earn
from tests.kill import Fuse, FusedClock, FusedNode, FusedSigner, Killed
from tests.pipeline import Pipeline, make_settings

#: Above what a first attempt offers, below the cap of the settings.
DEAR_WEI = 30 * GWEI
RECEIVER = "0x" + "ab" * 20


def start(chain: Chain, folder: Path, **overrides: Any) -> tuple[Pipeline, ManualClock]:
    clock = ManualClock(float(chain.now()))
    return Pipeline.start(chain, folder, clock=clock, **overrides), clock


def transaction(pipeline: Pipeline, number: int = 1) -> tuple[Transaction, list[Attempt]]:
    found = pipeline.store.transactions.get(number)
    assert found is not None
    return found, pipeline.store.transactions.attempts(number)


def ask_to_cancel(pipeline: Pipeline, name: str) -> None:
    """What `relayer cancel` does."""
    act(pipeline.settings, "cancel-transaction", {"transaction": name}, "a test")


def get_stuck(pipeline: Pipeline, clock: ManualClock) -> None:
    """Sends what is due into a chain whose blocks are too dear for it, and lets time pass."""
    pipeline.chain.stop_mining()
    pipeline.step()
    pipeline.chain.set_base_fee(DEAR_WEI)
    pipeline.step()
    pipeline.chain.set_base_fee(DEAR_WEI)
    clock.advance(6)


def go_on(pipeline: Pipeline) -> None:
    pipeline.chain.set_base_fee(GWEI)
    pipeline.chain.go_on_mining()
    pipeline.chain.mine()


def test_batch_whose_items_have_all_expired_is_replaced_by_an_empty_transaction(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, clock = start(chain, tmp_path)
    ids = pipeline.queue(
        pipeline.contributions(3, deadline=chain.now() + 300), deadline_at=chain.now() + 300
    )
    get_stuck(pipeline, clock)
    chain.pass_time(400)
    pipeline.step()
    _, attempts = transaction(pipeline)
    assert [attempt.is_empty for attempt in attempts] == [False, True]
    go_on(pipeline)
    clock.advance(400)
    pipeline.run_until(pipeline.all_are(ids, "expired"))
    ended, _ = transaction(pipeline)
    assert (ended.status.value, ended.reason, ended.gas_used) == ("failed", "pointless", 21_000)


def test_batch_that_still_has_a_point_is_bumped(chain: Chain, tmp_path: Path) -> None:
    pipeline, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    get_stuck(pipeline, clock)
    pipeline.step()
    assert [attempt.is_empty for attempt in transaction(pipeline)[1]] == [False, False]
    go_on(pipeline)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_operator_s_cancellation_sends_the_contributions_again(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, _ = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    [attempt] = transaction(pipeline)[1]
    ask_to_cancel(pipeline, attempt.hash)
    pipeline.step()
    assert [attempt.is_empty for attempt in transaction(pipeline)[1]] == [False, True]
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    ended, _ = transaction(pipeline)
    assert (ended.status.value, ended.reason) == ("failed", "cancelled-by-operator")
    assert transaction(pipeline, 2)[0].nonce == 1
    assert_added_once(pipeline, ids)


def test_attempt_that_was_faster_than_its_cancellation_takes_effect(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, _ = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    pipeline.store.cancellations.ask(1, CancelReason.OPERATOR, 0.0)
    chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    ended, attempts = transaction(pipeline)
    assert ended.status.value == "confirmed"
    assert len(attempts) == 1, "nothing is signed for a nonce that is used"


def test_replacement_of_a_cancelled_transaction_stays_empty(chain: Chain, tmp_path: Path) -> None:
    pipeline, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    pipeline.store.cancellations.ask(1, CancelReason.OPERATOR, 0.0)
    pipeline.step()
    for _ in range(3):
        chain.set_base_fee(2 * DEAR_WEI)
        clock.advance(6)
        pipeline.step()
    empties = [attempt.is_empty for attempt in transaction(pipeline)[1]]
    assert len(empties) > 2
    assert empties == [False, *[True] * (len(empties) - 1)]
    go_on(pipeline)
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert_added_once(pipeline, ids)


def test_only_what_no_block_holds_can_be_cancelled(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "mined"), mine=False)
    with pytest.raises(SettingsError, match="a block holds it"):
        ask_to_cancel(pipeline, "1")
    for name in ("2", "-1", "0x" + "00" * 32, "' OR 1=1 --"):
        with pytest.raises(SettingsError, match="There is no such transaction"):
            ask_to_cancel(pipeline, name)


def queue_withdrawal(pipeline: Pipeline, deadline: int) -> str:
    """A withdrawal of a player who has earned something."""
    player = earn(pipeline, pipeline.chain)
    signed = player.withdraw(RECEIVER, GWEI, deadline=deadline, max_fee_gwei=0)
    return pipeline.queue_withdrawal(*signed)


def withdrawal_is(pipeline: Pipeline, digest: str, status: WithdrawalStatus) -> Callable[[], bool]:
    def condition() -> bool:
        row = pipeline.store.withdrawals.get(digest)
        return row is not None and row.status is status

    return condition


def newest_id(pipeline: Pipeline) -> int:
    with pipeline.store.transaction() as connection:
        return int(connection.execute("SELECT max(id) FROM transactions").fetchone()[0])


def test_withdrawal_is_sent_again_after_a_cancellation(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = start(chain, tmp_path)
    digest = queue_withdrawal(pipeline, chain.now() + 5_000)
    chain.stop_mining()
    pipeline.step()
    pipeline.store.cancellations.ask(newest_id(pipeline), CancelReason.OPERATOR, 0.0)
    pipeline.step()
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(withdrawal_is(pipeline, digest, WithdrawalStatus.CONFIRMED))
    assert chain.node.balance_wei(RECEIVER) == GWEI


def test_withdrawal_that_came_too_late_is_given_up_without_a_revert(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, clock = start(chain, tmp_path)
    digest = queue_withdrawal(pipeline, chain.now() + 1_500)
    get_stuck(pipeline, clock)
    chain.pass_time(1_500)
    pipeline.step()
    cancelled = newest_id(pipeline)
    go_on(pipeline)
    pipeline.run_until(withdrawal_is(pipeline, digest, WithdrawalStatus.EXPIRED))
    ended, attempts = transaction(pipeline, cancelled)
    assert (ended.status.value, ended.reason) == ("failed", "pointless")
    assert attempts[-1].is_empty
    assert chain.node.balance_wei(RECEIVER) == 0


def assert_added_once(pipeline: Pipeline, ids: list[str]) -> None:
    chain = pipeline.chain
    topic = "0x" + chain.forwarder.interface.topic("BatchAdded").hex()
    logs = chain.node.logs([chain.forwarder.address], [topic], 0, chain.node.head().number)
    events = [chain.forwarder.interface.decode_event(entry) for entry in logs]
    added = [event[1]["acceptedMap"].bit_count() for event in events if event is not None]
    assert sum(added) == len(ids)


def fused(chain: Chain, folder: Path, fuse: Fuse) -> Pipeline:
    settings = make_settings(chain, folder)
    worker = Worker(
        settings,
        clock=FusedClock(fuse),
        node=FusedNode(chain.url, fuse),
        signers=[FusedSigner(chain.relayer_key, fuse)],
    )
    return Pipeline(chain, settings, worker)


def prepare_cancelling(chain: Chain, folder: Path) -> tuple[Pipeline, Fuse, list[str]]:
    """A batch in the pool that the worker is about to cancel."""
    folder.mkdir()
    chain.stop_mining()
    pipeline = fused(chain, folder, fuse := Fuse())
    ids = pipeline.queue(pipeline.contributions(3, players=3))
    pipeline.step()
    pipeline.store.cancellations.ask(1, CancelReason.OPERATOR, 0.0)
    fuse.start_over()
    return pipeline, fuse, ids


def test_killed_anywhere_while_cancelling_everything_is_added_once(
    chain: Chain, tmp_path: Path
) -> None:
    snapshot = chain.node.request("evm_snapshot", [])
    whole, fuse, _ = prepare_cancelling(chain, tmp_path / "whole")
    fuse.watch(whole.settings.database)
    whole.step()
    whole.worker.close()
    assert "before eth_sendRawTransaction" in fuse.contacts
    for point in fuse.telling_points():
        chain.node.request("anvil_dropAllTransactions", [])
        chain.node.request("evm_revert", [snapshot])
        snapshot = chain.node.request("evm_snapshot", [])
        kill_while_cancelling(chain, tmp_path / str(point), point)


def kill_while_cancelling(chain: Chain, folder: Path, point: int) -> None:
    first, fuse, ids = prepare_cancelling(chain, folder)
    fuse.blow_at = point
    with pytest.raises(Killed):
        first.step()
    first.worker.close()
    second = Pipeline.start(chain, folder)
    second.step()
    second.step()
    assert transaction(second)[1][-1].is_empty, "the intent is remembered"
    chain.go_on_mining()
    chain.mine()
    second.run_until(second.all_are(ids, "confirmed"))
    assert_added_once(second, ids)
    with second.store.transaction() as connection:
        rows = connection.execute("SELECT nonce FROM transactions ORDER BY nonce").fetchall()
    assert [row["nonce"] for row in rows] == list(range(len(rows)))
    assert chain.node.transaction_count(chain.relayer) == len(rows)
    second.worker.close()
