"""The deployment file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from relayer.deployment import load_deployment
from relayer.errors import DeploymentError
from tests.house import PERCEPTRON, TRAINER, make_deployment


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"
    make_deployment().save(path)
    assert load_deployment(path) == make_deployment()
    assert list(tmp_path.iterdir()) == [path]


def test_trainers_are_found_in_any_spelling() -> None:
    trainers = make_deployment().trainers_by_address
    assert trainers[TRAINER.lower()].feature_count is None
    assert trainers[PERCEPTRON.lower()].feature_count == 1008


def test_a_missing_file_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match="relayer deploy"):
        load_deployment(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"forwarder": "0x12"}, "forwarder"),
        ({"forwarder": "0x52908400098527886e0F7030069857D2E4169EE7"}, "forwarder"),
        ({"chain_id": "31337"}, "chain_id"),
        ({"trainers": []}, "trainers"),
        ({"sponsor": "me"}, "sponsor"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, change: dict[str, Any], place: str) -> None:
    path = tmp_path / "deployment.json"
    path.write_text(json.dumps(make_deployment().model_dump() | change))
    with pytest.raises(DeploymentError, match=f"wrong at {place}"):
        load_deployment(path)
