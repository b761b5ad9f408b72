"""From a signed validation to the settled contribution, on a real chain through API and worker."""

from __future__ import annotations

from pathlib import Path

from tests.chain import Chain
from tests.house import assert_problem
from tests.parlour import LAPSE_WAIT_S, Parlour

ANNA, BEN, CARA, DORA = 1, 2, 3, 4


def test_validated_contribution_is_settled_and_earns_its_author_a_point(parlour: Parlour) -> None:
    of_anna, _ = parlour.contribute(ANNA, BEN)
    validation = parlour.validate(BEN, of_anna)
    parlour.pipeline.step()
    assert parlour.statuses([validation]) == [("sent", None)]
    parlour.run_until_final(validation)
    assert parlour.statuses([validation]) == [("confirmed", None)]
    parlour.pipeline.step()
    shown = parlour.get(f"/v1/contributions/{of_anna}")
    assert shown["status"] == "settled"
    assert shown["settlement"]["outcome"] == "refunded"
    said = parlour.get(f"/v1/validations/{validation}")
    assert said["contribution_id"] == of_anna
    assert said["contribution"] == shown["contribution_number"]
    # the same transaction confirmed and settled
    assert [entry["mined"] for entry in said["transactions"]] == [True]
    assert said["transactions"][0]["hash"] == shown["settlement"]["transaction_hash"]
    assert parlour.standing(ANNA)["points"] == 1


def test_player_sees_points_badges_and_streak(parlour: Parlour) -> None:
    of_anna, _ = parlour.contribute(ANNA, BEN)
    parlour.run_until_final(parlour.validate(BEN, of_anna))
    parlour.pipeline.step()
    trainer = parlour.chain.trainer.address
    anna = parlour.get(f"/v1/players/{parlour.player(ANNA).address}")
    assert anna["points"][trainer] == 1
    assert anna["badges"] == {trainer: ["first-clue"]}
    assert anna["streak_days"] == {trainer: 1}
    ben = parlour.get(f"/v1/players/{parlour.player(BEN).address}")
    assert ben["points"][trainer] == 0
    # a contribution and a validation share one row of nonces
    assert ben["next_nonce"] == 2


def test_config_tells_who_takes_validations_and_what_is_signed(parlour: Parlour) -> None:
    config = parlour.get("/v1/config")
    mechanisms = [trainer["mechanism"] for trainer in config["trainers"]]
    assert [mechanism["takes_validations"] for mechanism in mechanisms] == [True, False]
    assert mechanisms[0]["lapse_wait_s"] == LAPSE_WAIT_S
    names = [member["name"] for member in config["eip712"]["types"]["Validation"]]
    assert names == ["trainer", "validator", "contribution", "nonce", "deadline", "maxFeeGwei"]


def test_one_call_brings_all_validations_of_a_batch_and_culprits_fail_alone(
    parlour: Parlour,
) -> None:
    of_anna, of_ben, again_of_anna, _ = parlour.contribute(ANNA, BEN, ANNA, CARA)
    good = [parlour.validate(CARA, of_anna), parlour.validate(ANNA, of_ben)]
    repeated = parlour.validate(CARA, again_of_anna)
    parlour.run_until_final(*good, repeated)
    assert parlour.statuses(good) == [("confirmed", None)] * 2
    assert parlour.statuses([repeated]) == [("failed", "same-validator-again")]
    assert [event["validatedMap"] for event in parlour.events("BatchValidated")] == [0b11]
    assert parlour.events("ValidationSkipped") == [], "the rehearsal had left the culprit out"


def test_self_validation_is_refused_at_the_door(parlour: Parlour) -> None:
    (of_anna,) = parlour.contribute(ANNA)
    assert_problem(parlour.send(parlour.signed(ANNA, of_anna)), 422, "own-contribution")


def test_player_who_never_contributed_is_refused_until_it_has(parlour: Parlour) -> None:
    (of_anna,) = parlour.contribute(ANNA)
    first = parlour.signed(BEN, of_anna)
    assert_problem(parlour.send(first), 422, "never-contributed")
    parlour.contribute(BEN, first_feature=40)
    # nothing was written when it was refused, so the same request is still good
    assert parlour.send(parlour.signed(BEN, of_anna, nonce=7)).status_code == 202


def test_ring_of_two_gets_one_point_each_and_no_more(parlour: Parlour) -> None:
    ids = parlour.contribute(ANNA, BEN, ANNA, BEN)
    first = [parlour.validate(BEN, ids[0]), parlour.validate(ANNA, ids[1])]
    parlour.run_until_final(*first)
    second = [parlour.validate(BEN, ids[2]), parlour.validate(ANNA, ids[3])]
    parlour.run_until_final(*second)
    assert parlour.statuses(first) == [("confirmed", None)] * 2
    assert parlour.statuses(second) == [("failed", "same-validator-again")] * 2
    assert [parlour.standing(one)["points"] for one in (ANNA, BEN)] == [1, 1]


def test_third_player_lets_the_second_confirm_again(parlour: Parlour) -> None:
    ids = parlour.contribute(ANNA, ANNA, ANNA, ANNA, BEN, CARA, DORA)
    for validator, contribution in zip((BEN, CARA, DORA, BEN), ids, strict=False):
        validation = parlour.validate(validator, contribution)
        parlour.run_until_final(validation)
        assert parlour.statuses([validation]) == [("confirmed", None)]
    assert parlour.standing(ANNA)["points"] == 4


def test_of_two_validators_of_one_contribution_the_first_wins(parlour: Parlour) -> None:
    of_anna, *_ = parlour.contribute(ANNA, BEN, CARA)
    first, second = parlour.validate(BEN, of_anna), parlour.validate(CARA, of_anna)
    parlour.run_until_final(first, second)
    assert parlour.statuses([first, second]) == [("confirmed", None), ("failed", "not-open")]
    assert parlour.standing(ANNA)["points"] == 1
    assert len(parlour.events("BatchValidated")) == 1
    # whose validation came to nothing may use its nonce again
    validator = parlour.player(CARA).address
    assert parlour.get(f"/v1/players/{validator}")["next_nonce"] == 1


def test_second_validator_steps_in_when_the_first_takes_it_back(parlour: Parlour) -> None:
    of_anna, *_ = parlour.contribute(ANNA, BEN, CARA)
    request = parlour.signed(BEN, of_anna)
    first = parlour.send(request).get_json()["id"]
    second = parlour.validate(CARA, of_anna)
    cancelled = parlour.cancel(first, request["signature"])
    assert (cancelled.status_code, cancelled.get_json()["status"]) == (200, "cancelled")
    parlour.run_until_final(second)
    assert parlour.statuses([first, second]) == [("cancelled", None), ("confirmed", None)]


def test_same_validation_again_is_the_same_validation(parlour: Parlour) -> None:
    of_anna, _ = parlour.contribute(ANNA, BEN)
    request = parlour.signed(BEN, of_anna)
    first = parlour.send(request)
    assert (first.status_code, parlour.send(request).status_code) == (202, 200)
    parlour.run_until_final(first.get_json()["id"])
    again = parlour.send(request)
    assert (again.status_code, again.get_json()["status"]) == (200, "confirmed")
    assert len(parlour.events("BatchValidated")) == 1


def test_settled_contribution_cannot_be_confirmed_again(parlour: Parlour) -> None:
    of_anna, *_ = parlour.contribute(ANNA, BEN, CARA)
    number = parlour.number_of(of_anna)
    parlour.run_until_final(parlour.validate(BEN, of_anna))
    parlour.pipeline.step()
    late = parlour.send(parlour.signed(CARA, of_anna, contribution=number))
    assert_problem(late, 409, "contribution-not-open")


def test_what_nobody_confirms_lapses_without_a_point(parlour: Parlour) -> None:
    of_anna, _of_ben = ids = parlour.contribute(ANNA, BEN)
    parlour.run_until_final(parlour.validate(BEN, of_anna))
    for _ in range(3):
        parlour.pipeline.step()
    assert parlour.pipeline.statuses(ids) == ["settled", "confirmed"]
    parlour.chain.pass_time(LAPSE_WAIT_S)
    parlour.pipeline.run_until(parlour.pipeline.all_are(ids, "settled"))
    assert [row.outcome for row in parlour.pipeline.rows(ids)] == ["refunded", "forfeited"]
    assert parlour.standing(BEN)["points"] == 0
    assert parlour.chain.tank()["reservedWei"] == 0


def test_validation_of_what_has_just_lapsed_fails_as_not_open(parlour: Parlour) -> None:
    of_anna, _ = ids = parlour.contribute(ANNA, BEN)
    parlour.chain.pass_time(LAPSE_WAIT_S)
    validation = parlour.validate(BEN, of_anna)
    batch = parlour.store.batches.get(1)
    assert batch is not None
    # somebody else settles the whole batch before our worker looks
    data = parlour.pipeline.worker.settler._encode(batch, 0b11)
    parlour.chain.send(parlour.chain.deployer_key, parlour.chain.forwarder.address, data)
    parlour.run_until_final(validation)
    assert parlour.statuses([validation]) == [("failed", "not-open")]
    parlour.pipeline.run_until(parlour.pipeline.all_are(ids, "settled"))


def test_validation_past_its_deadline_expires(chain: Chain, tmp_path: Path) -> None:
    parlour = Parlour.open(chain, tmp_path, settle_min_items=50, settle_max_delay_s=10_000.0)
    of_anna, _, _ = parlour.contribute(ANNA, BEN, CARA)
    deadline = int(parlour.pipeline.worker.clock.now()) + 200
    validation = parlour.validate(BEN, of_anna, deadline=deadline)
    parlour.pipeline.step()
    assert parlour.statuses([validation]) == [("queued", None)]
    chain.pass_time(deadline - chain.now() + 1)
    parlour.pipeline.step()
    assert parlour.statuses([validation]) == [("expired", "deadline-passed")]
    parlour.close()


def test_validations_wait_for_company_but_not_beyond_the_longest_delay(
    chain: Chain, tmp_path: Path
) -> None:
    parlour = Parlour.open(chain, tmp_path, settle_min_items=2, settle_max_delay_s=10_000.0)
    of_anna, of_ben, _ = parlour.contribute(ANNA, BEN, CARA)
    first = parlour.validate(CARA, of_anna)
    parlour.pipeline.step()
    assert parlour.statuses([first]) == [("queued", None)]
    second = parlour.validate(CARA, of_ben)
    parlour.run_until_final(first, second)
    assert parlour.statuses([first, second]) == [("confirmed", None)] * 2
    assert len(parlour.events("BatchValidated")) == 1
    parlour.close()
