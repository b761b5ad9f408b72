"""Contributions that are accepted: one, many, again."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from relayer.chain.phases import Phase
from relayer.store.writer_queue import WriterQueue
from tests.chain import Player
from tests.house import (
    DOMAIN,
    GWEI,
    PERCEPTRON,
    TRAINER,
    House,
    assert_problem,
    make_trainer_snapshot,
)

#: Stake 1,000 + adding (60,000 + 6 * 500) at 3.25 gwei + settling (30,000 + 6 * 100) at 50 gwei
#: + overheads: (80,000 / 8 + 1 + 8 * 17,100) at 3.25 gwei, (60,000 / 8 + 1 + 17,100) at 50 gwei.
RESERVED_GWEI = 3_442_904


def test_a_signed_contribution_is_queued_and_can_be_found_again(house: House) -> None:
    response = house.send(house.contribution())
    contribution = response.get_json()
    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/contributions/{contribution['id']}"
    assert contribution["status"] == "queued"
    assert contribution["sample"] == "0x00070015012c"
    assert house.http.get(response.headers["Location"]).get_json() == contribution


def test_a_market_takes_contributions_during_its_participation(house: House) -> None:
    snapshot = make_trainer_snapshot(market_phase=Phase.PARTICIPATION.word)
    house.store.chain_state.write_trainer(snapshot, house.clock.now())
    assert house.send(house.contribution()).status_code == 202


def test_the_id_is_the_eip712_digest(house: House) -> None:
    message, signature = Player(1, DOMAIN).contribute(TRAINER, deadline=house.deadline)
    body = {
        "message": {
            "trainer": TRAINER.lower(),
            "player": message.player.lower(),
            "nonce": 0,
            "deadline": message.deadline,
            "maxFeeGwei": message.max_fee_gwei,
            "label": 0,
            "sample": f"0x{message.sample.hex()}",
        },
        "signature": f"0x{signature.hex()}",
        "chain_id": 31337,
    }
    contribution = house.send(body).get_json()
    assert contribution["id"] == f"0x{message.digest(DOMAIN).hex()}"
    assert (contribution["trainer"], contribution["player"]) == (TRAINER, message.player)


def test_a_signature_of_65_bytes_is_stored_in_its_short_form(house: House) -> None:
    request = house.contribution()
    compact = bytes.fromhex(request["signature"][2:])
    parity, s = compact[32] >> 7, bytes([compact[32] & 0x7F]) + compact[33:]
    request["signature"] = f"0x{(compact[:32] + s + bytes([27 + parity])).hex()}"
    contribution = house.send(request).get_json()
    stored = house.store.contributions.get(contribution["id"])
    assert stored is not None
    assert stored.signature == compact


def test_sending_the_same_contribution_again_changes_nothing(house: House) -> None:
    request = house.contribution()
    first, again = house.send(request), house.send(request)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.get_json() == again.get_json()
    assert house.stored() == 1
    assert house.store.contributions.reserved_gwei() == RESERVED_GWEI


def test_a_known_contribution_is_returned_even_when_it_could_not_be_accepted_now(
    house: House,
) -> None:
    request = house.contribution()
    house.send(request)
    house.clock.advance(86_400)
    assert house.send(request).status_code == 200


def test_elements_of_a_list_stand_alone_and_keep_their_order(house: House) -> None:
    bad = house.contribution(2, label=4)
    malformed = {"message": {}, "signature": "0x"}
    response = house.send(house.contribution(1), bad, malformed, house.contribution(3))
    results = response.get_json()["results"]
    assert response.status_code == 202
    assert [result["status"] for result in results] == [202, 422, 422, 202]
    assert results[1]["problem"]["code"] == "label-out-of-range"
    assert results[1]["problem"]["errors"][0]["pointer"] == "/contributions/1/message/label"
    assert results[2]["problem"]["code"] == "schema-violation"
    assert results[2]["problem"]["errors"][0]["pointer"].startswith("/contributions/2/message/")
    assert house.stored() == 2


def test_a_list_that_names_one_contribution_twice_stores_it_once(house: House) -> None:
    request = house.contribution()
    results = house.send(request, request).get_json()["results"]
    assert [result["status"] for result in results] == [202, 200]
    assert results[0]["contribution"] == results[1]["contribution"]
    assert house.stored() == 1


def test_a_list_that_uses_one_nonce_twice_gets_the_first_one_accepted(house: House) -> None:
    results = house.send(
        house.contribution(nonce=5, label=1), house.contribution(nonce=5, label=2)
    ).get_json()["results"]
    assert results[0]["status"] == 202
    assert results[1]["problem"]["code"] == "nonce-conflict"


def test_a_list_of_one_is_answered_as_a_list(house: House) -> None:
    response = house.http.post("/v1/contributions", json={"contributions": [house.contribution()]})
    assert [result["status"] for result in response.get_json()["results"]] == [202]


def test_a_hundred_contributions_are_accepted_in_one_request(house: House) -> None:
    player = Player(1, DOMAIN)
    results = house.send(*[house.contribution(player) for _ in range(100)]).get_json()["results"]
    assert {result["status"] for result in results} == {202}
    assert [result["contribution"]["nonce"] for result in results] == list(range(100))


@pytest.mark.parametrize("count", [0, 101])
def test_a_list_of_another_length_is_refused_whole(house: House, count: int) -> None:
    body = {"contributions": [house.contribution()] * count}
    assert_problem(house.http.post("/v1/contributions", json=body), 422, "schema-violation")
    assert house.stored() == 0


def test_a_list_with_company_is_refused_whole(house: House) -> None:
    body = {"contributions": [house.contribution()], "signature": "0x"}
    problem = assert_problem(
        house.http.post("/v1/contributions", json=body), 422, "schema-violation"
    )
    assert problem["errors"][0]["pointer"] == "/signature"


def test_other_trainers_have_other_bounds(house: House) -> None:
    assert house.send(house.contribution(trainer=PERCEPTRON, label=1)).status_code == 202
    assert_problem(
        house.send(house.contribution(2, trainer=PERCEPTRON, label=2)), 422, "label-out-of-range"
    )


def test_the_budget_is_reserved_to_the_last_contribution(house: House) -> None:
    house.open_doors(available_wei=2 * RESERVED_GWEI * GWEI)
    statuses = [house.send(house.contribution(player)).status_code for player in (1, 2, 3)]
    assert statuses == [202, 202, 503]
    assert house.stored() == 2


def test_the_budget_is_reserved_within_one_request(house: House) -> None:
    house.open_doors(available_wei=2 * RESERVED_GWEI * GWEI)
    requests = [house.contribution(player) for player in (1, 2, 3)]
    results = house.send(*requests).get_json()["results"]
    assert [result["status"] for result in results] == [202, 202, 503]
    assert house.stored() == 2


def test_nobody_is_admitted_between_the_check_and_the_row_of_another(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival, room = House(tmp_path), house.store.contributions
    house.open_doors(available_wei=RESERVED_GWEI * GWEI)
    look, stand_in_line = room.reserved_gwei, WriterQueue.__enter__
    answers, in_line_or_done = list[int](), threading.Event()

    def come_into_line(queue: WriterQueue) -> None:
        in_line_or_done.set()
        stand_in_line(queue)

    def send_as_another_process() -> None:
        answers.append(rival.send(rival.contribution(2)).status_code)
        in_line_or_done.set()

    overtaking = threading.Thread(target=send_as_another_process)

    def look_and_be_overtaken() -> int:
        """The budget as it was before somebody else sent its row at once, if nothing held it."""
        reserved_gwei = look()
        if not overtaking.is_alive():
            monkeypatch.setattr(WriterQueue, "__enter__", come_into_line)
            overtaking.start()
            assert in_line_or_done.wait(30)
        return reserved_gwei

    monkeypatch.setattr(room, "reserved_gwei", look_and_be_overtaken)
    assert house.send(house.contribution(1)).status_code == 202
    overtaking.join(30)
    assert answers == [503]
    assert house.stored() == 1
    rival.close()


def test_a_cancelled_contribution_gives_its_budget_back(house: House) -> None:
    house.open_doors(available_wei=RESERVED_GWEI * GWEI)
    request = house.contribution(1)
    contribution = house.send(request).get_json()
    assert_problem(house.send(house.contribution(2)), 503, "tank-empty")
    house.http.delete(
        contribution["links"]["self"], headers={"Contribution-Signature": request["signature"]}
    )
    assert house.send(house.contribution(2)).status_code == 202
