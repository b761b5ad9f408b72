"""A budget on a real chain: reserved at acceptance, settled by the receipt, given back."""

from __future__ import annotations

from pathlib import Path

from relayer.store.allowances import HOUSE
from tests.chain import Chain, Player
from tests.pipeline import Pipeline


def charged(pipeline: Pipeline) -> int:
    return pipeline.store.allowances.ledgers([HOUSE])[HOUSE].charged_gwei


def gwei_up(wei: int) -> int:
    return -(-wei // 10**9)


def test_what_was_reserved_becomes_what_the_receipt_says(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    player = Player(50, chain.domain)
    used = player.contribute(chain.trainer.address, deadline=chain.now() + 5_000)
    ids = pipeline.queue(pipeline.contributions(8))
    assert charged(pipeline) == 8 * 1_000
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    rows = pipeline.rows(ids)
    batch = pipeline.store.batches.get(rows[0].batch_id or 0)
    assert batch is not None
    transaction = pipeline.store.transactions.get(batch.transaction_id)
    assert transaction is not None
    cost_wei = (transaction.gas_used or 0) * (transaction.effective_gas_price_wei or 0)
    share = cost_wei // 10**9 // batch.item_count + 1
    assert [row.charged_gwei for row in rows] == [
        gwei_up(row.stake_wei or 0) + share for row in rows
    ]
    assert charged(pipeline) == sum(row.charged_gwei or 0 for row in rows)
    again = pipeline.queue([used])
    pipeline.store.contributions.cancel(again[0], pipeline.worker.clock.now())
    assert charged(pipeline) == sum(row.charged_gwei or 0 for row in rows)
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    for row in pipeline.rows(ids):
        paid = gwei_up(row.fee_wei or 0) - (row.fee_from_rewards_wei or 0) // 10**9
        lost = gwei_up(row.stake_wei or 0) if row.outcome == "forfeited" else 0
        assert row.charged_gwei == paid + lost
    assert charged(pipeline) == sum(row.charged_gwei or 0 for row in pipeline.rows(ids))
