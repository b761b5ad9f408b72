"""Everything that can be wrong with a request, each with its own code, and nothing stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from typing_extensions import Buffer

from relayer.chain.eip712 import Domain, sign_digest
from relayer.chain.phases import Phase
from relayer.store.chain_state import Heartbeat
from relayer.store.players import PlayerSnapshot
from tests.chain import Player
from tests.house import (
    DOMAIN,
    GWEI,
    OTHER_CONTRACT,
    PERCEPTRON,
    STRANGER,
    TRAINER,
    House,
    as_request,
    assert_problem,
    make_trainer_snapshot,
)

Change = Callable[[House], dict[str, Any]]


@pytest.fixture(autouse=True)
def nothing_is_stored(house: House) -> Iterator[None]:
    yield
    assert house.stored() == 0
    assert house.store.contributions.reserved_gwei() == 0


def altered(**message: Any) -> Change:
    """A valid contribution whose message was changed after it was signed."""

    def build(house: House) -> dict[str, Any]:
        request = house.contribution()
        request["message"] |= message
        return request

    return build


def signed(**overrides: Any) -> Change:
    """A contribution that was signed with these values."""
    return lambda house: house.contribution(**overrides)


def expiring(left_s: int) -> Change:
    return lambda house: house.contribution(deadline=int(house.clock.now()) + left_s)


def with_signature(signature: str) -> Change:
    return lambda house: house.contribution() | {"signature": signature}


def on_chain(chain_id: int) -> Change:
    return lambda house: house.contribution() | {"chain_id": chain_id}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (altered(label=1), 422, "bad-signature"),
        (altered(nonce=1), 422, "bad-signature"),
        (altered(player=STRANGER), 422, "bad-signature"),
        (altered(sample="0x0001"), 422, "bad-signature"),
        (with_signature("0x"), 422, "bad-signature"),
        (with_signature("0x" + "00" * 65), 422, "bad-signature"),
        (with_signature("0x" + "11" * 63), 422, "bad-signature"),
        # s beyond half the order of the curve: the malleable twin of a signature.
        (with_signature("0x" + "11" * 32 + "7f" + "ff" * 31 + "1b"), 422, "bad-signature"),
        (with_signature("0x" + "11" * 64 + "1d"), 422, "bad-signature"),
        (on_chain(1), 422, "wrong-chain"),
        (expiring(-1), 422, "deadline-passed"),
        (expiring(59), 422, "deadline-passed"),
        (expiring(86_401), 422, "deadline-too-far"),
        (signed(max_fee_gwei=0), 422, "max-fee-too-low"),
        (signed(trainer=STRANGER), 422, "unknown-trainer"),
        (signed(label=4), 422, "label-out-of-range"),
        (signed(label=65_535), 422, "label-out-of-range"),
        (signed(features=(2, 1)), 422, "features-not-increasing"),
        (signed(features=(1, 2, 2)), 422, "features-not-increasing"),
        (signed(features=()), 422, "sample-malformed"),
        (signed(features=tuple(range(65))), 422, "sample-too-long"),
        (signed(trainer=PERCEPTRON, features=(7, 1008)), 422, "feature-out-of-range"),
        (altered(nonce=-1), 422, "schema-violation"),
        (altered(nonce=2**32), 422, "schema-violation"),
        (altered(nonce="1"), 422, "schema-violation"),
        (altered(nonce=1.0), 422, "schema-violation"),
        (altered(nonce=True), 422, "schema-violation"),
        (altered(nonce=None), 422, "schema-violation"),
        (altered(deadline=2**40), 422, "schema-violation"),
        (altered(maxFeeGwei=2**63), 422, "schema-violation"),
        (altered(label=2**16), 422, "schema-violation"),
        (altered(player="0x12"), 422, "schema-violation"),
        (altered(player="0x" + "g" * 40), 422, "schema-violation"),
        (altered(player=TRAINER + "\n"), 422, "schema-violation"),
        (altered(sample="0x0"), 422, "schema-violation"),
        (altered(sample="0001"), 422, "schema-violation"),
        (altered(extra=1), 422, "schema-violation"),
        (with_signature("zz"), 422, "schema-violation"),
        (lambda house: {"message": house.contribution()["message"]}, 422, "schema-violation"),
        (lambda house: {}, 422, "schema-violation"),
    ],
)
def test_a_contribution_is_refused(house: House, change: Change, status: int, code: str) -> None:
    assert_problem(house.send(change(house)), status, code)


def test_an_odd_number_of_sample_bytes_is_refused(house: House) -> None:
    message, _ = Player(1, DOMAIN).contribute(TRAINER, deadline=house.deadline)
    odd = signed_with_sample(house, message.sample + b"\x00")
    assert_problem(house.send(odd), 422, "sample-malformed")


def signed_with_sample(house: House, sample: bytes) -> dict[str, Any]:
    player = Player(1, DOMAIN)
    message, _ = player.contribute(TRAINER, deadline=house.deadline, max_fee_gwei=10**8)
    message = replace(message, sample=sample)
    return as_request(message, sign_digest(player.key, message.digest(DOMAIN)))


def test_a_signature_for_another_chain_is_refused(house: House) -> None:
    foreign = Player(1, Domain(1, DOMAIN.forwarder))
    assert_problem(house.send(house.contribution(foreign)), 422, "bad-signature")


def test_a_signature_for_another_forwarder_is_refused(house: House) -> None:
    foreign = Player(1, Domain(DOMAIN.chain_id, OTHER_CONTRACT))
    assert_problem(house.send(house.contribution(foreign)), 422, "bad-signature")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed-json"),
        (b"{", "malformed-json"),
        (b"\xff\xfe", "malformed-json"),
        (b'{"message": NaN}', "malformed-json"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "malformed-json"),
        (b"[" * 9 + b"]" * 9, "json-too-deep"),
        (b'{"message":' * 9 + b"1" + b"}" * 9, "json-too-deep"),
        (b"[" * 100_000, "json-too-deep"),
    ],
)
def test_a_body_that_is_no_shallow_json_is_refused(house: House, body: bytes, code: str) -> None:
    response = house.http.post("/v1/contributions", data=body, content_type="application/json")
    assert_problem(response, 400, code)


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"[[[[[[[[]]]]]]]]"])
def test_json_that_is_no_object_is_refused(house: House, body: bytes) -> None:
    response = house.http.post("/v1/contributions", data=body, content_type="application/json")
    assert_problem(response, 422, "schema-violation")


class Unread(BytesIO):
    """A body that nobody may look at."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("the body was read")

    def readinto(self, buffer: Buffer) -> int:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("path", ["/v1/contributions", "/v1/validations", "/v1/withdrawals"])
def test_a_body_beyond_the_limit_is_not_read(house: House, path: str) -> None:
    body = Unread(b" " * (house.settings.max_body_bytes + 1))
    response = house.http.post(path, input_stream=body, content_type="application/json")
    assert_problem(response, 413, "body-too-large")


def test_a_body_beyond_the_limit_is_noticed_without_its_length(house: House) -> None:
    response = house.http.post(
        "/v1/contributions",
        input_stream=BytesIO(b" " * (house.settings.max_body_bytes + 1)),
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert_problem(response, 413, "body-too-large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_another_content_type_is_refused(house: House, content_type: str | None) -> None:
    response = house.http.post(
        "/v1/contributions", data=json.dumps(house.contribution()), content_type=content_type
    )
    assert_problem(response, 415, "unsupported-media-type")


def test_an_empty_tank_refuses_and_says_that_later_may_do(house: House) -> None:
    house.open_doors(available_wei=0)
    problem = assert_problem(house.send(house.contribution()), 503, "tank-empty")
    assert problem["retryable"]


def test_a_daily_limit_that_is_used_up_refuses(house: House) -> None:
    today = int(house.clock.now()) // 86_400
    house.open_doors(daily_limit_wei=10**18, spent_today_wei=10**18, day=today)
    assert_problem(house.send(house.contribution()), 503, "tank-empty")


def test_a_silent_worker_refuses(house: House) -> None:
    house.clock.advance(house.settings.heartbeat_stale_s + 1)
    problem = assert_problem(house.send(house.contribution()), 503, "chain-unavailable")
    assert problem["retryable"]


def test_a_node_that_is_down_refuses(house: House) -> None:
    now = house.clock.now()
    house.store.chain_state.write_heartbeat(
        Heartbeat(at=now, started_at=now, worker="test:1", node_reachable=False)
    )
    assert_problem(house.send(house.contribution()), 503, "chain-unavailable")


def test_what_is_wrong_for_good_is_said_even_when_the_chain_is_away(house: House) -> None:
    house.clock.advance(house.settings.heartbeat_stale_s + 1)
    assert_problem(house.send(house.contribution(label=9)), 422, "label-out-of-range")


@pytest.mark.parametrize(
    ("tank", "reason"),
    [({"paused": True}, "has paused"), ({"relayer_allowed": False}, "lets none of this relayer's")],
)
def test_a_sponsor_that_does_not_pay_refuses_and_says_why(
    house: House, tank: dict[str, Any], reason: str
) -> None:
    house.open_doors(**tank)
    problem = assert_problem(house.send(house.contribution()), 503, "intake-paused")
    assert f"The sponsor {reason}" in problem["detail"]


def test_a_trainer_that_is_not_paid_for_refuses(house: House) -> None:
    snapshot = make_trainer_snapshot(allowed=False)
    house.store.chain_state.write_trainer(snapshot, house.clock.now())
    problem = assert_problem(house.send(house.contribution()), 503, "intake-paused")
    assert "does not pay for this trainer" in problem["detail"]


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.PARTICIPATION])
def test_a_market_takes_contributions_during_participation_only(house: House, phase: Phase) -> None:
    snapshot = make_trainer_snapshot(market_phase=phase.word)
    house.store.chain_state.write_trainer(snapshot, house.clock.now())
    problem = assert_problem(house.send(house.contribution()), 409, "market-not-open")
    assert phase.word in problem["detail"]
    config = house.http.get("/v1/config").get_json()
    assert config["trainers"][0]["market_phase"] == phase.word


def test_a_market_that_the_relayer_leaves_alone_takes_no_contributions(house: House) -> None:
    word = Phase.PARTICIPATION.word
    snapshot = make_trainer_snapshot(market_phase=word, market_declined=True)
    house.store.chain_state.write_trainer(snapshot, house.clock.now())
    problem = assert_problem(house.send(house.contribution()), 409, "market-not-open")
    assert "costs more than its fees pay" in problem["detail"]


@pytest.mark.parametrize("nonce", [100, 73, 100 - 128])
def test_a_nonce_that_the_chain_has_seen_is_refused(house: House, nonce: int) -> None:
    player, now = Player(1, DOMAIN), house.clock.now()
    highest = 228
    house.store.players.write(
        [
            PlayerSnapshot(
                address=player.address,
                highest_nonce=highest,
                seen=1 | 1 << (highest - 228),
                balance_wei=0,
                refreshed_at=now,
            )
        ]
    )
    # 128 or more below the highest: the Forwarder has forgotten them, so they count as used.
    assert_problem(house.send(house.contribution(player, nonce=max(0, nonce))), 409, "nonce-used")


def test_the_least_fee_is_accepted_and_one_gwei_less_is_not(house: House) -> None:
    # add: (60,000 + 500 * 6) units at 1.25 + 2 gwei; settle: (30,000 + 100 * 6) at 50 gwei.
    least_gwei = 63_000 * 325 // 100 + 30_600 * 50
    problem = assert_problem(
        house.send(house.contribution(max_fee_gwei=least_gwei - 1)), 422, "max-fee-too-low"
    )
    assert str(least_gwei) in problem["detail"]
    house.open_doors(available_wei=0)
    assert_problem(house.send(house.contribution(max_fee_gwei=least_gwei)), 503, "tank-empty")


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"amount_wei": 10**18 + 1}, "balance-too-low"),
        ({"amount_wei": 0}, "balance-too-low"),
        # 90,000 units at the base fee of 1 gwei and a tip of 1 gwei: nothing would be left.
        ({"amount_wei": 180_000 * GWEI}, "balance-too-low"),
        ({"max_fee_gwei": 179_999}, "max-fee-too-low"),
        ({"to": "0x" + "00" * 20}, "schema-violation"),
        ({"deadline": 1}, "deadline-passed"),
        ({"deadline": 2**40 - 1}, "deadline-too-far"),
    ],
)
def test_a_withdrawal_is_refused(house: House, overrides: dict[str, Any], code: str) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    response = house.http.post("/v1/withdrawals", json=house.withdrawal(player, **overrides))
    assert_problem(response, 422, code)


def test_a_withdrawal_of_somebody_else_is_refused(house: House) -> None:
    request = house.withdrawal()
    request["message"]["to"] = TRAINER
    assert_problem(house.http.post("/v1/withdrawals", json=request), 422, "bad-signature")


@pytest.mark.parametrize("amount", ["-1", "01", "1.5", "0x10", "", str(2**256)])
def test_an_amount_that_is_no_amount_is_refused(house: House, amount: str) -> None:
    request = house.withdrawal()
    request["message"]["amountWei"] = amount
    assert_problem(house.http.post("/v1/withdrawals", json=request), 422, "schema-violation")
