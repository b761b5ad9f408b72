"""The judge can find a relayer guilty: each wrong end is counted as what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relayer.chain.wire import Item, Record, pack_items
from tests.chain import Chain, Player
from tests.chaos.chain_reading import ChainReading
from tests.chaos.report import as_json
from tests.chaos.submissions import Kind, Submission, submit
from tests.chaos.verdict import Row, Verdict

SETTLED = Row("settled", None, "refunded")


def submission_of(chain: Chain, **overrides: Any) -> Submission:
    deadline = chain.now() + 600
    player = Player(1, chain.domain)
    signed = player.contribute(
        chain.trainer.address, deadline=overrides.pop("deadline", deadline), **overrides
    )
    return replace(submit(Kind.CONTRIBUTION, signed, player), accepted=True)


def carry(chain: Chain, submission: Submission) -> None:
    """Send a transaction with this contribution alone, as a relayer that forgot would."""
    message = submission.body["message"]
    sample = bytes.fromhex(message["sample"][2:])
    item = Item(
        record=Record(message["player"], message["label"], sample),
        nonce=message["nonce"],
        deadline=message["deadline"],
        max_fee_gwei=message["maxFeeGwei"],
        signature=bytes.fromhex(submission.body["signature"][2:]),
    )
    data = chain.forwarder.interface.encode(
        "addBatch", chain.sponsor, message["trainer"], pack_items([item])
    )
    chain.send(chain.relayer_key, chain.forwarder.address, data)


def read(chain: Chain) -> ChainReading:
    first, last = chain.deployment.block_number, chain.node.head().number
    return ChainReading.of(chain.node, chain.domain, first, last)


def judge(chain: Chain, submission: Submission, row: Row | None, reading: ChainReading) -> Verdict:
    verdict = Verdict(rounds=1, seed=1, duration_s=1.0, books_balance=True)
    verdict.weigh(submission, row, reading, chain.now())
    return verdict


def read_settled(chain: Chain, submission: Submission) -> ChainReading:
    reading = read(chain)
    reading.settled[submission.id].append("refunded")
    return reading


def test_carried_and_settled_once_is_faultless(chain: Chain) -> None:
    submission = submission_of(chain)
    carry(chain, submission)
    verdict = judge(chain, submission, SETTLED, read_settled(chain, submission))
    assert verdict.faultless
    assert (verdict.accepted, verdict.on_chain_exactly_once) == (1, 1)


def test_carried_by_two_transactions_is_duplicated_though_the_chain_skipped_one(
    chain: Chain,
) -> None:
    submission = submission_of(chain)
    carry(chain, submission)
    carry(chain, submission)
    reading = read_settled(chain, submission)
    assert reading.carried[submission.id] == ["accepted", "nonce-used"]
    verdict = judge(chain, submission, SETTLED, reading)
    assert as_json(verdict)["duplicated"] == 1
    assert verdict.on_chain_exactly_once == 0


def test_settled_twice_is_duplicated(chain: Chain) -> None:
    submission = submission_of(chain)
    carry(chain, submission)
    reading = read_settled(chain, submission)
    reading.settled[submission.id].append("refunded")
    assert judge(chain, submission, SETTLED, reading).duplicated


@pytest.mark.parametrize(
    "row",
    [
        None,
        SETTLED,
        Row("failed", "reverted", None),
        Row("failed", "nonce-used", None),
        Row("failed", "fee-above-max", None),
        Row("expired", None, None),
        Row("cancelled", None, None),
    ],
)
def test_accepted_and_never_carried_is_lost_whatever_the_store_says(
    chain: Chain, row: Row | None
) -> None:
    verdict = judge(chain, submission_of(chain), row, read(chain))
    assert as_json(verdict)["lost"] == 1
    assert not verdict.faultless


def test_never_accepted_and_unknown_is_nothing_to_count(chain: Chain) -> None:
    submission = replace(submission_of(chain), accepted=False)
    verdict = judge(chain, submission, None, read(chain))
    assert verdict.faultless
    assert verdict.accepted == 0


@pytest.mark.parametrize("status", ["queued", "sent", "mined", "confirmed"])
def test_no_end_is_stuck(chain: Chain, status: str) -> None:
    verdict = judge(chain, submission_of(chain), Row(status, None, None), read(chain))
    assert as_json(verdict)["stuck"] == 1


@pytest.mark.parametrize(
    "row", [Row("failed", "nonce-used", None), Row("settled", None, "forfeited")]
)
def test_an_end_that_the_chain_contradicts_is_untrue(chain: Chain, row: Row) -> None:
    submission = submission_of(chain)
    carry(chain, submission)
    verdict = judge(chain, submission, row, read_settled(chain, submission))
    assert as_json(verdict)["untrue"] == 1


def test_failures_that_the_chain_bears_out_are_true(chain: Chain) -> None:
    other, beaten = submission_of(chain), submission_of(chain, label=1)
    carry(chain, other)
    assert judge(chain, beaten, Row("failed", "nonce-used", None), read(chain)).failed == 1
    skipped = submission_of(chain, nonce=1, max_fee_gwei=1)
    carry(chain, skipped)
    assert judge(chain, skipped, Row("failed", "fee-above-max", None), read(chain)).failed == 1
    late = submission_of(chain, nonce=2, deadline=chain.now() - 1)
    assert judge(chain, late, Row("expired", None, None), read(chain)).failed == 1


@pytest.mark.parametrize(("left_wei", "lost"), [(9, 0), (10, 1)])
def test_withdrawal_that_ended_for_want_of_money_is_lost_when_there_was_enough(
    chain: Chain, left_wei: int, lost: int
) -> None:
    player = Player(1, chain.domain)
    signed = player.withdraw(player.address, 10, deadline=chain.now() + 600)
    submission = replace(submit(Kind.WITHDRAWAL, signed, player), accepted=True)
    reading = read(chain)
    reading.balances_wei[player.address] = left_wei
    verdict = judge(chain, submission, Row("failed", "balance-too-low", None), reading)
    assert (as_json(verdict)["lost"], verdict.failed) == (lost, 1 - lost)
