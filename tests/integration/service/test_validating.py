"""Which validations are taken at the door, which are not, and that a refusal writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relayer.store.outcomes import AddedBatch, MemberOutcome
from relayer.store.players import PlayerSnapshot, Standing
from relayer.store.receipts import Mined
from relayer.store.statuses import ContributionStatus, TransactionKind
from relayer.store.transactions import NewTransaction
from tests.chain import Player
from tests.house import (
    DOMAIN,
    GWEI,
    OTHER_CONTRACT,
    PERCEPTRON,
    SCHEDULE,
    STRANGER,
    TRAINER,
    House,
    as_request,
    assert_problem,
    make_deployment,
    make_row,
)

ANNA, BEN, CARA = Player(1, DOMAIN), Player(2, DOMAIN), Player(3, DOMAIN)
CHAIN_BATCH_ID = 5
NUMBER = CHAIN_BATCH_ID << 8
TERMS = {
    "settleTipCapWei": 2 * GWEI,
    "settlePriceCapWei": 50 * GWEI,
    "schedule": {
        "settleUnits": SCHEDULE.settle_units,
        "settleUnitsPerByte": SCHEDULE.settle_units_per_byte,
    },
}
#: Units of settling a sample of 4 bytes, at the base fee and a quarter of it, and the tip.
LEAST_FEE_GWEI = -(-(30_000 + 4 * 100) * 325 // 100)


def gamified_house(folder: Path) -> House:
    """A house whose first trainer takes validations, with a batch of Anna's and Ben's."""
    plain = make_deployment()
    mechanism = {
        "kind": "gamified",
        "address": OTHER_CONTRACT,
        "distinct_validators": 3,
        "lapse_wait_s": 600,
    }
    trainers = [trainer.model_dump() for trainer in plain.trainers]
    trainers[0]["mechanism"] = mechanism
    make_deployment(trainers=trainers).save(folder / "gamified.json")
    house = House(folder, deployment=folder / "gamified.json")
    confirm(house, ANNA.address, BEN.address)
    return house


def confirm(house: House, *authors: str) -> None:
    """Writes down a confirmed batch with one contribution of each author, as the worker does."""
    store, now = house.store, house.clock.now()
    rows = [make_row(100 + index, player=author, nonce=0) for index, author in enumerate(authors)]
    with store.transaction():
        store.signers.ensure(STRANGER, 0)
        transaction_id = store.transactions.insert(
            NewTransaction(TransactionKind.ADD, STRANGER, 0, OTHER_CONTRACT, b"", 21_000, now)
        )
        batch_id = store.batches.insert(transaction_id, TRAINER, len(rows))
        store.contributions.insert(rows)
        store.contributions.claim(batch_id, [row.id for row in rows], now)
        store.receipts.note_mined(transaction_id, Mined(7, "0x01", "0x02", 1, GWEI, True), now)
        outcomes = [
            MemberOutcome(index, ContributionStatus.CONFIRMED, record_index=index)
            for index in range(len(rows))
        ]
        store.outcomes.move_members(batch_id, outcomes, now)
        added = AddedBatch(
            CHAIN_BATCH_ID, "{}", json.dumps(TERMS), b"", (1 << len(rows)) - 1, int(now), int(now)
        )
        store.outcomes.confirm_batch(batch_id, added)


@pytest.fixture
def parlour(tmp_path: Path) -> Iterator[House]:
    house = gamified_house(tmp_path)
    yield house
    house.close()


def validation(house: House, validator: Player = BEN, **overrides: Any) -> dict[str, Any]:
    """Ben's signed validation of Anna's contribution unless an override says otherwise."""
    fields: dict[str, Any] = {
        "trainer": TRAINER,
        "contribution": NUMBER,
        "deadline": house.deadline,
        "nonce": 1,
    }
    return as_request(*validator.validate(**(fields | overrides)))


def post(house: House, body: Any) -> Any:
    return house.http.post("/v1/validations", json=body)


def stored(house: House) -> int:
    with house.store.transaction() as connection:
        return int(connection.execute("SELECT count(*) FROM validations").fetchone()[0])


def test_validation_is_queued_and_found_again(parlour: House) -> None:
    response = post(parlour, validation(parlour))
    assert response.status_code == 202
    shown = response.get_json()
    assert (shown["status"], shown["contribution"]) == ("queued", NUMBER)
    assert shown["validator"] == BEN.address
    assert shown["contribution_id"] == make_row(100).id
    assert parlour.http.get(response.headers["Location"]).get_json() == shown
    linked = parlour.http.get(shown["links"]["contribution"]).get_json()
    assert linked["contribution_number"] == NUMBER


@pytest.mark.parametrize(
    ("overrides", "status", "code"),
    [
        ({"trainer": PERCEPTRON}, 422, "no-validations"),
        ({"trainer": STRANGER}, 422, "unknown-trainer"),
        ({"contribution": NUMBER + 2}, 422, "unknown-contribution"),
        ({"contribution": NUMBER + 256}, 422, "unknown-contribution"),
        ({"contribution": 2**63 - 1}, 422, "unknown-contribution"),
        ({"contribution": NUMBER + 1}, 422, "own-contribution"),
        ({"validator": CARA}, 422, "never-contributed"),
        ({"nonce": 0}, 409, "nonce-used"),
        ({"max_fee_gwei": LEAST_FEE_GWEI - 1}, 422, "max-fee-too-low"),
        ({"deadline": 1}, 422, "deadline-passed"),
        ({"deadline": 2**40 - 1}, 422, "deadline-too-far"),
    ],
)
def test_validation_that_cannot_hold_is_refused_and_leaves_no_trace(
    parlour: House, overrides: dict[str, Any], status: int, code: str
) -> None:
    assert_problem(post(parlour, validation(parlour, **overrides)), status, code)
    assert stored(parlour) == 0


def test_fee_that_just_covers_is_taken(parlour: House) -> None:
    request = validation(parlour, max_fee_gwei=LEAST_FEE_GWEI)
    assert post(parlour, request).status_code == 202


def test_contribution_that_is_not_confirmed_yet_has_no_number(parlour: House) -> None:
    sent = parlour.send(parlour.contribution(CARA, deadline=parlour.deadline)).get_json()
    assert sent["contribution_number"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("validator", "0x12"), ("contribution", -1), ("contribution", 2**63), ("nonce", "1")],
)
def test_malformed_validation_is_refused(parlour: House, field: str, value: Any) -> None:
    request = validation(parlour)
    request["message"][field] = value
    assert_problem(post(parlour, request), 422, "schema-violation")


def test_signature_of_somebody_else_is_refused(parlour: House) -> None:
    request = validation(parlour)
    request["message"]["contribution"] += 1
    assert_problem(post(parlour, request), 422, "bad-signature")


def test_validation_for_another_chain_is_refused(parlour: House) -> None:
    assert_problem(post(parlour, {**validation(parlour), "chain_id": 1}), 422, "wrong-chain")


def test_nonce_is_shared_with_contributions_both_ways(parlour: House) -> None:
    assert post(parlour, validation(parlour, nonce=4)).status_code == 202
    contribution = parlour.contribution(replace(BEN), nonce=4)
    assert_problem(parlour.send(contribution), 409, "nonce-conflict")
    assert parlour.send(parlour.contribution(replace(BEN), nonce=5)).status_code == 202
    second = validation(parlour, nonce=5, contribution=NUMBER)
    # the statement exists already, whatever its nonce
    assert_problem(post(parlour, second), 409, "already-validated")
    player = parlour.http.get(f"/v1/players/{BEN.address}").get_json()
    assert player["next_nonce"] == 6


def test_nonce_of_a_contribution_under_way_is_refused_for_a_validation(parlour: House) -> None:
    parlour.send(parlour.contribution(replace(BEN), nonce=3))
    assert_problem(post(parlour, validation(parlour, nonce=3)), 409, "nonce-conflict")


def test_direct_contributor_known_by_the_chain_may_validate(parlour: House) -> None:
    standing = Standing(contributed=1, badges=("first-clue",), streak_days=1, last_day=0)
    snapshot = PlayerSnapshot(CARA.address, 0, 0, 0, 1.0, standings={TRAINER: standing})
    parlour.store.players.write([snapshot])
    assert post(parlour, validation(parlour, CARA)).status_code == 202


def test_streak_of_a_player_who_stayed_away_is_over(parlour: House) -> None:
    today = int(parlour.clock.now()) // 86_400
    for last_day, shown in ((today, 9), (today - 1, 9), (today - 2, 0)):
        standing = Standing(contributed=9, badges=(), streak_days=9, last_day=last_day)
        parlour.store.players.write(
            [PlayerSnapshot(CARA.address, 0, 0, 0, 1.0, standings={TRAINER: standing})]
        )
        player = parlour.http.get(f"/v1/players/{CARA.address}").get_json()
        assert player["streak_days"] == {TRAINER: shown}


def test_elements_of_a_list_stand_alone(parlour: House) -> None:
    good, own = validation(parlour), validation(parlour, contribution=NUMBER + 1, nonce=2)
    answer = post(parlour, {"validations": [good, own, {"message": 1}, good]})
    assert answer.status_code == 202
    results = answer.get_json()["results"]
    assert [result["status"] for result in results] == [202, 422, 422, 200]
    assert results[1]["problem"]["code"] == "own-contribution"
    assert results[1]["problem"]["errors"][0]["pointer"] == "/validations/1/message/validator"
    assert results[0]["validation"]["id"] == results[3]["validation"]["id"]
    assert stored(parlour) == 1


def test_list_that_is_too_long_is_refused_whole(parlour: House) -> None:
    body = {"validations": [validation(parlour)] * 101}
    assert_problem(post(parlour, body), 422, "schema-violation")


def test_nothing_is_taken_without_a_view_of_the_chain(parlour: House) -> None:
    parlour.clock.advance(parlour.settings.heartbeat_stale_s + 1)
    assert_problem(post(parlour, validation(parlour)), 503, "chain-unavailable")


def test_only_the_validator_takes_a_validation_back(parlour: House) -> None:
    request = validation(parlour)
    address = f"/v1/validations/{post(parlour, request).get_json()['id']}"
    stranger = {"Validation-Signature": "0x" + "11" * 64}
    assert_problem(parlour.http.delete(address, headers=stranger), 422, "bad-signature")
    own = {"Validation-Signature": request["signature"]}
    for _ in range(2):
        assert parlour.http.delete(address, headers=own).get_json()["status"] == "cancelled"
    # nonce and statement are free again
    assert post(parlour, validation(parlour, deadline=parlour.deadline + 1)).status_code == 202


def test_unknown_validation_is_not_found(parlour: House) -> None:
    assert_problem(parlour.http.get("/v1/validations/0x00"), 404, "not-found")


def test_database_of_the_version_before_is_migrated(tmp_path: Path) -> None:
    from sqlite_utils import Database

    from relayer.store import Store
    from relayer.store.migrations import migrations

    path = tmp_path / "old.db"
    old = Database(path)
    migrations.apply(old, stop_before="m002_validations")
    old.execute(
        "INSERT INTO players (address, highest_nonce, seen, balance_wei, refreshed_at) "
        "VALUES (?, 3, '0x1', '7', 1.0)",
        [BEN.address],
    )
    old.conn.commit()
    old.close()
    store = Store(path)
    store.migrate()
    snapshot = store.players.get(BEN.address)
    assert snapshot is not None
    assert (snapshot.highest_nonce, snapshot.balance_wei, snapshot.standings) == (3, 7, {})
    assert store.validations.batches_with_queue() == []
    store.close()
