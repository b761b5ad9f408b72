"""The store's books against the contracts' on a real chain."""

from __future__ import annotations

from pathlib import Path

from relayer.clock import ManualClock
from relayer.ops.verdicts import VerdictLevel, VerdictName, gather, judge
from relayer.ops.verdicts.verdict import Verdict
from relayer.watch.books import Owed
from tests.chain import Chain
from tests.integration.pipeline.test_reorganisations import start
from tests.pipeline import Pipeline


def verdict(pipeline: Pipeline, name: VerdictName) -> Verdict:
    now = pipeline.worker.clock.now()
    found = judge(gather(pipeline.store, pipeline.settings, now))
    return next(each for each in found if each.name is name)


def look(pipeline: Pipeline, clock: ManualClock) -> int:
    """Lets the worker compare again; returns the block at which it did."""
    clock.advance(61)
    before = pipeline.store.checks.read().get("books")
    pipeline.run_until(lambda: pipeline.store.checks.read().get("books") != before)
    return int(pipeline.store.checks.read()["books"].value["block_number"])


def test_books_balance_while_open_and_when_settled_and_a_missing_wei_is_noticed(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(5))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    look(pipeline, clock)
    assert pipeline.store.countings.claims()[chain.trainer.address].count == 5
    found = verdict(pipeline, VerdictName.BOOKS)
    assert found.level is VerdictLevel.GREEN, found.sentence
    with pipeline.store.transaction() as connection:
        connection.execute(
            "UPDATE open_claims SET reserve_wei = CAST(reserve_wei + 1 AS TEXT), "
            "stake_wei = CAST(stake_wei + 1 AS TEXT)"
        )
    look(pipeline, clock)
    found = verdict(pipeline, VerdictName.BOOKS)
    assert found.level is VerdictLevel.RED
    assert "set aside" in found.sentence
    assert "open stakes" in found.sentence
    chain.pass_time(5_000)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    look(pipeline, clock)
    assert verdict(pipeline, VerdictName.BOOKS).level is VerdictLevel.GREEN
    owed = Owed.of(pipeline.store)
    assert owed is not None
    assert owed.credits_wei == {
        signer: pipeline.worker.system.forwarder.read(chain.node, "credit", signer)
        for signer in pipeline.worker.sender.lanes.addresses
    }
    assert owed.total_wei > 0
    for name in (VerdictName.CHAIN_ID, VerdictName.NODE, VerdictName.VERSION, VerdictName.WORKER):
        assert verdict(pipeline, name).level is VerdictLevel.GREEN
    pipeline.worker.close()


def test_money_that_the_forwarder_lacks_is_noticed(chain: Chain, tmp_path: Path) -> None:
    pipeline, clock = start(chain, tmp_path)
    pipeline.step()
    forwarder = chain.forwarder.address
    held_wei = chain.node.balance_wei(forwarder)
    chain.node.request("anvil_setBalance", [forwarder, hex(held_wei - 1)])
    chain.mine(3)
    look(pipeline, clock)
    found = verdict(pipeline, VerdictName.BOOKS)
    assert found.level is VerdictLevel.RED
    assert "the Forwarder holds" in found.sentence
    pipeline.worker.close()
