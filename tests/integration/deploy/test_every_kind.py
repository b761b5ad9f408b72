"""Models of every kind are deployed with what the plan lets them know, to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from relayer.chain.contracts import bind
from relayer.clock import SystemClock
from relayer.deploy import DeployPlan, deploy
from relayer.deploy.classifier_plans import ENCODINGS, OracleModelPlan
from relayer.deploy.classifier_steps import RECIPES
from relayer.deployment import ORACLE, Deployment
from relayer.keys import Signer
from relayer.models.chain_reading import CONTRACT_NAMES, read_snapshot
from relayer.models.snapshot import snapshot_of
from tests.chain import Anvil, make_plan

TWO = ("ham", "spam")
THREE = ("weather", "food", "music")
#: More words than one call writes.
MANY_WEIGHTS = [number % 201 - 100 for number in range(4_096)]

MODELS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (THREE, {"kind": "naive-bayes", "inverse_alpha": 7, "vocabulary": 1 << 32}),
    (
        TWO,
        {
            "kind": "sparse-perceptron",
            "feature_count": 4_096,
            "intercept": -5,
            "learning_rate": 3,
            "weights": [*MANY_WEIGHTS[:-2], -32_768, 32_767],
        },
    ),
    (
        THREE,
        {
            "kind": "sparse-multiclass-perceptron",
            "feature_count": 5_000,
            "feature_bound": 65_536,
            "label_bound": 20,
            "learning_rate": 2,
            # a gap of many words that nothing is written to
            "weights": {"music": [127, -127, 0, *[0] * 300, *MANY_WEIGHTS], "weather": [1]},
        },
    ),
    (THREE, {"kind": "sparse-multiclass-perceptron", "feature_count": 8, "weights": {"food": []}}),
    (
        THREE,
        {
            "kind": "sparse-nearest-centroid",
            "feature_count": 1_000,
            "feature_bound": 2_000,
            "label_bound": 256,
        },
    ),
    (
        THREE,
        {
            "kind": "dense-perceptron",
            "dimension": 21,
            "label_bound": 255,
            "rate_shift": 3,
            "max_squared_norm": str(1 << 200),
            "weights": {"music": [*range(-10, 10), -32_767], "weather": [0] * 21},
        },
    ),
    (
        TWO,
        {
            "kind": "nearest-centroid",
            # the largest model that there can be
            "dimension": 4_096,
            "max_squared_norm": str(1 << 255),
            "centroids": {
                "spam": {"samples": 65_535, "mean": [*MANY_WEIGHTS[:-2], -32_768, 32_767]},
                "ham": {"samples": 1, "mean": [0] * 4_096},
            },
        },
    ),
    (THREE, {"kind": "nearest-centroid", "dimension": 9}),
]


def plan_of(labels: tuple[str, ...], classifier: dict[str, Any]) -> DeployPlan:
    trainer = {"name": "A model", "labels": labels, "classifier": classifier}
    return make_plan(trainers=[trainer])


def deployed(anvil: Anvil, deployer: Signer, folder: Path, plan: DeployPlan) -> Deployment:
    return deploy(anvil.node, deployer, plan, (), folder / "d.json", clock=SystemClock())


def test_every_known_model_can_be_planned() -> None:
    assert ENCODINGS.keys() - {ORACLE} == RECIPES.keys() == CONTRACT_NAMES.keys()
    assert {model["kind"] for _, model in MODELS} == RECIPES.keys()


@pytest.mark.parametrize(("labels", "classifier"), MODELS)
def test_new_contract_knows_exactly_what_the_plan_says(
    anvil: Anvil,
    deployer: Signer,
    tmp_path: Path,
    labels: tuple[str, ...],
    classifier: dict[str, Any],
) -> None:
    plan = plan_of(labels, classifier)
    entry = deployed(anvil, deployer, tmp_path, plan).trainers[0]
    head = anvil.node.head().number
    model = plan.trainers[0].classifier
    assert not isinstance(model, OracleModelPlan)
    stored = read_snapshot(anvil.node, entry, head)
    assert stored == snapshot_of(model.twin(labels), labels, head)
    contract = bind(CONTRACT_NAMES[entry.classifier.kind], entry.classifier.address)
    assert contract.read(anvil.node, "kind") == entry.classifier.kind == classifier["kind"]
    assert contract.read(anvil.node, "trainer") == entry.address
    assert entry.encoding == ENCODINGS[entry.classifier.kind]


@pytest.mark.parametrize(
    ("labels", "classifier", "sentence"),
    [
        (tuple(map(str, range(257))), {"kind": "naive-bayes"}, "2 to 256 labels"),
        (TWO, {"kind": "naive-bayes", "inverse_alpha": 0}, "inverse alpha"),
        (THREE, {"kind": "sparse-perceptron", "feature_count": 4}, "exactly two labels"),
        (
            TWO,
            {"kind": "sparse-perceptron", "feature_count": 1, "weights": [1, 2]},
            "more weights than features",
        ),
        (TWO, {"kind": "sparse-perceptron", "feature_count": 4_097}, "1 to 4096 features"),
        (
            THREE,
            {"kind": "sparse-multiclass-perceptron", "feature_count": 9, "feature_bound": 8},
            "1 to 8 features",
        ),
        (
            THREE,
            {
                "kind": "sparse-multiclass-perceptron",
                "feature_count": 9,
                "weights": {"food": [-128]},
            },
            "-127 to 127",
        ),
        (
            THREE,
            {"kind": "sparse-multiclass-perceptron", "feature_count": 1, "weights": {"sea": [1]}},
            "'sea', which is no label",
        ),
        (
            THREE,
            {"kind": "sparse-nearest-centroid", "feature_count": 9, "label_bound": 2},
            "2 to 2 labels",
        ),
        (
            THREE,
            {"kind": "dense-perceptron", "dimension": 3, "weights": {"food": [1, 2]}},
            "one weight for each label and dimension",
        ),
        (THREE, {"kind": "nearest-centroid", "dimension": 4_097}, "4096 dimensions"),
        (THREE, {"kind": "nearest-centroid", "dimension": -1}, "4096 dimensions"),
        (THREE, {"kind": "nearest-centroid", "dimension": 4_096, "label_bound": 9}, "1024 storage"),
        (THREE, {"kind": "nearest-centroid", "dimension": 8, "max_squared_norm": 0}, "norm"),
        (
            THREE,
            {
                "kind": "nearest-centroid",
                "dimension": 1,
                "centroids": {"food": {"samples": 1, "mean": [40_000]}},
            },
            "less than 32768",
        ),
    ],
)
def test_plan_of_a_model_that_no_contract_can_be_is_refused(
    labels: tuple[str, ...], classifier: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        plan_of(labels, classifier)


def test_mechanism_without_a_kind_assesses_itself() -> None:
    trainer = {"name": "A", "labels": TWO, "classifier": {"kind": "naive-bayes"}}
    waits = {"refund_wait_s": 5, "forfeit_wait_s": 6}
    unnamed = make_plan(trainers=[{**trainer, "mechanism": waits}])
    named = make_plan(trainers=[{**trainer, "mechanism": {"kind": "self-assessment", **waits}}])
    assert unnamed == named
    assert named.trainers[0].mechanism.kind == "self-assessment"
    with pytest.raises(ValidationError, match="kind"):
        make_plan(trainers=[{**trainer, "mechanism": {"kind": "lottery"}}])
