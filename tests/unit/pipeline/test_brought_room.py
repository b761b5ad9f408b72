"""What the store tells of requests that came to the chain another way, and takes back again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from relayer.store import Store
from relayer.store.brought import BROUGHT_BY_ANOTHER, Brought
from relayer.store.validations import NewValidation
from tests.house import make_row

CONTRIBUTION, VALIDATION = "0x" + "c" * 64, "0x" + "d" * 64
#: The last one is of a request that is not known here.
FOUND = [Brought(identity, "0xaa", 7) for identity in (CONTRIBUTION, VALIDATION, "0xee")]
VALIDATED = NewValidation(
    id=VALIDATION,
    trainer="0x1",
    validator="0x2",
    contribution_number=256,
    contribution_id=CONTRIBUTION,
    batch_id=1,
    record_index=0,
    nonce=3,
    deadline_at=10**10,
    max_fee_gwei=1,
    signature=bytes(64),
    accepted_at=1.0,
)


@pytest.fixture
def late(store: Store) -> Store:
    """A contribution and a validation that came too late here."""
    with store.snapshot() as connection:
        pass
    connection.execute("PRAGMA foreign_keys=OFF")
    with store.transaction():
        store.contributions.insert([make_row(id=CONTRIBUTION)])
        store.validations.insert(VALIDATED)
        for table in ("contributions", "validations"):
            connection.execute(f"UPDATE {table} SET status = 'failed', reason = 'nonce-used'")  # noqa: S608 - a literal
    return store


def ends(store: Store) -> list[tuple[str, str | None]]:
    contribution = store.contributions.get(CONTRIBUTION)
    validation = store.validations.get(VALIDATION)
    assert contribution is not None
    assert validation is not None
    return [(each.status.value, each.reason) for each in (contribution, validation)]


def test_what_final_blocks_hold_is_told_and_taken_back_when_they_are_dropped(late: Store) -> None:
    assert late.brought.may_concern_us()
    assert late.brought.tell(1.0) == set()
    with late.transaction():
        late.brought.note(FOUND)
        assert len(late.brought.tell(2.0)) == 2
    assert ends(late) == [("failed", BROUGHT_BY_ANOTHER), ("confirmed", None)]
    assert not late.brought.may_concern_us()
    assert late.brought.tell(3.0) == set(), "once"
    with late.transaction():
        late.brought.forget_above(7, 4.0)
    assert ends(late) == [("failed", BROUGHT_BY_ANOTHER), ("confirmed", None)]
    with late.transaction():
        late.brought.forget_above(6, 5.0)
        assert late.brought.tell(6.0) == set()
    assert ends(late) == [("failed", "nonce-used"), ("queued", None)]


def test_a_game_is_told_each_reason_of_a_failure_once(late: Store) -> None:
    url, events = "https://game.example/", ["contribution.failed"]
    with late.transaction() as connection:
        connection.execute("UPDATE contributions SET game = 'hunch'")
        webhook = late.webhooks.add("hunch", url, events, bytes(32), 1.0)
    for now in (2.0, 3.0):
        with late.transaction():
            late.brought.note(FOUND)
            late.brought.tell(now)
    with late.transaction():
        late.brought.forget_above(6, 4.0)
    told = [json.loads(message.payload)["data"] for message in late.webhooks.messages(webhook.id)]
    assert [each["reason"] for each in told] == ["nonce-used", BROUGHT_BY_ANOTHER]
    assert {each["status"] for each in told} == {"failed"}


def test_a_forgotten_validation_is_taken_in_once(late: Store) -> None:
    other = replace(VALIDATED, id="0xf0", nonce=4, validator="0x9")
    for _ in range(2):
        with late.transaction():
            late.brought.take_in(other)
    found = late.validations.get("0xf0")
    assert found is not None
    assert found.status.value == "confirmed"
