"""What clients can look up: configuration, players, lists, batches, models."""

from __future__ import annotations

from typing import Any

import pytest

from relayer.store.players import PlayerSnapshot
from relayer.store.statuses import BatchStatus, TransactionKind, TransactionStatus
from relayer.store.transactions import NewTransaction
from relayer.store.validations import NewValidation
from relayer.store.withdrawals import NewWithdrawal
from tests.chain import Player
from tests.house import DOMAIN, FORWARDER, STRANGER, TRAINER, House, assert_problem, make_row


def put_in_batch(house: House, *contribution_ids: str, attempt: int = 0) -> int:
    """Send contributions as a worker would, with one fee bump, and have the second hash mined."""
    store = house.store
    with store.transaction() as connection:
        store.signers.ensure(STRANGER, 4)
        transaction_id = store.transactions.insert(
            NewTransaction(
                kind=TransactionKind.ADD,
                signer=STRANGER,
                nonce=store.signers.take_nonce(STRANGER),
                to_address=FORWARDER,
                data=b"\x01",
                gas_limit=10**6,
                created_at=1.0,
            )
        )
        batch_id = store.batches.insert(transaction_id, TRAINER, len(contribution_ids))
        assert store.contributions.claim(batch_id, contribution_ids, 2.0) == len(contribution_ids)
        for number in (attempt + 1, attempt + 2):
            attempt_id = store.transactions.add_attempt(
                transaction_id,
                transaction_hash=f"0x{number:064x}",
                raw=b"\x02",
                max_fee_per_gas_wei=number * 10**9,
                max_priority_fee_per_gas_wei=1,
                signed_at=3.0,
            )
            store.transactions.note_broadcast(attempt_id, "accepted", 4.0)
        store.transactions.set_status(transaction_id, TransactionStatus.SENT)
        store.transactions.set_status(transaction_id, TransactionStatus.MINED)
        connection.execute(
            "UPDATE transactions SET block_number = 9, mined_hash = ?, gas_used = 777 WHERE id = ?",
            (f"0x{attempt + 2:064x}", transaction_id),
        )
    return batch_id


def test_config_tells_all_that_a_client_needs(house: House) -> None:
    config = house.http.get("/v1/config").get_json()
    assert config["chain_id"] == 31337
    assert config["eip712"]["domain"]["verifyingContract"] == FORWARDER
    names = [field["name"] for field in config["eip712"]["types"]["Contribution"]]
    assert names == ["trainer", "player", "nonce", "deadline", "maxFeeGwei", "label", "sample"]
    assert set(config["eip712"]["types"]) == {"Contribution", "Validation", "Withdrawal"}
    assert config["limits"] == {
        "max_contributions_per_request": 100,
        "max_body_bytes": 262_144,
        "min_deadline_s": 60,
        "max_deadline_s": 86_400,
    }
    assert config["now"] == int(house.clock.now())
    trainer = config["trainers"][0]
    assert trainer["labels"] == ["apple", "river", "castle", "storm"]
    assert trainer["stake_wei"] == str(10**12)
    assert trainer["max_sample_bytes"] == 128


def test_the_suggested_fee_is_always_accepted(house: House) -> None:
    trainer = house.http.get("/v1/config").get_json()["trainers"][0]
    request = house.contribution(
        max_fee_gwei=trainer["suggested_max_fee_gwei"], features=tuple(range(64))
    )
    assert house.send(request).status_code == 202


def test_before_the_chain_was_seen_config_suggests_no_fee(house: House) -> None:
    with house.store.transaction() as connection:
        connection.execute("DELETE FROM chain_state")
    trainer = house.http.get("/v1/config").get_json()["trainers"][0]
    assert (trainer["stake_wei"], trainer["suggested_max_fee_gwei"]) == (None, None)
    withdrawals = house.http.get("/v1/config").get_json()["withdrawals"]
    assert set(withdrawals.values()) == {None}


def test_a_new_player_begins_with_nonce_zero(house: House) -> None:
    player = house.http.get(f"/v1/players/{STRANGER.lower()}").get_json()
    allowance = player.pop("allowance")
    assert allowance["open_contributions"]["left"] == house.settings.trust_start
    assert player == {
        "address": STRANGER,
        "next_nonce": 0,
        "points": {},
        "badges": {},
        "streak_days": {},
        "balance_wei": "0",
        "unclaimed_wei": "0",
        "open_contributions": 0,
        "counts": {},
    }


def test_a_player_sees_nonce_points_and_money(house: House) -> None:
    player = Player(1, DOMAIN)
    house.send(*[house.contribution(player) for _ in range(3)])
    house.store.players.write(
        [
            PlayerSnapshot(
                address=player.address,
                highest_nonce=1,
                seen=3,
                balance_wei=10**20,
                refreshed_at=1.0,
                unclaimed_wei=5,
                points={TRAINER: 2},
            )
        ]
    )
    shown = house.http.get(f"/v1/players/{player.address}").get_json()
    assert shown["next_nonce"] == 3
    assert shown["points"] == {TRAINER: 2}
    assert (shown["balance_wei"], shown["unclaimed_wei"]) == (str(10**20), "5")
    assert (shown["open_contributions"], shown["counts"]) == (3, {"queued": 3})


def test_the_next_nonce_follows_the_chain_when_others_relayed(house: House) -> None:
    snapshot = PlayerSnapshot(STRANGER, highest_nonce=41, seen=1, balance_wei=0, refreshed_at=1.0)
    house.store.players.write([snapshot])
    assert house.http.get(f"/v1/players/{STRANGER}").get_json()["next_nonce"] == 42


def test_an_address_that_is_none_is_refused(house: House) -> None:
    assert_problem(house.http.get("/v1/players/0x12"), 422, "schema-violation")


def test_a_list_is_paged_newest_first_without_gaps(house: House) -> None:
    house.store.contributions.insert([make_row(number) for number in range(25)])
    url, seen = "/v1/contributions?limit=10", []
    while url:
        page = house.http.get(url).get_json()
        seen += [contribution["nonce"] for contribution in page["contributions"]]
        cursor = page["next_cursor"]
        url = f"/v1/contributions?limit=10&cursor={cursor}" if cursor else ""
    assert seen == list(reversed(range(25)))


def test_a_list_is_narrowed_by_player_and_status(house: House) -> None:
    player = Player(1, DOMAIN)
    mine = [house.contribution(player) for _ in range(2)]
    sent = house.send(*mine, house.contribution(2)).get_json()["results"][0]["contribution"]
    put_in_batch(house, sent["id"])
    url = f"/v1/contributions?player={player.address}"
    assert len(house.http.get(url).get_json()["contributions"]) == 2
    page = house.http.get(f"{url}&status=sent").get_json()
    assert [contribution["id"] for contribution in page["contributions"]] == [sent["id"]]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=nan", "status=lost", "player=0x1", "cursor=abc"]
)
def test_a_query_that_makes_no_sense_is_refused(house: House, query: str) -> None:
    assert_problem(house.http.get(f"/v1/contributions?{query}"), 422, "schema-violation")


def test_a_contribution_shows_every_attempt_and_which_was_mined(house: House) -> None:
    contribution = house.send(house.contribution()).get_json()
    batch_id = put_in_batch(house, contribution["id"])
    shown = house.http.get(contribution["links"]["self"]).get_json()
    assert shown["status"] == "sent"
    assert shown["batch_id"] == batch_id
    assert shown["block_number"] == 9
    assert shown["links"]["batch"] == f"/v1/batches/{batch_id}"
    assert [(attempt["nonce"], attempt["mined"]) for attempt in shown["transactions"]] == [
        (4, False),
        (4, True),
    ]
    assert shown["transactions"][1]["max_fee_per_gas_wei"] == str(2 * 10**9)


def test_a_batch_shows_its_members_and_its_cost(house: House) -> None:
    contribution = house.send(house.contribution()).get_json()
    batch_id = put_in_batch(house, contribution["id"])
    batch = house.http.get(f"/v1/batches/{batch_id}").get_json()
    assert batch["contributions"] == [
        {"id": contribution["id"], "status": "sent", "player": contribution["player"]}
    ]
    assert (batch["item_count"], batch["gas_used"], batch["block_number"]) == (1, 777, 9)
    assert batch["settlements"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/contributions/0x12",
        "/v1/withdrawals/0x12",
        "/v1/batches/1",
        "/v1/batches/99999999999999999999",
        f"/v1/models/{STRANGER}",
        "/v1/models/0x12",
    ],
)
def test_what_does_not_exist_is_not_found(house: House, path: str) -> None:
    assert_problem(house.http.get(path), 404, "not-found")


def test_a_model_that_cannot_be_read_yet_says_so(house: House) -> None:
    assert_problem(house.http.get(f"/v1/models/{TRAINER}"), 503, "chain-unavailable")


def test_a_withdrawal_is_queued_once_and_can_be_found_again(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    request = house.withdrawal(player)
    first = house.http.post("/v1/withdrawals", json=request)
    again = house.http.post("/v1/withdrawals", json=request)
    assert (first.status_code, again.status_code) == (202, 200)
    shown = house.http.get(first.headers["Location"]).get_json()
    assert shown == first.get_json() == again.get_json()
    assert (shown["status"], shown["amount_wei"], shown["to"]) == (
        "queued",
        str(10**16),
        STRANGER,
    )


def test_the_expected_fee_of_a_withdrawal_is_the_least_that_is_accepted(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    fees = house.http.get("/v1/config").get_json()["withdrawals"]
    least = fees["expected_fee_gwei"]
    below = house.withdrawal(player, max_fee_gwei=least - 1)
    assert_problem(house.http.post("/v1/withdrawals", json=below), 422, "max-fee-too-low")
    for enough in (least, fees["suggested_max_fee_gwei"]):
        request = house.withdrawal(player, max_fee_gwei=enough)
        assert house.http.post("/v1/withdrawals", json=request).status_code == 202


def test_withdrawals_and_contributions_share_their_nonces(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    house.http.post("/v1/withdrawals", json=house.withdrawal(player))
    assert_problem(house.send(house.contribution(player, nonce=0)), 409, "nonce-conflict")
    assert house.http.get(f"/v1/players/{player.address}").get_json()["next_nonce"] == 1


def test_a_balance_cannot_be_withdrawn_twice(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    first = house.withdrawal(player, amount_wei=6 * 10**17)
    second = house.withdrawal(player, amount_wei=6 * 10**17)
    assert house.http.post("/v1/withdrawals", json=first).status_code == 202
    assert_problem(house.http.post("/v1/withdrawals", json=second), 422, "balance-too-low")


def pages(house: House, url: str, kind: str) -> list[dict[str, Any]]:
    """All elements of a list, page by page."""
    shown, cursor = [], ""
    while True:
        page = house.http.get(f"{url}{cursor}").get_json()
        shown += page[kind]
        if page["next_cursor"] is None:
            return shown
        cursor = f"&cursor={page['next_cursor']}"


def test_batches_are_listed_newest_first_and_narrowed(house: House) -> None:
    rows = [make_row(number) for number in range(5)]
    house.store.contributions.insert(rows)
    batch_ids = [put_in_batch(house, row.id, attempt=2 * n) for n, row in enumerate(rows)]
    shown = pages(house, "/v1/batches?limit=2", "batches")
    assert [batch["id"] for batch in shown] == batch_ids[::-1]
    assert shown[0]["transactions"][1]["mined"]
    assert "contributions" not in shown[0]
    house.store.batches.set_status(batch_ids[3], BatchStatus.SENT)
    (sent,) = pages(house, f"/v1/batches?limit=2&trainer={TRAINER.lower()}&status=sent", "batches")
    assert sent["id"] == batch_ids[3]
    assert pages(house, f"/v1/batches?limit=2&trainer={STRANGER}", "batches") == []


def test_validations_are_listed_newest_first_and_narrowed(house: House) -> None:
    row = make_row()
    house.store.contributions.insert([row])
    batch_id = put_in_batch(house, row.id)
    for number in range(5):
        house.store.validations.insert(
            NewValidation(
                id=f"0x{number:064x}",
                trainer=TRAINER,
                validator=f"0x{number:040x}",
                contribution_number=775,
                contribution_id=row.id,
                batch_id=batch_id,
                record_index=0,
                nonce=0,
                deadline_at=2_000_000_000,
                max_fee_gwei=1,
                signature=bytes(64),
                accepted_at=1.0,
            )
        )
    house.store.validations.cancel(f"0x{3:064x}", 2.0)
    shown = pages(house, "/v1/validations?limit=2", "validations")
    assert [int(validation["id"], 16) for validation in shown] == [4, 3, 2, 1, 0]
    (cancelled,) = pages(house, "/v1/validations?status=cancelled", "validations")
    assert int(cancelled["id"], 16) == 3
    own = f"/v1/validations?validator=0x{2:040x}"
    assert [int(validation["id"], 16) for validation in pages(house, own, "validations")] == [2]


def test_withdrawals_are_listed_newest_first_and_narrowed(house: House) -> None:
    for number in (3, 1, 4, 2, 0):
        house.store.withdrawals.insert(
            NewWithdrawal(
                id=f"0x{number:064x}",
                player=f"0x{number % 2:040x}",
                to_address=STRANGER,
                amount_wei=10**30,
                nonce=number,
                deadline_at=2_000_000_000,
                max_fee_gwei=1,
                signature=bytes(64),
                accepted_at=1.0,
            )
        )
    shown = pages(house, "/v1/withdrawals?limit=2", "withdrawals")
    assert [int(withdrawal["id"], 16) for withdrawal in shown] == [0, 2, 4, 1, 3]
    assert shown[0] == house.http.get(shown[0]["links"]["self"]).get_json()
    own = f"/v1/withdrawals?limit=1&player=0x{1:040x}&status=queued"
    assert [int(each["id"], 16) for each in pages(house, own, "withdrawals")] == [1, 3]
    assert pages(house, "/v1/withdrawals?limit=2&status=sent", "withdrawals") == []


@pytest.mark.parametrize("kind", ["contributions", "validations", "withdrawals", "batches"])
@pytest.mark.parametrize("query", ["limit=0", "limit=1.5", "status=lost", "cursor=YmF0Y2g6MQ=="])
def test_no_list_takes_a_query_that_makes_no_sense(house: House, kind: str, query: str) -> None:
    assert_problem(house.http.get(f"/v1/{kind}?{query}"), 422, "schema-violation")


def test_the_cursor_of_one_list_is_refused_by_another(house: House) -> None:
    house.store.contributions.insert([make_row(number) for number in range(3)])
    cursor = house.http.get("/v1/contributions?limit=1").get_json()["next_cursor"]
    assert house.http.get(f"/v1/contributions?cursor={cursor}").status_code == 200
    for kind in ("validations", "withdrawals", "batches"):
        response = house.http.get(f"/v1/{kind}?cursor={cursor}")
        assert_problem(response, 422, "schema-violation")


@pytest.mark.parametrize(
    ("listing", "table"),
    [
        ("player = '0x0' AND sequence", "contributions"),
        ("status = 'queued' AND sequence", "contributions"),
        ("game = '0123456789ab' AND sequence", "contributions"),
        ("validator = '0x0' AND sequence", "validations"),
        ("status = 'queued' AND sequence", "validations"),
        ("player = '0x0' AND rowid", "withdrawals"),
        ("status = 'queued' AND rowid", "withdrawals"),
        ("trainer = '0x0' AND id", "batches"),
        ("status = 'sent' AND id", "batches"),
    ],
)
def test_a_page_is_read_from_an_index_without_sorting(
    house: House, listing: str, table: str
) -> None:
    key = listing.rpartition(" ")[2]
    with house.store.transaction() as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {listing} < 9 "  # noqa: S608
            f"ORDER BY {key} DESC LIMIT 2"
        ).fetchall()
    text = " ".join(row["detail"] for row in plan)
    assert f"USING INDEX {table}_by_" in text
    assert "SORT" not in text.upper()
    assert "TEMP B-TREE" not in text
