"""Several signers send at the same time, each in its own lane of nonces."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from eth_account import Account

from relayer.chain.node import Node
from relayer.clock import ManualClock
from relayer.keys import Signer
from tests.chain import Chain
from tests.pipeline import Pipeline


def transactions(pipeline: Pipeline) -> list[tuple[str, int, str, str]]:
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT signer, nonce, kind, status FROM transactions ORDER BY id"
        ).fetchall()
    return [(row["signer"], row["nonce"], row["kind"], row["status"]) for row in rows]


def adders(pipeline: Pipeline) -> Counter[str]:
    return Counter(signer for signer, _, kind, _ in transactions(pipeline) if kind == "add")


def test_batches_are_spread_over_the_signers(chain: Chain, tmp_path: Path) -> None:
    keys = [chain.relayer_key, chain.hire(1), chain.hire(2)]
    pipeline = Pipeline.start(chain, tmp_path, keys=keys, max_batch_items=4)
    ids = pipeline.queue(pipeline.contributions(24, players=24))
    chain.stop_mining()
    pipeline.worker.poll()
    while pipeline.worker.send_due():
        pass
    assert adders(pipeline) == {Signer(key).address: 2 for key in keys}
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert sorted(nonce for _, nonce, kind, _ in transactions(pipeline) if kind == "add") == [
        *(0, 0, 0),
        *(1, 1, 1),
    ]


def test_signer_without_the_sponsor_s_leave_settles_and_adds_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    stranger = chain.hire(1, allowed=False)
    keys = [stranger, chain.relayer_key]
    pipeline = Pipeline.start(chain, tmp_path, keys=keys)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert set(adders(pipeline)) == {chain.relayer}
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    settlers = {signer for signer, _, kind, _ in transactions(pipeline) if kind == "settle"}
    assert settlers == {Signer(stranger).address}


class DeafNode(Node):
    """A node that loses the transactions of one account as if it had taken them."""

    def __init__(self, rpc_url: str, deaf_to: str) -> None:
        super().__init__(rpc_url)
        self.deaf_to = deaf_to

    def send_raw(self, raw: bytes) -> str:
        """The answer of the node, or an answer that looks like it."""
        if Account.recover_transaction(raw) == self.deaf_to:
            return "0x" + "00" * 32
        return super().send_raw(raw)


def test_lane_that_is_stuck_does_not_stop_the_others(chain: Chain, tmp_path: Path) -> None:
    other = chain.hire(1)
    node, clock = DeafNode(chain.url, chain.relayer), ManualClock(float(chain.now()))
    keys = [chain.relayer_key, other]
    pipeline = Pipeline.start(chain, tmp_path, node=node, clock=clock, keys=keys)
    stuck = pipeline.queue(pipeline.contributions(1))
    pipeline.step()
    assert set(adders(pipeline)) == {chain.relayer}
    for first_player in (20, 40, 60):
        clock.advance(6)
        later = pipeline.queue(pipeline.contributions(8, first_player=first_player, players=8))
        pipeline.run_until(pipeline.all_are(later, "confirmed"))
    assert pipeline.statuses(stuck) == ["sent"]
    assert adders(pipeline) == {chain.relayer: 1, Signer(other).address: 3}
    node.deaf_to = ""
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(stuck, "confirmed"))


def test_signer_that_was_taken_out_of_the_settings_finishes_what_it_began(
    chain: Chain, tmp_path: Path
) -> None:
    other = chain.hire(1)
    first = Pipeline.start(chain, tmp_path)
    ids = first.queue(first.contributions(3))
    chain.stop_mining()
    first.step()
    first.worker.close()
    chain.node.request("anvil_dropAllTransactions", [])
    second = Pipeline.start(chain, tmp_path, keys=[other])
    second.step()
    beat = second.store.chain_state.view().heartbeat
    assert beat is not None
    assert f"{chain.relayer} has transactions under way" in (beat.detail or "")
    chain.go_on_mining()
    chain.mine()
    second.run_until(second.all_are(ids, "confirmed"))
    assert set(adders(second)) == {chain.relayer}


def test_signer_that_rests_begins_nothing_new(chain: Chain, tmp_path: Path) -> None:
    other = chain.hire(1)
    pipeline = Pipeline.start(chain, tmp_path, keys=[chain.relayer_key, other])
    pipeline.store.resting_signers.rest(chain.relayer, "its key is replaced", 0.0)
    ids = pipeline.queue(pipeline.contributions(2))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert set(adders(pipeline)) == {Signer(other).address}
    pipeline.store.resting_signers.rest(Signer(other).address, "nobody sends", 0.0)
    assert pipeline.worker.sender.free_lane() is None
    assert pipeline.store.resting_signers.wake(chain.relayer)
    assert pipeline.worker.sender.free_lane() == chain.relayer
