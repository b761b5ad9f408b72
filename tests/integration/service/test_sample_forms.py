"""Samples and labels are taken exactly as the trainer's contract takes them, now and grown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relayer.chain.eip712 import sign_digest
from relayer.models import vectors
from tests.chain import Player
from tests.house import (
    CENTROID,
    DOMAIN,
    PERCEPTRON,
    TRAINER,
    House,
    as_request,
    assert_problem,
    make_trainer_snapshot,
)


def signed(house: House, sample: bytes, label: int = 2) -> dict[str, Any]:
    player = Player(1, DOMAIN)
    message, _ = player.contribute(CENTROID, deadline=house.deadline, max_fee_gwei=10**8)
    message = replace(message, sample=sample, label=label)
    return as_request(message, sign_digest(player.key, message.digest(DOMAIN)))


def grow(house: House, trainer: str, **sizes: int) -> None:
    snapshot = make_trainer_snapshot(trainer, **sizes)
    house.store.chain_state.write_trainer(snapshot, house.clock.now())


def trainers(house: House) -> dict[str, dict[str, Any]]:
    listed = house.http.get("/v1/config").get_json()["trainers"]
    return {trainer["address"]: trainer for trainer in listed}


@pytest.mark.parametrize("numbers", [(10, 10, 10), (-10, 10, -10), (0, 0, 0), (17, 3, 1)])
def test_vectors_within_the_bound_are_taken(house: House, numbers: tuple[int, ...]) -> None:
    assert house.send(signed(house, vectors.encode(numbers))).status_code == 202


@pytest.mark.parametrize(
    ("sample", "code"),
    [
        (vectors.encode((10, 10, 11)), "vector-too-long"),
        (vectors.encode((-32_768, 0, 0)), "vector-too-long"),
        (vectors.encode((1, 2)), "sample-malformed"),
        (vectors.encode((1, 2, 3, 4)), "sample-malformed"),
        (vectors.encode((1, 2, 3))[:-1], "sample-malformed"),
        (vectors.encode((1, 2, 3)) + b"\x00", "sample-malformed"),
        (b"", "sample-malformed"),
    ],
)
def test_vectors_that_the_contract_would_leave_out_are_refused(
    house: House, sample: bytes, code: str
) -> None:
    assert_problem(house.send(signed(house, sample)), 422, code)
    assert house.stored() == 0


def test_a_model_that_got_labels_takes_them(house: House) -> None:
    grow(house, TRAINER, label_count=6)
    assert house.send(house.contribution(1, label=5)).status_code == 202
    assert_problem(house.send(house.contribution(2, label=6)), 422, "label-out-of-range")
    assert trainers(house)[TRAINER]["label_count"] == 6
    assert len(trainers(house)[TRAINER]["labels"]) == 4


def test_a_model_that_got_features_takes_them(house: House) -> None:
    grow(house, PERCEPTRON, feature_count=1_010)
    grown = {"trainer": PERCEPTRON, "label": 1}
    assert house.send(house.contribution(1, **grown, features=(7, 1_009))).status_code == 202
    assert_problem(
        house.send(house.contribution(2, **grown, features=(7, 1_010))), 422, "feature-out-of-range"
    )
    assert trainers(house)[PERCEPTRON]["feature_count"] == 1_010


def test_config_tells_the_form_of_every_trainer_s_samples(house: House) -> None:
    forms = {
        address: [trainer[name] for name in ("encoding", "label_count", "feature_count")]
        for address, trainer in trainers(house).items()
    }
    assert forms == {
        TRAINER: ["sparse-uint16", 4, None],
        PERCEPTRON: ["sparse-uint16", 2, 1_008],
        CENTROID: ["dense-int16", 3, None],
    }
    sizes = {address: trainer["max_sample_bytes"] for address, trainer in trainers(house).items()}
    assert sizes == {TRAINER: 128, PERCEPTRON: 128, CENTROID: 6}
    assert trainers(house)[CENTROID]["classifier"]["parameters"]["max_squared_norm"] == "300"


def test_the_suggested_fee_covers_the_longest_sample_of_each_trainer(house: House) -> None:
    suggested = trainers(house)[CENTROID]["suggested_max_fee_gwei"]
    assert suggested < trainers(house)[TRAINER]["suggested_max_fee_gwei"]
    player = Player(1, DOMAIN)
    message, _ = player.contribute(CENTROID, deadline=house.deadline, max_fee_gwei=suggested)
    message = replace(message, sample=vectors.encode((1, 2, 3)), label=1)
    request = as_request(message, sign_digest(player.key, message.digest(DOMAIN)))
    assert house.send(request).status_code == 202


def test_a_model_with_few_features_has_short_samples(house: House) -> None:
    grow(house, PERCEPTRON, feature_count=3)
    assert trainers(house)[PERCEPTRON]["max_sample_bytes"] == 6
