"""Batches that the chain holds and an older copy of the database does not know are adopted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from relayer.chain.node import Node
from relayer.clock import ManualClock
from relayer.keys import Signer
from relayer.store.contributions import Contribution
from relayer.watch.adoption import MOST_LOOKS
from tests.chain import GWEI, Chain
from tests.integration.pipeline.test_reorganisations import depth_since, drop
from tests.integration.pipeline.test_restoring import assert_books_balance, put_back, start
from tests.kill import Fuse, FusedClock, FusedNode, Killed
from tests.pipeline import Pipeline


def copy_of(pipeline: Pipeline, folder: Path) -> Path:
    """A copy as of now, by SQLite's own backup."""
    copy = folder / "copy.db"
    with sqlite3.connect(folder / "relayer.db") as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return copy


def end_and_put_back(pipeline: Pipeline, copy: Path, folder: Path) -> None:
    pipeline.worker.close()
    put_back(copy, folder)


def sent_bytes(pipeline: Pipeline) -> set[tuple[str, int, str, bytes]]:
    """Every attempt of every batch that a final block holds."""
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT t.signer, t.nonce, a.hash, a.raw FROM attempts AS a JOIN transactions AS t "
            "ON t.id = a.transaction_id AND t.kind = 'add' AND t.mined_hash = a.hash"
        ).fetchall()
    return {tuple(row) for row in rows}


def what_players_signed(rows: list[Contribution]) -> list[tuple[Any, ...]]:
    return [
        (r.id, r.trainer, r.player, r.nonce, r.deadline_at, r.max_fee_gwei, r.label, r.sample)
        for r in rows
    ]


def what_was_settled(rows: list[Contribution]) -> list[tuple[Any, ...]]:
    names = ("status", "outcome", "stake_wei", "reward_wei", "fee_wei", "fee_from_rewards_wei")
    return [tuple(getattr(row, name) for name in names) for row in rows]


def test_lost_database_is_read_back_from_the_chain(chain: Chain, tmp_path: Path) -> None:
    pipeline = start(chain, tmp_path)
    settled = pipeline.queue(pipeline.contributions(4))
    pipeline.run_until(pipeline.all_are(settled, "confirmed"))
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(settled, "settled"))
    confirmed = pipeline.queue(pipeline.contributions(3, first_player=10))
    pipeline.run_until(pipeline.all_are(confirmed, "confirmed"))
    before, bytes_before = pipeline.rows(settled + confirmed), sent_bytes(pipeline)
    pipeline.worker.close()
    for file in tmp_path.glob("relayer.db*"):
        file.unlink()

    pipeline = start(chain, tmp_path)
    pipeline.step()
    after = pipeline.rows(settled + confirmed)
    assert what_players_signed(after) == what_players_signed(before)
    assert [row.signature for row in after] == [row.signature for row in before]
    assert what_was_settled(after) == what_was_settled(before)
    assert sent_bytes(pipeline) == bytes_before, "the very bytes that were broadcast"
    counts = pipeline.counts()
    assert pipeline.store.tallies.contributions() == counts, "the sums know the adopted ones too"
    chain.mine()
    pipeline.step()
    assert pipeline.counts() == counts, "once adopted they are known"

    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(confirmed, "settled"))
    assert pipeline.store.tallies.contributions() == pipeline.counts()
    assert chain.tank()["reservedWei"] == 0
    assert_books_balance(chain)


def test_dearer_version_than_the_copy_knows_confirms_the_batch_of_the_copy(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = start(chain, tmp_path)
    chain.stop_mining()
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.step()
    copy = copy_of(pipeline, tmp_path)
    clock = pipeline.worker.clock
    assert isinstance(clock, ManualClock)
    chain.set_base_fee(26 * GWEI)
    clock.advance(6)
    pipeline.step()
    chain.set_base_fee(60 * GWEI)
    clock.advance(6)
    pipeline.step()
    assert len(pipeline.store.transactions.attempts(1)) > 1
    chain.set_base_fee(GWEI)
    chain.go_on_mining()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))

    end_and_put_back(pipeline, copy, tmp_path)
    pipeline = start(chain, tmp_path)
    pipeline.step()
    assert pipeline.statuses(ids) == ["confirmed"] * 3
    assert [row.batch_id for row in pipeline.rows(ids)] == [1] * 3
    assert len(pipeline.store.transactions.attempts(1)) == 2


def test_nonce_that_went_to_other_work_meanwhile_goes_back_to_the_batch_that_has_it(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = start(chain, tmp_path)
    pipeline.step()
    copy = copy_of(pipeline, tmp_path)
    chain.stop_mining()
    lost = pipeline.queue(pipeline.contributions(4))
    pipeline.step()
    assert pipeline.statuses(lost) == ["sent"] * 4

    end_and_put_back(pipeline, copy, tmp_path)
    pipeline = start(chain, tmp_path)
    others = pipeline.queue(pipeline.contributions(2, first_player=20))
    pipeline.step()
    assert pipeline.statuses(others) == ["sent"] * 2, "under the same nonce"
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(others, "confirmed"))
    assert pipeline.statuses(lost) == ["confirmed"] * 4
    assert {nonce for _, nonce, _, _ in sent_bytes(pipeline)} == {0, 1}
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(lost + others, "settled"))
    assert chain.tank()["reservedWei"] == 0
    assert_books_balance(chain)


def test_what_the_copy_let_end_is_confirmed_when_the_chain_holds_it(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = start(chain, tmp_path)
    signed = pipeline.contributions(4)
    ids = pipeline.queue(signed)
    copy = copy_of(pipeline, tmp_path)
    pipeline.step()

    end_and_put_back(pipeline, copy, tmp_path)
    pipeline = start(chain, tmp_path)
    pipeline.store.contributions.cancel(ids[0], pipeline.worker.clock.now())
    pipeline.step()
    assert sorted(set(pipeline.statuses(ids))) == ["cancelled", "failed"]
    assert chain.node.transaction_count(chain.relayer) == 1
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert {row.reason for row in pipeline.rows(ids)} == {None}


def test_another_request_for_a_used_nonce_ends(chain: Chain, tmp_path: Path) -> None:
    pipeline = start(chain, tmp_path)
    copy = copy_of(pipeline, tmp_path)
    lost = pipeline.queue(pipeline.contributions(1))
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))

    end_and_put_back(pipeline, copy, tmp_path)
    pipeline = start(chain, tmp_path)
    twin = pipeline.queue(pipeline.contributions(1, label=3))
    pipeline.worker.poll()
    assert pipeline.statuses(lost + twin) == ["confirmed", "failed"]
    assert pipeline.rows(twin)[0].reason == "nonce-used"


def test_batches_of_other_relayers_are_not_ours(chain: Chain, tmp_path: Path) -> None:
    stranger = chain.hire(7)
    foreign = Pipeline.start(chain, tmp_path, keys=[stranger], clock=clock_at(chain))
    ids = foreign.queue(foreign.contributions(2))
    foreign.run_until(foreign.all_are(ids, "confirmed"))
    foreign.worker.close()
    (tmp_path / "own").mkdir()
    pipeline = start(chain, tmp_path / "own")
    pipeline.step()
    assert pipeline.counts() == {}
    with_both = Pipeline.start(
        chain, tmp_path / "own", keys=[chain.relayer_key, stranger], clock=clock_at(chain)
    )
    with_both.step()
    assert with_both.counts() == {}, "a new account of ours brings nothing of its past"
    assert Signer(stranger).address in with_both.store.signers.addresses()


def test_adopted_batch_whose_blocks_are_dropped_is_broadcast_again(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = start(chain, tmp_path)
    pipeline.step()
    copy, first = copy_of(pipeline, tmp_path), chain.node.head().number
    lost = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))
    end_and_put_back(pipeline, copy, tmp_path)
    pipeline = start(chain, tmp_path)
    pipeline.step()
    assert pipeline.statuses(lost) == ["confirmed"] * 3

    drop(chain, depth_since(chain, first))
    pipeline.worker.poll()
    assert pipeline.statuses(lost) == ["sent"] * 3
    clock = pipeline.worker.clock
    assert isinstance(clock, ManualClock)
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == 1


class HastyClock(ManualClock):
    """A clock on which ten seconds pass between two looks at it."""

    def monotonic(self) -> float:
        """Later each time."""
        self.advance(10)
        return super().monotonic()


def test_long_history_is_adopted_piece_by_piece(chain: Chain, tmp_path: Path) -> None:
    pipeline = start(chain, tmp_path)
    copy = copy_of(pipeline, tmp_path)
    lost = []
    for number in range(3):
        lost.append(pipeline.queue(pipeline.contributions(1, first_player=10 * number)))
        pipeline.run_until(pipeline.all_are(lost[-1], "confirmed"))
    end_and_put_back(pipeline, copy, tmp_path)
    pipeline = Pipeline.start(chain, tmp_path, clock=HastyClock(float(chain.now())))
    pipeline.worker.start()
    for number in range(3):
        pipeline.worker.scanner.step(chain.node.head())
        assert sum(pipeline.counts().values()) == number + 1
    pipeline.worker.scanner.step(chain.node.head())
    assert pipeline.counts() == {"confirmed": 3}


def test_kill_at_any_contact_of_an_adoption_loses_nothing(chain: Chain, tmp_path: Path) -> None:
    pipeline = start(chain, tmp_path)
    pipeline.step()
    copy = copy_of(pipeline, tmp_path)
    lost = pipeline.queue(pipeline.contributions(2))
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))
    pipeline.worker.close()
    contacts = adopt_until(chain, copy, tmp_path, None)
    first = contacts.index("before eth_getLogs")
    for blow_at in range(first, len(contacts) + 1):
        adopt_until(chain, copy, tmp_path, blow_at)
        pipeline = start(chain, tmp_path)
        pipeline.step()
        assert pipeline.statuses(lost) == ["confirmed"] * 2, contacts[blow_at - 1]
        assert len(sent_bytes(pipeline)) == 1
        pipeline.worker.close()


def adopt_until(chain: Chain, copy: Path, folder: Path, blow_at: int | None) -> list[str]:
    """One step over the old copy, killed at one contact; returns all contacts until then."""
    put_back(copy, folder)
    fuse = Fuse()
    node = FusedNode(chain.url, fuse)
    pipeline = Pipeline.start(chain, folder, node=node, clock=FusedClock(fuse))
    fuse.contacts.clear()
    fuse.blow_at = blow_at
    with suppress(Killed):
        pipeline.worker.poll()
    pipeline.worker.close()
    return fuse.contacts


TRANSACTION, RECEIPT = "eth_getTransactionByHash", "eth_getTransactionReceipt"


class StrangeNode(Node):
    """A node that answers questions of one kind with something else."""

    def __init__(self, rpc_url: str, method: str, answer: Callable[[Any], Any]) -> None:
        super().__init__(rpc_url)
        self._method = method
        self._answer = answer

    def request(self, method: str, params: Any) -> Any:
        """The node's answer, changed when it is of that kind."""
        answer = super().request(method, params)
        return self._answer(answer) if method == self._method else answer


@pytest.mark.parametrize(
    "answer",
    [
        lambda answer: answer | {"nonce": "0x7"},
        lambda answer: answer | {"input": answer["input"].replace("1", "2")},
    ],
    ids=["nonce", "calldata"],
)
def test_untrue_transaction_is_not_believed(
    chain: Chain, tmp_path: Path, answer: Callable[[Any], Any]
) -> None:
    pipeline = start(chain, tmp_path)
    copy = copy_of(pipeline, tmp_path)
    lost = pipeline.queue(pipeline.contributions(1))
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))
    end_and_put_back(pipeline, copy, tmp_path)
    lying = StrangeNode(chain.url, TRANSACTION, answer)
    pipeline = Pipeline.start(chain, tmp_path, node=lying, clock=clock_at(chain))
    pipeline.worker.poll()
    assert pipeline.counts() == {}
    pipeline.worker.close()
    pipeline = start(chain, tmp_path)
    pipeline.step()
    assert pipeline.statuses(lost) == ["confirmed"], "an honest node tells it later"


def with_every_item_accepted(logs: Any) -> Any:
    """Events that tell of more contributions than any batch has, in their second word."""
    return [{**log, "data": f"{log['data'][:66]}{'f' * 64}{log['data'][130:]}"} for log in logs]


def test_a_node_that_tells_of_more_contributions_than_a_batch_carries_has_answered_wrongly(
    chain: Chain, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline = start(chain, tmp_path)
    copy = copy_of(pipeline, tmp_path)
    lost = pipeline.queue(pipeline.contributions(2))
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))
    end_and_put_back(pipeline, copy, tmp_path)
    lying = StrangeNode(chain.url, "eth_getLogs", with_every_item_accepted)
    pipeline = Pipeline.start(chain, tmp_path, node=lying, clock=clock_at(chain))
    pipeline.worker.poll()
    assert pipeline.counts() == {}
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert "more contributions than it carries" in (beat.detail or "")
    assert "Traceback" not in caplog.text
    pipeline.worker.close()
    pipeline = start(chain, tmp_path)
    pipeline.step()
    assert pipeline.statuses(lost) == ["confirmed"] * 2, "an honest node tells it later"


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        (TRANSACTION, lambda answer: answer | {"type": "0x4"}),
        (TRANSACTION, lambda answer: None),
        (RECEIPT, lambda answer: None),
    ],
)
def test_batch_that_cannot_be_read_is_told_and_holds_nothing_up(
    chain: Chain,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    method: str,
    answer: Callable[[Any], Any],
) -> None:
    pipeline = start(chain, tmp_path)
    copy = copy_of(pipeline, tmp_path)
    lost = pipeline.queue(pipeline.contributions(1))
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))
    end_and_put_back(pipeline, copy, tmp_path)
    strange = StrangeNode(chain.url, method, answer)
    pipeline = Pipeline.start(chain, tmp_path, node=strange, clock=clock_at(chain))
    for _ in range(MOST_LOOKS):
        pipeline.worker.poll()
    assert "settle it by hand" in caplog.text
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert beat.node_reachable


def clock_at(chain: Chain) -> ManualClock:
    return ManualClock(float(chain.now()))
