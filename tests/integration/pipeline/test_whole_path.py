"""From the queue to the settled contribution and out to the player, on a real chain."""

from __future__ import annotations

from pathlib import Path

from eth_hash.auto import keccak

from relayer.chain.errors import CallRevertedError
from relayer.clock import ManualClock
from relayer.settle import CreditCollector
from relayer.store.statuses import WithdrawalStatus
from tests.chain import ETHER, Chain, Player
from tests.hooked_node import HookedNode
from tests.pipeline import Pipeline


def test_contributions_go_from_queue_to_settled(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(12))
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"sent"}
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert [row.record_index for row in pipeline.rows(ids)] == list(range(12))
    assert all(row.stake_wei for row in pipeline.rows(ids))
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    assert {row.outcome for row in pipeline.rows(ids)} == {"refunded"}
    assert chain.tank()["reservedWei"] == 0


def test_fees_of_contributions_and_sponsor_s_part_add_up_to_the_event(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(9))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    with pipeline.store.transaction() as connection:
        fees_wei = int(connection.execute("SELECT fees_wei FROM settlements").fetchone()[0])
    own_wei = sum(row.fee_wei or 0 for row in pipeline.rows(ids))
    # the sponsor's part is the overhead of two transactions and the new storage
    assert 0 < own_wei < fees_wei
    credit_wei = chain.forwarder.read(chain.node, "credit", chain.relayer)
    assert credit_wei == fees_wei


def test_liars_forfeit_and_the_others_are_paid(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    honest = pipeline.queue(pipeline.contributions(12, players=3))
    pipeline.run_until(pipeline.all_are(honest, "confirmed"))
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(honest, "settled"))
    lies = pipeline.queue(
        pipeline.contributions(1, first_player=50, players=1, label=3, features=(1, 2, 3))
    )
    pipeline.run_until(pipeline.all_are(lies, "confirmed"))
    chain.pass_time(61)
    pipeline.step()
    assert pipeline.statuses(lies) == ["confirmed"], "disagreeing, and not due for forfeit yet"
    chain.pass_time(600)
    pipeline.run_until(pipeline.all_are(lies, "settled"))
    assert [row.outcome for row in pipeline.rows(lies)] == ["forfeited"]
    stake_wei = pipeline.rows(lies)[0].stake_wei or 0
    holders = {row.player for row in pipeline.rows(honest)}
    pipeline.run_until(lambda: stake_wei - 3 <= unclaimed_wei(pipeline, holders) <= stake_wei)
    more = pipeline.queue(pipeline.contributions(3, players=3, nonce=60))
    pipeline.run_until(pipeline.all_are(more, "confirmed"))
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(more, "settled"))
    rewards_wei = sum(row.reward_wei or 0 for row in pipeline.rows(more))
    # rounding of the shares leaves at most a wei for each holder
    assert stake_wei - 3 <= rewards_wei <= stake_wei
    assert all((r.fee_from_rewards_wei or 0) <= (r.fee_wei or 0) for r in pipeline.rows(more))


def unclaimed_wei(pipeline: Pipeline, players: set[str]) -> int:
    """What waits for players who did nothing since, as the API tells it."""
    known = [pipeline.store.players.get(player) for player in players]
    return sum(player.unclaimed_wei for player in known if player is not None)


def test_settlements_of_others_are_written_down(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path, settle_min_items=200, settle_max_delay_s=10_000)
    ids = pipeline.queue(pipeline.contributions(6))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    batch = pipeline.store.batches.get(1)
    assert batch is not None
    chain.pass_time(61)
    data = pipeline.worker.settler._encode(batch, 0b101)
    chain.send(chain.deployer_key, chain.forwarder.address, data)
    pipeline.run_until(lambda: pipeline.statuses(ids).count("settled") == 2)
    assert pipeline.statuses(ids)[0] == pipeline.statuses(ids)[2] == "settled"
    batch = pipeline.store.batches.get(1)
    assert batch is not None
    assert batch.open_map == hex(0b111010)


def test_settling_waits_for_company_up_to_the_longest_delay(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path, settle_min_items=20, settle_max_delay_s=30.0)
    honest = pipeline.contributions(8, label=0, features=(1, 2, 3))
    liar = pipeline.contributions(1, first_player=70, players=1, label=3, features=(1, 2, 3))
    ids = pipeline.queue(honest + liar)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(61)
    for _ in range(3):
        pipeline.step()
    assert set(pipeline.statuses(ids)) == {"confirmed"}, "eight of twenty: wait for company"
    chain.pass_time(31)
    pipeline.run_until(lambda: pipeline.statuses(ids).count("settled") == 8)
    assert pipeline.statuses(ids)[8] == "confirmed", "the model disagrees with the liar"


def test_player_is_read_again_after_the_chain_took_something(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    signed = pipeline.contributions(3, players=1)
    ids = pipeline.queue(signed)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    pipeline.step()
    snapshot = pipeline.store.players.get(signed[0][0].player)
    assert snapshot is not None
    assert (snapshot.highest_nonce, snapshot.seen) == (2, 0b111)


def test_snapshots_show_tank_head_and_trainers(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    pipeline.step()
    view = pipeline.store.chain_state.view()
    assert view.tank is not None
    assert view.head is not None
    assert view.tank.available_wei == chain.tank()["availableWei"]
    assert view.tank.relayer_allowed
    assert view.head.number == chain.node.head().number
    assert set(view.trainers) == {chain.trainer.address, chain.perceptron.address}
    assert all(trainer.allowed for trainer in view.trainers.values())


def earn(pipeline: Pipeline, chain: Chain) -> Player:
    """A player with a point, and a forfeited stake that waits for it."""
    player = Player(0, chain.domain)
    deadline = chain.now() + 5_000
    honest = [
        player.contribute(chain.trainer.address, deadline=deadline, label=0, features=(1, 2))
        for _ in range(4)
    ]
    liar = Player(99, chain.domain).contribute(
        chain.trainer.address, deadline=deadline, label=3, features=(1, 2)
    )
    ids = pipeline.queue([*honest, liar])
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(61)
    pipeline.run_until(lambda: pipeline.statuses(ids).count("settled") == 4)
    chain.pass_time(600)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    return player


def test_withdrawal_takes_accrued_rewards_out(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    player = earn(pipeline, chain)
    snapshot = pipeline.store.players.get(player.address)
    assert snapshot is not None
    amount_wei = 1_000_000_000_000
    receiver = "0x" + "ab" * 20
    before_wei = chain.node.balance_wei(receiver)
    message, signature = player.withdraw(
        receiver, amount_wei, deadline=chain.now() + 5_000, max_fee_gwei=100
    )
    digest = pipeline.queue_withdrawal(message, signature)

    def is_confirmed() -> bool:
        row = pipeline.store.withdrawals.get(digest)
        return row is not None and row.status is WithdrawalStatus.CONFIRMED

    pipeline.run_until(is_confirmed)
    # the fee is capped by what the player signed: 100 gwei
    received_wei = chain.node.balance_wei(receiver) - before_wei
    assert received_wei == amount_wei - 100 * 10**9


def test_withdrawal_beyond_the_balance_fails_with_its_reason(chain: Chain, tmp_path: Path) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock)
    message, signature = Player(5, chain.domain).withdraw(
        "0x" + "ab" * 20, ETHER, deadline=chain.now() + 5_000
    )
    digest = pipeline.queue_withdrawal(message, signature)

    def end() -> tuple[str, str | None]:
        row = pipeline.store.withdrawals.get(digest)
        assert row is not None
        return row.status.value, row.reason

    pipeline.step()
    assert end() == ("queued", None), "one block may be taken back"
    for _ in range(25):
        chain.mine()
        pipeline.step()
    assert end() == ("queued", None), "and so may many quick ones"
    clock.advance(120)
    pipeline.run_until(lambda: end()[0] == "failed")
    assert end() == ("failed", "balance-too-low")
    assert chain.node.transaction_count(chain.relayer) == 0


def test_withdrawal_waits_while_a_reorganisation_has_taken_its_rewards(
    chain: Chain, tmp_path: Path
) -> None:
    node = HookedNode(chain.url)
    pipeline = Pipeline.start(chain, tmp_path, node=node)
    player = earn(pipeline, chain)
    message, signature = player.withdraw(
        player.address, 10**12, deadline=chain.now() + 5_000, max_fee_gwei=100
    )
    digest = pipeline.queue_withdrawal(message, signature)
    node.before["eth_estimateGas"] = refuse_for_want_of_money
    for _ in range(3):
        pipeline.step()
        chain.mine()
    row = pipeline.store.withdrawals.get(digest)
    assert row is not None
    assert row.status is WithdrawalStatus.QUEUED
    node.plug_in()

    def is_confirmed() -> bool:
        row = pipeline.store.withdrawals.get(digest)
        return row is not None and row.status is WithdrawalStatus.CONFIRMED

    pipeline.run_until(is_confirmed)


def refuse_for_want_of_money() -> None:
    """A hook: the contract finds less than is asked for."""
    data = keccak(b"NotEnough(uint256,uint256)")[:4] + bytes(64)
    raise CallRevertedError("eth_estimateGas", 3, "execution reverted", data)


def test_withdrawal_past_its_deadline_expires(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    message, signature = Player(5, chain.domain).withdraw(
        "0x" + "ab" * 20, ETHER, deadline=chain.now() - 1
    )
    digest = pipeline.queue_withdrawal(message, signature)
    pipeline.step()
    row = pipeline.store.withdrawals.get(digest)
    assert row is not None
    assert row.status is WithdrawalStatus.EXPIRED


def test_relayer_takes_its_credit_out_once_it_is_worth_it(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    ids: list[str] = []
    for turn in range(2):
        ids += pipeline.queue(pipeline.contributions(60, players=60, first_player=100 * turn))
        pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(ids, "settled"))

    def credit_wei() -> int:
        credit: int = chain.forwarder.read(chain.node, "credit", chain.relayer)
        return credit

    pipeline.run_until(lambda: credit_wei() == 0)
    collector = CreditCollector(
        pipeline.store, chain.node, pipeline.worker.system, pipeline.worker.sender
    )
    assert collector.step(chain.node.head()) == 0, "nothing left to collect"
