"""Validations under adversity: kills, reorganisations, other relayers, reverts; and the books."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from relayer.app import create_app
from relayer.batch.dry_run import Outcome
from relayer.chain.validation_wire import ValidationItem, pack_validations, parts_of_number
from relayer.clock import ManualClock
from relayer.settle import SettlePolicy
from relayer.store.statuses import TransactionKind
from relayer.validate.rehearsal import encode_validate
from relayer.watch.added import from_json
from relayer.worker import Worker
from tests.chain import ETHER, Chain
from tests.hooked_node import HookedNode, once, refuse
from tests.integration.pipeline.test_adopting import copy_of
from tests.integration.pipeline.test_restoring import put_back
from tests.kill import Fuse, FusedClock, FusedNode, FusedSigner, Killed
from tests.parlour import LAPSE_WAIT_S, Parlour
from tests.pipeline import Pipeline

ANNA, BEN, CARA = 1, 2, 3


def kill_at(fuse: Fuse, contact: str) -> None:
    """Blows the fuse at the next contact of this name."""

    def touch(name: str) -> None:
        if name == contact:
            raise Killed(name)

    fuse.touch = touch  # type: ignore[method-assign]


def mortal(parlour: Parlour, fuse: Fuse) -> Pipeline:
    """A second worker over the parlour's database, on a fuse."""
    chain, settings = parlour.chain, parlour.pipeline.settings
    worker = Worker(
        settings,
        clock=FusedClock(fuse),
        node=FusedNode(chain.url, fuse),
        signers=[FusedSigner(chain.relayer_key, fuse)],
    )
    return Pipeline(chain, settings, worker)


def assert_confirmed_once(parlour: Parlour, validations: list[str]) -> None:
    assert parlour.statuses(validations) == [("confirmed", None)] * len(validations)
    validated = [event["validatedMap"].bit_count() for event in parlour.events("BatchValidated")]
    assert sum(validated) == len(validations)
    assert parlour.events("ValidationSkipped") == [], "nothing was sent a second time"


@pytest.mark.parametrize(
    "contact",
    [
        "before sign",
        "after sign",
        "before eth_sendRawTransaction",
        "after eth_sendRawTransaction",
        "before eth_getTransactionReceipt",
        "after eth_getTransactionReceipt",
    ],
)
def test_killed_while_validating_everything_is_confirmed_once(
    parlour: Parlour, contact: str
) -> None:
    of_anna, of_ben = parlour.contribute(ANNA, BEN)
    validations = [parlour.validate(BEN, of_anna), parlour.validate(ANNA, of_ben)]
    first = mortal(parlour, fuse := Fuse())
    kill_at(fuse, contact)
    with pytest.raises(Killed):
        first.run_until(lambda: False)
    first.worker.close()
    parlour.run_until_final(*validations)
    assert_confirmed_once(parlour, validations)
    nonces = [parlour.chain.node.transaction_count(parlour.chain.relayer)]
    assert nonces == [2], "one transaction added, one validated"


def test_killed_between_storing_and_broadcasting_the_stored_bytes_go_out(
    parlour: Parlour,
) -> None:
    of_anna, _ = parlour.contribute(ANNA, BEN)
    validation = parlour.validate(BEN, of_anna)
    first = mortal(parlour, fuse := Fuse())
    kill_at(fuse, "before eth_sendRawTransaction")
    with pytest.raises(Killed):
        first.run_until(lambda: False)
    first.worker.close()
    (waiting,) = parlour.store.transactions.unfinished(parlour.chain.relayer)
    assert waiting.kind is TransactionKind.VALIDATE
    (stored,) = parlour.store.transactions.attempts(waiting.id)
    assert stored.broadcast_at is None
    parlour.run_until_final(validation)
    mined = parlour.store.transactions.get(waiting.id)
    assert mined is not None
    assert mined.mined_hash == stored.hash
    assert_confirmed_once(parlour, [validation])


def test_reorganisation_takes_validations_back_to_sent_and_forth_again(
    chain: Chain, tmp_path: Path
) -> None:
    clock = ManualClock(time.time())
    parlour = Parlour.open(chain, tmp_path, clock=clock)
    of_anna, _ = parlour.contribute(ANNA, BEN)
    validation = parlour.validate(BEN, of_anna)
    snapshot = chain.node.request("evm_snapshot", [])
    parlour.pipeline.run_until(
        lambda: parlour.statuses([validation]) == [("mined", None)], mine=False
    )
    assert parlour.pipeline.statuses([of_anna]) == ["confirmed"], "not final, so not settled"
    chain.node.request("evm_revert", [snapshot])
    chain.stop_mining()
    chain.mine()
    parlour.pipeline.step()
    assert parlour.statuses([validation]) == [("sent", None)]
    chain.go_on_mining()
    # the stored bytes go out again when they have waited long enough
    clock.advance(6)
    parlour.run_until_final(validation)
    parlour.pipeline.step()
    assert_confirmed_once(parlour, [validation])
    assert parlour.pipeline.statuses([of_anna]) == ["settled"]
    parlour.close()


def brought_by_somebody_else(parlour: Parlour, *validation_ids: str) -> bytes:
    """The calldata with which anybody could bring these validations."""
    found = parlour.store.validations.get_many(validation_ids)
    rows = [found[key] for key in validation_ids]
    batch = parlour.store.batches.get(rows[0].batch_id)
    assert batch is not None
    return encode_validate(parlour.pipeline.worker.system, batch, rows)


def test_validation_that_somebody_else_brought_settles_and_is_confirmed_when_that_is_final(
    parlour: Parlour,
) -> None:
    chain = parlour.chain
    of_anna, of_ben, _ = parlour.contribute(ANNA, BEN, CARA)
    stolen, own = parlour.validate(BEN, of_anna), parlour.validate(CARA, of_ben)
    data = brought_by_somebody_else(parlour, stolen)
    chain.send(chain.deployer_key, chain.forwarder.address, data)
    parlour.run_until_final(stolen, own)
    parlour.pipeline.run_until(lambda: parlour.statuses([stolen]) == [("confirmed", None)])
    assert parlour.statuses([own]) == [("confirmed", None)]
    shown = parlour.get(f"/v1/validations/{stolen}")
    assert shown["transactions"] == []
    assert "brought it" in shown["detail"]
    # whoever brought it was paid for it
    assert chain.forwarder.read(chain.node, "credit", chain.sponsor) > 0
    parlour.pipeline.step()
    assert parlour.pipeline.statuses([of_anna, of_ben]) == ["settled"] * 2


def test_validations_that_an_older_copy_has_forgotten_are_taken_in_again(
    chain: Chain, tmp_path: Path
) -> None:
    parlour = Parlour.open(chain, tmp_path)
    of_anna, of_ben = parlour.contribute(ANNA, BEN)
    waiting = parlour.validate(BEN, of_anna)
    copy = copy_of(parlour.pipeline, tmp_path)
    forgotten = parlour.validate(ANNA, of_ben)
    parlour.run_until_final(waiting, forgotten)
    parlour.close()
    put_back(copy, tmp_path)

    parlour = Parlour.open(chain, tmp_path)
    assert parlour.statuses([waiting]) == [("queued", None)]
    assert parlour.store.validations.get(forgotten) is None
    both = [("confirmed", None)] * 2
    room = parlour.store.validations
    parlour.pipeline.run_until(
        lambda: (
            len(room.get_many([waiting, forgotten])) == 2
            and parlour.statuses([waiting, forgotten]) == both
        )
    )
    assert parlour.pipeline.statuses([of_anna, of_ben]) == ["settled"] * 2
    assert chain.node.transaction_count(chain.relayer) == 2, "nothing is sent a second time"
    parlour.close()


def test_replayed_validation_changes_nothing(parlour: Parlour) -> None:
    chain = parlour.chain
    of_anna, _, _ = parlour.contribute(ANNA, BEN, CARA)
    validation = parlour.validate(BEN, of_anna)
    data = brought_by_somebody_else(parlour, validation)
    parlour.run_until_final(validation)
    before = parlour.standing(ANNA)
    chain.send(chain.deployer_key, chain.forwarder.address, data)
    assert parlour.standing(ANNA) == before
    assert [event["outcome"] for event in parlour.events("ValidationSkipped")] == [2]
    assert chain.forwarder.read(chain.node, "credit", chain.sponsor) == 0


def test_chain_itself_refuses_what_the_door_refuses(parlour: Parlour) -> None:
    chain = parlour.chain
    of_anna, _ = parlour.contribute(ANNA, BEN)
    number = parlour.number_of(of_anna)
    batch_id, record = parts_of_number(number)
    items = []
    for validator in (ANNA, CARA, BEN):
        message, signature = parlour.player(validator).validate(
            chain.trainer.address, number, deadline=chain.now() + 5_000
        )
        limits = message.nonce, message.deadline, message.max_fee_gwei
        items.append(ValidationItem(message.validator, record, *limits, signature))
    batch = parlour.store.settlements.find_batch(chain.trainer.address, batch_id)
    assert batch is not None
    validated_map, outcomes, settled_map = chain.forwarder.read(
        chain.node,
        "validate",
        batch.trainer,
        from_json(batch.terms or ""),
        from_json(batch.header or ""),
        batch.records,
        pack_validations(items),
    )
    own, never = Outcome.OWN_CONTRIBUTION, Outcome.NEVER_CONTRIBUTED
    assert list(outcomes) == [own, never, Outcome.ACCEPTED]
    assert (validated_map, settled_map) == (0b100, 0b1)


def test_batch_that_closes_before_our_block_costs_one_reverted_call_and_no_more(
    parlour: Parlour,
) -> None:
    chain = parlour.chain
    of_anna, _ = ids = parlour.contribute(ANNA, BEN)
    chain.pass_time(LAPSE_WAIT_S)
    parlour.pipeline.worker.settler._policy = SettlePolicy(255, 1e9, 8_000_000)
    validation = parlour.validate(BEN, of_anna)
    chain.stop_mining()
    parlour.pipeline.step()
    assert parlour.statuses([validation]) == [("sent", None)]
    batch = parlour.store.batches.get(1)
    assert batch is not None
    data = parlour.pipeline.worker.settler._encode(batch, 0b11)
    # a foreign settlement overtakes ours in the same block by a higher tip
    node = chain.node
    node.request("anvil_impersonateAccount", [chain.sponsor])
    node.request(
        "eth_sendTransaction",
        [
            {
                "from": chain.sponsor,
                "to": chain.forwarder.address,
                "data": "0x" + data.hex(),
                "gas": hex(3_000_000),
                "maxPriorityFeePerGas": hex(50 * 10**9),
                "maxFeePerGas": hex(100 * 10**9),
            }
        ],
    )
    chain.mine()
    chain.go_on_mining()
    parlour.run_until_final(validation)
    assert parlour.statuses([validation]) == [("failed", "not-open")]
    parlour.pipeline.run_until(parlour.pipeline.all_are(ids, "settled"))
    assert {row.outcome for row in parlour.pipeline.rows(ids)} == {"forfeited"}


def test_call_that_no_node_accepts_ends_its_validations_with_a_reason(
    chain: Chain, tmp_path: Path
) -> None:
    parlour = Parlour.open(chain, tmp_path)
    of_anna, _ = parlour.contribute(ANNA, BEN)
    validation = parlour.validate(BEN, of_anna)
    parlour.pipeline.worker.close()
    node, clock = HookedNode(chain.url), ManualClock(float(chain.now()))
    parlour.pipeline = Pipeline.start(chain, tmp_path, node=node, clock=clock, max_tries=1)
    parlour.app.extensions["relayer"].stop()
    parlour.app = create_app(parlour.pipeline.settings, clock)
    once(refuse("oversized data"), node.before, "eth_sendRawTransaction")
    parlour.run_until_final(validation)
    assert parlour.statuses([validation]) == [("failed", "rejected-by-node")]
    again = parlour.validate(BEN, of_anna)
    clock.advance(11)
    parlour.run_until_final(again)
    assert parlour.statuses([again]) == [("confirmed", None)]
    parlour.close()


def test_books_balance_to_the_wei_when_all_is_settled(parlour: Parlour) -> None:
    chain, node = parlour.chain, parlour.chain.node
    people = range(1, 13)
    ids = parlour.contribute(*people)
    # eight are confirmed in one call, one later alone, three lapse
    crowd = [parlour.validate(author % 12 + 1, ids[author - 1]) for author in range(1, 9)]
    parlour.run_until_final(*crowd)
    alone = parlour.validate(12, ids[8])
    parlour.run_until_final(alone)
    chain.pass_time(LAPSE_WAIT_S)
    parlour.pipeline.run_until(parlour.pipeline.all_are(ids, "settled"))
    outcomes = [row.outcome for row in parlour.pipeline.rows(ids)]
    assert outcomes == ["refunded"] * 9 + ["forfeited"] * 3
    assert sum(parlour.standing(one)["points"] for one in people) == 9

    fees_wei = sum(event["feesWei"] for event in parlour.events("BatchSettled"))
    credit_wei = chain.forwarder.read(node, "credit", chain.relayer)
    tank = chain.tank()
    assert credit_wei == fees_wei > 0
    assert tank["reservedWei"] == 0
    assert tank["availableWei"] == 10 * ETHER - fees_wei
    assert node.balance_wei(chain.forwarder.address) == tank["availableWei"] + credit_wei
    for entry in chain.deployment.trainers:
        assert node.balance_wei(entry.mechanism.address) == 0
        assert node.balance_wei(entry.address) == 0
    shown = parlour.get("/v1/batches/1")["settlements"]
    assert sum(int(call["fees_wei"]) for call in shown) == fees_wei
    # what is booked per contribution is all but the sponsor's overhead
    own_wei = sum(row.fee_wei or 0 for row in parlour.pipeline.rows(ids))
    assert 0 < own_wei < fees_wei


def test_fees_of_a_confirmed_and_lapsed_batch_pay_its_gas(parlour: Parlour) -> None:
    chain = parlour.chain
    people = range(1, 21)
    # the second batch is the one that counts: its players, words and slots are known
    for first_feature in (1, 1):
        before_wei = chain.forwarder.read(chain.node, "credit", chain.relayer)
        paid_before_wei = chain.node.balance_wei(chain.relayer)
        ids = parlour.contribute(*people, first_feature=first_feature)
        shift = 1 if before_wei == 0 else 5
        crowd = [
            parlour.validate((author - 1 + shift) % 20 + 1, ids[author - 1])
            for author in range(1, 15)
        ]
        parlour.run_until_final(*crowd)
        chain.pass_time(LAPSE_WAIT_S)
        parlour.pipeline.run_until(parlour.pipeline.all_are(ids, "settled"))
        earned_wei = chain.forwarder.read(chain.node, "credit", chain.relayer) - before_wei
        spent_wei = paid_before_wei - chain.node.balance_wei(chain.relayer)
    assert 0.95 < earned_wei / spent_wei < 1.15


def test_validation_that_comes_while_no_worker_runs_is_served_by_the_next_one(
    chain: Chain, tmp_path: Path
) -> None:
    parlour = Parlour.open(chain, tmp_path)
    of_anna, _ = parlour.contribute(ANNA, BEN)
    parlour.pipeline.worker.close()
    validation = parlour.validate(BEN, of_anna)
    parlour.pipeline = Pipeline.start(chain, tmp_path)
    parlour.run_until_final(validation)
    assert parlour.statuses([validation]) == [("confirmed", None)]
    parlour.close()
