"""A market from the commitment to the last wei, driven by the worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from relayer.chain.contracts import bind
from relayer.keys import Signer
from relayer.market.view import Phase
from relayer.models.chain_reading import read_snapshot
from relayer.models.follower import ModelFollower
from simulation.mechanisms.prediction_market import Outcome
from tests.chain import Chain
from tests.fair import BOUNTY_WEI, PROVIDER_KEY, STAKE_WEI, STRANGER_KEY, Fair
from tests.pipeline import Pipeline

CONTRIBUTIONS = 12


def run(fair: Fair) -> list[str]:
    """Plays a market to its end and settles it; returns the ids of the contributions."""
    fair.open()
    ids = fair.contribute(CONTRIBUTIONS)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    fair.run_to_closed()
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "settled"))
    return ids


@pytest.mark.parametrize("name", ["Plain", "Grouped"])
def test_contributions_are_paid_what_the_rule_says_to_the_wei(
    chain: Chain, tmp_path: Path, name: str
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    fair = Fair(chain, pipeline, tmp_path, name)
    ids = run(fair)
    outcome = fair.expected()
    # Which piece is scored is the chain's chance: now and then it leaves everybody their stake.
    assert fair.payouts() == outcome.payouts_wei
    for row, payout_wei in zip(pipeline.rows(ids), outcome.payouts_wei, strict=True):
        assert row.outcome == ("refunded" if payout_wei >= STAKE_WEI else "forfeited")
        assert row.reward_wei == max(0, payout_wei - STAKE_WEI)
    assert_everything_is_paid(fair, outcome)


def assert_everything_is_paid(fair: Fair, outcome: Outcome) -> None:
    before_wei = fair.chain.node.balance_wei(fair.entry.address)
    assert before_wei == outcome.returned_wei
    assert fair.provider().claim() == outcome.returned_wei
    assert fair.chain.node.balance_wei(fair.entry.address) == 0


def test_fees_come_out_of_what_was_earned_first_and_the_tank_pays_the_rest(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    fair = Fair(chain, pipeline, tmp_path)
    fair.open()
    before = chain.tank()
    ids = fair.contribute(CONTRIBUTIONS)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.tank()["reservedWei"] > 0
    fair.end_participation()
    fair.reveal()
    fair.run_to_closed()
    pipeline.run_until(pipeline.all_are(ids, "settled"))

    rows = pipeline.rows(ids)
    assert any(row.fee_from_rewards_wei for row in rows)
    for row in rows:
        fee_wei, reward_wei = int(row.fee_wei or 0), int(row.reward_wei or 0)
        assert row.fee_from_rewards_wei == min(fee_wei, reward_wei)
    after = chain.tank()
    assert after["reservedWei"] == 0, "nothing stays behind"
    settled = fair.events(chain.forwarder, "BatchSettled")
    fees_wei = sum(event["feesWei"] for event in settled)
    from_rewards_wei = sum(event["fromRewardsWei"] for event in settled)
    assert from_rewards_wei == sum(int(row.fee_from_rewards_wei or 0) for row in rows)
    lost_wei = sum(STAKE_WEI - min(STAKE_WEI, payout) for payout in fair.payouts())
    assert before["availableWei"] - after["availableWei"] == fees_wei - from_rewards_wei + lost_wei
    assert_forwarder_books_balance(fair)


def assert_forwarder_books_balance(fair: Fair) -> None:
    chain, tank = fair.chain, fair.chain.tank()
    players = [Signer(player.key).address for player in fair.people.values()]
    balances = [chain.forwarder.read(chain.node, "player", player)[0] for player in players]
    credit_wei = chain.forwarder.read(chain.node, "credit", chain.relayer)
    booked_wei = tank["availableWei"] + tank["reservedWei"] + sum(balances) + credit_wei
    assert chain.node.balance_wei(chain.forwarder.address) == booked_wei


def test_driving_and_settling_pay_for_themselves_within_a_tenth(
    chain: Chain, tmp_path: Path
) -> None:
    # Without a base fee every transaction costs its tip, so fees and costs compare in gas.
    chain.set_base_fee(0)
    pipeline = Pipeline.start(chain, tmp_path, priority_fee_wei=10**9)
    fair = Fair(chain, pipeline, tmp_path, "Wide", 80, 16, sample_features=10)
    fair.open()
    ids = fair.contribute(20, players=5)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    fair.run_to_closed()
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    with pipeline.store.transaction() as connection:
        row = connection.execute(
            "SELECT sum(gas_used * CAST(effective_gas_price_wei AS INTEGER)) AS cost_wei "
            "FROM transactions WHERE kind IN ('add', 'market', 'settle')"
        ).fetchone()
    settled = fair.events(chain.forwarder, "BatchSettled")
    fees_wei = sum(event["feesWei"] for event in settled)
    assert 0.9 < fees_wei / row["cost_wei"] < 1.1


@pytest.mark.parametrize("step_gas", [5_000_000, 700_000])
def test_steps_keep_within_the_gas_of_the_operator(
    chain: Chain, tmp_path: Path, step_gas: int
) -> None:
    pipeline = Pipeline.start(chain, tmp_path, market_step_gas=step_gas)
    fair = Fair(chain, pipeline, tmp_path)
    run(fair)
    assert fair.payouts() == fair.expected().payouts_wei
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT m.step, t.gas_limit, t.succeeded FROM market_steps AS m "
            "JOIN transactions AS t ON t.id = m.transaction_id"
        ).fetchall()
    assert max(row["gas_limit"] for row in rows) <= step_gas
    assert all(row["succeeded"] for row in rows)
    replays = [row for row in rows if row["step"] == "replay"]
    assert len(replays) == 1 if step_gas == 5_000_000 else len(replays) > 2


def test_a_chain_with_small_blocks_gets_smaller_steps(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    fair = Fair(chain, pipeline, tmp_path)
    fair.open()
    ids = fair.contribute(4)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    usual = chain.node.head().gas_limit
    try:
        chain.node.request("evm_setBlockGasLimit", [hex(300_000)])
        chain.mine()
        pipeline.run_until(pipeline.all_are(ids, "settled"))
    finally:
        chain.node.request("evm_setBlockGasLimit", [hex(usual)])
    assert fair.payouts() == fair.expected().payouts_wei
    with pipeline.store.transaction() as connection:
        limits = connection.execute(
            "SELECT t.gas_limit FROM market_steps AS m JOIN transactions AS t "
            "ON t.id = m.transaction_id WHERE m.step = 'replay'"
        ).fetchall()
    assert len(limits) > 2
    assert max(row["gas_limit"] for row in limits) <= 300_000


def test_contributions_that_came_past_the_relayer_are_replayed_in_their_turn(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    fair = Fair(chain, pipeline, tmp_path)
    fair.open()
    first = fair.contribute(4)
    pipeline.run_until(pipeline.all_are(first, "confirmed"))
    fair.contribute_directly()
    second = fair.contribute(5)
    pipeline.run_until(pipeline.all_are(second, "confirmed"))
    fair.end_participation()
    fair.reveal()
    fair.run_to_closed()
    outcome = fair.expected()
    assert len(outcome.payouts_wei) == 10
    assert fair.payouts() == outcome.payouts_wei
    pipeline.run_until(pipeline.all_are(first + second, "settled"))
    # The stranger settles and claims on its own.
    own = fair.events(bind("DataHandler", fair.entry.data_handler), "DataAdded")[1]
    settle = fair.contract.interface.encode("settle", own["header"], own["records"], 1)
    chain.send(STRANGER_KEY, fair.entry.address, settle)
    stranger = Signer(STRANGER_KEY).address
    assert fair.contract.read(chain.node, "claimableWei", stranger) == outcome.payouts_wei[4]
    chain.send(STRANGER_KEY, fair.entry.address, fair.contract.interface.encode("claim"))
    assert_everything_is_paid(fair, outcome)


def test_a_worker_with_the_secret_opens_and_reveals_too(chain: Chain, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    pipeline = Pipeline.start(chain, tmp_path, market_secrets=secrets)
    fair = Fair(chain, pipeline, tmp_path)
    fair.commit()
    pipeline.run_until(lambda: fair.view.phase is Phase.PARTICIPATION)
    ids = fair.contribute(CONTRIBUTIONS)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    assert fair.payouts() == fair.expected().payouts_wei


def test_a_full_market_goes_on_without_waiting_for_the_time(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    fair = Fair(chain, pipeline, tmp_path)
    fair.open()
    ids = fair.contribute(41)
    pipeline.run_until(lambda: fair.view.phase is Phase.REVEAL)
    pipeline.run_until(lambda: "sent" not in set(pipeline.statuses(ids)))
    pipeline.run_until(lambda: "mined" not in set(pipeline.statuses(ids)))
    assert pipeline.counts() == {"confirmed": 40, "failed": 1}
    late = next(row for row in pipeline.rows(ids) if row.status == "failed")
    assert late.reason == "unfit"
    assert "full or over" in str(late.detail)
    fair.reveal()
    fair.run_to_closed()
    assert fair.payouts() == fair.expected().payouts_wei


def test_the_published_model_learns_in_the_replay_and_not_before(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    fair = Fair(chain, pipeline, tmp_path)
    follower = ModelFollower(chain.node, fair.entry, chain.deployment.block_number)
    fair.open()
    ids = fair.contribute(CONTRIBUTIONS)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    head = chain.node.head().number
    follower.advance(head)
    untrained = follower.snapshot()
    assert untrained == read_snapshot(chain.node, fair.entry, head)
    fair.end_participation()
    fair.reveal()
    fair.run_to_closed()
    head = chain.node.head().number
    assert follower.advance(head), "the model has changed"
    assert follower.snapshot() == read_snapshot(chain.node, fair.entry, head)
    assert follower.snapshot()["weights"] != untrained["weights"]
    assert not follower.advance(chain.node.head().number)


def test_two_markets_are_driven_side_by_side(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    plain = Fair(chain, pipeline, tmp_path)
    grouped = replace(plain, name="Grouped")
    for fair in (plain, grouped):
        fair.open()
    ids = plain.contribute(5) + grouped.contribute(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    plain.end_participation()
    for fair in (plain, grouped):
        fair.reveal()
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    for fair in (plain, grouped):
        assert fair.payouts() == fair.expected().payouts_wei


def test_the_bounty_is_locked_in_full(chain: Chain, tmp_path: Path) -> None:
    fair = Fair(chain, Pipeline.start(chain, tmp_path), tmp_path)
    fair.commit()
    assert chain.node.balance_wei(fair.entry.address) == BOUNTY_WEI
    assert fair.contract.read(chain.node, "bountyWei") == BOUNTY_WEI
    assert fair.contract.read(chain.node, "provider") == Signer(PROVIDER_KEY).address
