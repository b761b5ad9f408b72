"""What failed without a trace on the chain can be tried again, and nothing else can."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.intake.second_tries import obstacle, try_again
from relayer.store.contributions import Contribution
from relayer.store.statuses import BatchStatus, TransactionKind
from relayer.store.transactions import NewTransaction
from tests.chain import Player
from tests.house import DOMAIN, FORWARDER, STRANGER, TRAINER, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def queue_one(house: House, player: int = 1, nonce: int = 0) -> Contribution:
    body = house.contribution(Player(player, DOMAIN), nonce=nonce)
    answer = house.send(body)
    return read(house, answer.get_json()["id"])


def read(house: House, contribution_id: str) -> Contribution:
    found = house.store.contributions.get(contribution_id)
    assert found is not None
    return found


def put_into_batch(house: House, contribution: Contribution) -> tuple[int, int]:
    """A batch with one member that is on its way; returns the ids of transaction and batch."""
    store, now = house.store, house.clock.now()
    transaction_id = store.transactions.insert(
        NewTransaction(TransactionKind.ADD, STRANGER, 0, FORWARDER, b"", 21_000, now)
    )
    batch_id = store.batches.insert(transaction_id, TRAINER, 1)
    assert store.contributions.claim(batch_id, [contribution.id], now) == 1
    return transaction_id, batch_id


def fail(house: House, contribution: Contribution) -> None:
    assert house.store.contributions.fail_queued(
        contribution.id, "reverted", "The contract reverts on it.", house.clock.now()
    )


def tried(house: House, contribution: Contribution) -> str | None:
    """What stands against a second try."""
    return obstacle(house.store, read(house, contribution.id), house.clock.now())


def test_what_was_never_broadcast_goes_back_and_is_reserved_again(house: House) -> None:
    contribution = queue_one(house)
    reserved_gwei = house.store.contributions.reserved_gwei()
    fail(house, contribution)
    assert house.store.contributions.reserved_gwei() == 0
    assert house.store.retries.failed_as("reverted", house.clock.now(), 10) == [contribution.id]
    assert try_again(house.store, read(house, contribution.id), house.clock.now())
    again = read(house, contribution.id)
    assert (again.status, again.reason, again.sequence) == ("queued", None, contribution.sequence)
    assert house.store.contributions.reserved_gwei() == reserved_gwei
    assert not try_again(house.store, again, house.clock.now())


def test_what_a_transaction_without_effect_carried_goes_back(house: House) -> None:
    contribution, store = queue_one(house), house.store
    transaction_id, batch_id = put_into_batch(house, contribution)
    store.outcomes.fail_some([contribution.id], "reverted", "It reverts.", house.clock.now())
    assert "a block holds its batch" in (tried(house, contribution) or "")
    store.receipts.note_failed(transaction_id, "reverted", house.clock.now())
    store.batches.set_status(batch_id, BatchStatus.FAILED)
    assert tried(house, contribution) is None
    assert try_again(store, read(house, contribution.id), house.clock.now())
    assert read(house, contribution.id).batch_id is None


def test_what_the_chain_has_skipped_stays_failed(house: House) -> None:
    contribution, store = queue_one(house), house.store
    transaction_id, batch_id = put_into_batch(house, contribution)
    store.receipts.note_sent(transaction_id)
    with store.transaction() as connection:
        connection.execute("UPDATE transactions SET status = 'mined'")
        connection.execute("UPDATE batches SET status = 'mined'")
    store.receipts.note_confirmed(transaction_id, house.clock.now())
    store.outcomes.fail_some([contribution.id], "unfit", "It does not fit.", house.clock.now())
    store.outcomes.fail_batch(batch_id, house.clock.now())
    assert "the chain has refused it there" in (tried(house, contribution) or "")
    assert not try_again(store, read(house, contribution.id), house.clock.now())
    assert store.retries.failed_as("unfit", house.clock.now(), 10) == []


def test_nonce_deadline_and_tank_must_allow_it(house: House) -> None:
    contribution = queue_one(house)
    assert "only what has failed" in (tried(house, contribution) or "")
    fail(house, contribution)
    other = house.send(house.contribution(Player(1, DOMAIN), nonce=0, label=2))
    assert other.status_code == 202
    assert "used by another request" in (tried(house, contribution) or "")
    lonely = queue_one(house, player=2)
    fail(house, lonely)
    house.open_doors(available_wei=0)
    assert "gwei are left in the tank" in (tried(house, lonely) or "")
    house.open_doors()
    house.clock.advance(4_000)
    assert "its deadline has passed" in (tried(house, lonely) or "")
