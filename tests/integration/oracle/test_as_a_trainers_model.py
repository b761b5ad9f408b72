"""A trainer whose model is behind an oracle: from the plan to what settles and is verified."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from relayer import create_app
from relayer.chain.contracts import bind
from relayer.chain.eip712 import Contribution, sign_digest
from relayer.clock import ManualClock
from relayer.deployment import TrainerEntry, load_deployment
from relayer.errors import DeploymentError
from relayer.rebuild.source import Source
from relayer.rebuild.verification import ModelCheck, Verification, verify
from tests.chain import Chain, Player, make_plan, start_chain
from tests.house import as_request, assert_problem
from tests.integration.oracle.conftest import MakeService
from tests.oracle_panel import Panel, fund, make_oracle_plan
from tests.pipeline import Pipeline
from tests.topic_service import FOOD, SPORT, TOPICS, WEATHER

WAIT_S = 60
WEATHER_LABEL = TOPICS.index("weather")
LEARNING = {"name": "Spam", "labels": ("ham", "spam"), "classifier": {"kind": "naive-bayes"}}


def make_trainer(**overrides: Any) -> dict[str, Any]:
    """A trainer over the oracle of `make_oracle_plan`."""
    return {
        "name": "Topics of the players",
        "labels": TOPICS,
        "classifier": {"kind": "oracle", "oracle": "Topics"},
        "mechanism": {"refund_wait_s": WAIT_S, "forfeit_wait_s": 10 * WAIT_S},
    } | overrides


@dataclass
class Scene:
    """A chain on which everybody knows what the oracle says of the weather."""

    chain: Chain
    panel: Panel
    pipeline: Pipeline

    @property
    def entry(self) -> TrainerEntry:
        return self.chain.deployment.trainers[0]

    def signed(self, sample: bytes, label: int, player: int = 1) -> tuple[Contribution, bytes]:
        """A player's contribution of any bytes."""
        author = Player(player, self.chain.domain)
        message, _ = author.contribute(self.entry.address, deadline=self.chain.now() + 5_000)
        message = replace(message, sample=sample, label=label)
        return message, sign_digest(author.key, message.digest(self.chain.domain))


@pytest.fixture(scope="module")
def trainer_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """A trainer over an oracle, and one that learns."""
    plan = make_plan(trainers=[make_trainer(), LEARNING], oracles=[make_oracle_plan()])
    chain = start_chain(tmp_path_factory.mktemp("oracle-trainer"), plan=plan)
    fund(chain.node)
    yield chain
    chain.anvil.stop()


@pytest.fixture
def scene(trainer_chain: Chain, tmp_path: Path, serve: MakeService) -> Iterator[Scene]:
    snapshot = trainer_chain.node.request("evm_snapshot", [])
    panel = Panel(trainer_chain, tmp_path)
    service = serve()
    for number in range(3):
        panel.join(number, service)
    panel.run_until(panel.is_answered(panel.ask(WEATHER)))
    pipeline = Pipeline.start(trainer_chain, tmp_path)
    yield Scene(trainer_chain, panel, pipeline)
    pipeline.worker.close()
    panel.close()
    trainer_chain.node.request("evm_revert", [snapshot])


@pytest.fixture
def http(scene: Scene) -> FlaskClient:
    return create_app(scene.pipeline.settings).test_client()


def verified(chain: Chain, trainer: str) -> Verification:
    source = Source.open(chain.node, trainer, ManualClock())
    try:
        return source.at_block(
            lambda: source.confirmed_block(0), lambda block: verify(source, block)
        )
    finally:
        source.close()


def test_the_oracle_of_the_plan_is_the_trainers_model(trainer_chain: Chain) -> None:
    deployment = load_deployment(trainer_chain.deployment_path)
    entry, (oracle,) = deployment.trainers[0], deployment.oracles
    trainer = bind("CollaborativeTrainer", entry.address)
    assert trainer.read(trainer_chain.node, "classifier") == oracle.address
    assert bind("OracleClassifier", oracle.address).read(trainer_chain.node, "trainer") == (
        entry.address
    )
    assert (entry.encoding, entry.hashing) == ("bytes", None)
    assert (entry.classifier.kind, entry.classifier.address) == ("oracle", oracle.address)


def test_what_was_answered_is_taken_and_settles_by_the_answer(scene: Scene) -> None:
    right, wrong = scene.signed(WEATHER, WEATHER_LABEL), scene.signed(WEATHER, 0, player=2)
    ids = scene.pipeline.queue([right, wrong])
    scene.pipeline.run_until(scene.pipeline.all_are(ids, "confirmed"))
    scene.chain.pass_time(WAIT_S)
    scene.pipeline.run_until(lambda: scene.pipeline.statuses(ids)[0] == "settled")
    assert scene.pipeline.statuses(ids)[1] == "confirmed"  # open while the oracle disagrees
    scene.chain.pass_time(10 * WAIT_S)
    scene.pipeline.run_until(scene.pipeline.all_are(ids, "settled"))
    assert [row.outcome for row in scene.pipeline.rows(ids)] == ["refunded", "forfeited"]


def test_what_nobody_answered_is_left_out_and_its_neighbours_are_not(scene: Scene) -> None:
    known = scene.signed(WEATHER, WEATHER_LABEL)
    unknown = scene.signed(SPORT, 0, player=2)
    ids = scene.pipeline.queue([unknown, known])
    scene.pipeline.run_until(lambda: scene.pipeline.statuses(ids) == ["failed", "confirmed"])
    assert scene.pipeline.rows(ids)[0].reason == "unfit"


def test_the_api_tells_what_the_oracle_takes(scene: Scene, http: FlaskClient) -> None:
    scene.pipeline.step()
    trainer, learning = http.get("/v1/config").get_json()["trainers"]
    assert trainer["classifier"]["kind"] == "oracle"
    assert trainer["classifier"]["address"] == scene.chain.deployment.oracles[0].address
    assert (trainer["encoding"], trainer["max_sample_bytes"]) == ("bytes", 4_096)
    assert (trainer["label_count"], trainer["feature_count"]) == (3, None)
    assert trainer["suggested_max_fee_gwei"] > 0
    assert learning["classifier"]["kind"] == "naive-bayes"


@pytest.mark.parametrize(
    ("sample", "label", "code"),
    [
        (b"", 0, "sample-malformed"),
        (b"x" * 4_097, 0, "sample-too-long"),
        (FOOD, 3, "label-out-of-range"),
    ],
)
def test_what_the_oracle_cannot_have_answered_is_refused_at_the_door(
    scene: Scene, http: FlaskClient, sample: bytes, label: int, code: str
) -> None:
    scene.pipeline.step()
    answer = http.post("/v1/contributions", json=as_request(*scene.signed(sample, label)))
    assert_problem(answer, 422, code)


def test_any_bytes_of_a_fitting_length_are_taken_at_the_door(
    scene: Scene, http: FlaskClient
) -> None:
    scene.pipeline.step()
    signed = scene.signed(b"\xff" * 4_096, 2)
    message = replace(signed[0], max_fee_gwei=10**12)
    player = Player(1, scene.chain.domain)
    again = (message, sign_digest(player.key, message.digest(scene.chain.domain)))
    assert http.post("/v1/contributions", json=as_request(*again)).status_code == 202


def test_there_is_no_snapshot_of_a_model_behind_an_oracle(scene: Scene, http: FlaskClient) -> None:
    scene.pipeline.step()
    problem = assert_problem(http.get(f"/v1/models/{scene.entry.address}"), 404, "no-snapshot")
    assert problem["retryable"] is False
    assert scene.entry.classifier.address in problem["detail"]
    learning = scene.chain.deployment.trainers[1].address
    assert http.get(f"/v1/models/{learning}").status_code == 200


def test_books_and_dataset_are_verified_and_the_model_is_not(scene: Scene) -> None:
    ids = scene.pipeline.queue([scene.signed(WEATHER, WEATHER_LABEL)])
    scene.pipeline.run_until(scene.pipeline.all_are(ids, "confirmed"))
    result = verified(scene.chain, scene.entry.address)
    assert result.model_check is ModelCheck.NOT_REPLAYABLE
    assert (result.ledger.accepted, result.foreign_code) == (1, ())


@pytest.mark.parametrize("kind", ["self-assessment", "gamified"])
def test_deposits_or_players_may_judge_over_an_oracle(kind: str) -> None:
    trainer = make_trainer(mechanism={"kind": kind})
    (planned,) = make_plan(trainers=[trainer], oracles=[make_oracle_plan()]).trainers
    assert planned.fee_schedule.add_units > 0


@pytest.mark.parametrize("longest", [None, 0, 65_536, "4096", True])
def test_a_deployment_file_that_hides_the_longest_sample_is_refused(
    trainer_chain: Chain, tmp_path: Path, longest: Any
) -> None:
    content = trainer_chain.deployment.model_dump()
    content["trainers"][0]["classifier"]["parameters"]["max_sample_bytes"] = longest
    path = tmp_path / "deployment.json"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(DeploymentError, match="max_sample_bytes"):
        load_deployment(path)


@pytest.mark.parametrize(
    ("trainers", "oracles", "said"),
    [
        ([make_trainer()], [], r"add it under \[\[oracles\]\]"),
        ([make_trainer()], [{"name": "Topic"}], r"did you mean 'Topic'\?"),
        ([make_trainer()], [{"name": "Weather"}, {"name": "News"}], "it has 'Weather', 'News'"),
        ([make_trainer()], [{}, {}], "two oracles have the same name"),
        ([make_trainer(), make_trainer(name="Others")], [{}], "one trainer only"),
        ([make_trainer(labels=("weather", "sport", "food"))], [{}], "different labels"),
        ([make_trainer(mechanism={"kind": "prediction-market"})], [{}], "learns nothing on chain"),
    ],
)
def test_a_plan_with_which_no_trainer_could_work_is_refused(
    trainers: list[dict[str, Any]], oracles: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        make_plan(trainers=trainers, oracles=[make_oracle_plan(**fields) for fields in oracles])
