"""The same chain gives the same dataset, and a wrong byte in a file is named by its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from tests.integration.rebuild.scene import KINDS, THREE, Scene

BAYES = "naive-bayes"


@pytest.fixture(autouse=True)
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no deployment file lies about."""
    monkeypatch.chdir(tmp_path)


def call(scene: Scene, command: str, kind: str, *arguments: str) -> Result:
    options = ["--trainer", scene.trainer(kind).address, "--rpc-url", scene.chain.url]
    return CliRunner().invoke(
        main, [command, *options, "--confirmations", "0", "--quiet", *arguments]
    )


def export(scene: Scene, kind: str = BAYES, *arguments: str) -> list[dict[str, Any]]:
    """Export to data.jsonl and read it."""
    result = call(scene, "export-dataset", kind, "--out", "data.jsonl", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in Path("data.jsonl").read_text("utf-8").splitlines()]


def verify(scene: Scene, *arguments: str) -> dict[str, Any]:
    """Compare data.jsonl with the chain."""
    result = call(scene, "verify", BAYES, "--dataset", "data.jsonl", "--json", *arguments)
    answer: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (0 if answer["agrees"] else 1)
    return answer


def change_line(number: int, change: Callable[[str], str]) -> None:
    """Rewrite a line of data.jsonl, counted from 1."""
    lines = Path("data.jsonl").read_text("utf-8").splitlines(keepends=True)
    lines[number - 1] = change(lines[number - 1])
    Path("data.jsonl").write_text("".join(lines), "utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_of_the_chain_is_a_line(scene: Scene, kind: str) -> None:
    lines = export(scene, kind)
    ledger = scene.verify(kind).ledger
    assert len(lines) == ledger.records
    assert sum(line["outcome"] == "unfit" for line in lines) == ledger.records - ledger.accepted
    assert sum(line["outcome"] == "open" for line in lines) == ledger.open
    places = [(line["batch_id"], line["record_index"]) for line in lines]
    assert places == sorted(set(places))
    assert scene.verify(kind, dataset=Path("data.jsonl")).dataset_lines == len(lines)


def test_a_line_says_who_gave_what_when_and_what_became_of_it(scene: Scene) -> None:
    first, *_ = export(scene)
    header, _, records = scene.batch(BAYES, 1)
    assert first["player"].lower() == "0x" + records[:20].hex()
    assert (first["batch_id"], first["record_index"]) == (1, 0)
    assert (first["label"], first["label_name"]) == (0, None)
    assert (first["sample"], first["features"]) == ("0x00010002", [1, 2])
    assert first["added_at"] == header["addedAt"]
    assert first["stake_wei"] == str(header["stakeWei"])
    assert first["outcome"] in ("refunded", "forfeited")
    receipt = scene.chain.node.receipt(first["transaction_hash"])
    settled = scene.chain.node.receipt(first["settled_transaction_hash"])
    assert receipt is not None
    assert settled is not None
    assert (first["block_number"], first["settled_block_number"]) == (
        receipt.block_number,
        settled.block_number,
    )


def test_numbers_of_dense_samples_are_decoded_with_their_sign(scene: Scene) -> None:
    scene.add_batch("nearest-centroid", (0, (-5, 7, -300)))
    assert export(scene, "nearest-centroid")[-1]["features"] == [-5, 7, -300]


def test_labels_that_the_chain_names_are_named(scene: Scene) -> None:
    lines = export(scene, "dense-perceptron")
    named = {line["label"]: line["label_name"] for line in lines}
    assert (named[0], named[3], named[4]) == (None, "storm", "sea")


def test_names_of_a_deployment_file_are_taken_over(scene: Scene) -> None:
    lines = export(scene, BAYES, "--deployment", str(scene.chain.deployment_path))
    assert {line["label_name"] for line in lines if line["label"] < 3} == set(THREE[:2])
    # whoever verifies need not know the names
    assert verify(scene)["dataset_lines"] == len(lines)


def test_the_same_block_gives_the_same_bytes_and_a_later_one_keeps_their_beginning(
    scene: Scene,
) -> None:
    export(scene)
    first = Path("data.jsonl").read_bytes()
    block = json.loads(Path("data.jsonl.manifest.json").read_text())["block_number"]
    scene.add_batch(BAYES, (0, (1, 2)))
    scene.settle(BAYES, 2)

    export(scene, BAYES, "--block", str(block))
    assert Path("data.jsonl").read_bytes() == first
    lines = export(scene)
    assert Path("data.jsonl").read_bytes() != first
    assert lines[-1]["batch_id"] == 7


def test_the_manifest_tells_block_counts_and_hash(scene: Scene) -> None:
    lines = export(scene)
    manifest = json.loads(Path("data.jsonl.manifest.json").read_text("utf-8"))
    content = Path("data.jsonl").read_bytes()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert (manifest["lines"], manifest["bytes"]) == (len(lines), len(content))
    assert sum(manifest["outcomes"].values()) == len(lines)
    assert manifest["block_hash"] == scene.chain.node.head().hash
    assert sorted(path.name for path in Path().iterdir()) == [
        "data.jsonl",
        "data.jsonl.manifest.json",
    ]


def test_standard_output_gets_the_same_bytes(scene: Scene) -> None:
    export(scene)
    result = call(scene, "export-dataset", BAYES, "--out", "-")
    assert result.stdout_bytes == Path("data.jsonl").read_bytes()


def test_an_export_that_fails_leaves_the_old_file_as_it_was(scene: Scene) -> None:
    Path("data.jsonl").write_text("the old one")
    result = call(scene, "export-dataset", BAYES, "--out", "data.jsonl", "--block", "99999")
    assert result.exit_code == 1
    assert "no block 99999" in result.output
    assert Path("data.jsonl").read_text() == "the old one"
    assert [path.name for path in Path().iterdir()] == ["data.jsonl"]


def test_an_untouched_file_agrees_even_when_the_chain_went_on(scene: Scene) -> None:
    lines = export(scene)
    scene.add_batch(BAYES, (0, (1, 2)))
    scene.settle(BAYES, 2)
    answer = verify(scene)
    assert answer["agrees"]
    assert answer["dataset_lines"] == len(lines)
    assert answer["batches"] == 7


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("label", lambda line: line.replace('"label":1', '"label":2')),
        ("sample", lambda line: line.replace('"sample":"0x00', '"sample":"0x01')),
        ("player", lambda line: line.replace('"player":"0x', '"player":"0X')),
        ("features", lambda line: line.replace('"features":[', '"features":[0,')),
        ("outcome", lambda line: line.replace('"outcome":"', '"outcome":"not ')),
    ],
)
def test_a_changed_member_is_named_with_its_line(
    scene: Scene, member: str, change: Callable[[str], str]
) -> None:
    lines = export(scene)
    number = next(n for n, line in enumerate(lines, 1) if line["label"] == 1)
    change_line(number, change)

    found = verify(scene)["finding"]

    assert (found["subject"], found["line"]) == ("dataset", number)
    assert found["batch_id"] == lines[number - 1]["batch_id"]
    assert member in found["message"]
    assert found["expected"] == json.dumps(lines[number - 1][member])
    assert found["expected"] != found["found"]


def test_a_line_of_another_form_is_named_with_its_byte(scene: Scene) -> None:
    export(scene)
    change_line(2, lambda line: line.replace("{", "{ ", 1))
    found = verify(scene)["finding"]
    assert (found["line"], found["byte_index"]) == (2, 1)


def test_a_file_that_ends_too_early_is_named(scene: Scene) -> None:
    lines = export(scene)
    change_line(len(lines), lambda line: "")
    found = verify(scene)["finding"]
    assert found["line"] == len(lines)
    assert "missing" in found["message"]


def test_a_line_that_ends_too_early_is_named(scene: Scene) -> None:
    lines = export(scene)
    change_line(len(lines), lambda line: line[:-1])
    found = verify(scene)["finding"]
    assert found["line"] == len(lines)
    assert found["byte_index"] is not None


def test_a_line_too_many_is_named(scene: Scene) -> None:
    lines = export(scene)
    change_line(len(lines), lambda line: line + line)
    found = verify(scene)["finding"]
    assert found["line"] == len(lines) + 1
    assert "too many" in found["message"]


def test_without_its_manifest_a_file_is_compared_with_the_newest_block(scene: Scene) -> None:
    export(scene)
    Path("data.jsonl.manifest.json").unlink()
    assert verify(scene)["agrees"]
    scene.add_batch(BAYES, (0, (1, 2)))
    assert "missing" in verify(scene)["finding"]["message"]


def test_a_manifest_of_a_replaced_block_is_named(scene: Scene) -> None:
    export(scene)
    path = Path("data.jsonl.manifest.json")
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"block_hash": "0x" + "ab" * 32}))
    assert "not on the chain" in verify(scene)["finding"]["message"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"trainer": "0x" + "11" * 20}, "is the dataset of trainer"),
        ({"block_number": 99_999}, "Check a later block"),
        ({"surprise": 1}, "is no manifest"),
    ],
)
def test_a_manifest_that_does_not_belong_here_is_refused(
    scene: Scene, changes: dict[str, Any], sentence: str
) -> None:
    export(scene)
    path = Path("data.jsonl.manifest.json")
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes))
    result = call(scene, "verify", BAYES, "--dataset", "data.jsonl")
    assert result.exit_code == 1
    assert sentence in result.output


def test_verify_tells_people_what_agrees_and_what_does_not(scene: Scene) -> None:
    right = call(scene, "verify", "sparse-perceptron")
    assert right.exit_code == 0
    assert "agrees" in right.output
    assert "256 words" in right.output
    assert "not known here" not in right.output
    classifier = scene.trainer("sparse-perceptron").classifier.address
    source = scene.source("sparse-perceptron")
    source.close()
    slot = next(slot for slot in range(2, 300) if scene.stored(classifier, slot))
    scene.store(classifier, slot, scene.stored(classifier, slot) ^ 1)

    wrong = call(scene, "verify", "sparse-perceptron")

    assert wrong.exit_code == 1
    assert "WRONG     model: word" in wrong.output
    assert "expected  0x" in wrong.output
    assert "found     0x" in wrong.output


def test_verify_says_whose_answers_are_taken_on_trust(scene: Scene) -> None:
    handler = scene.trainer(BAYES).data_handler
    longer = "0x" + scene.chain.node.code(handler).hex() + "00"
    scene.chain.node.request("anvil_setCode", [handler, longer])
    result = call(scene, "verify", BAYES)
    assert result.exit_code == 0
    assert "code      not known here: data handler" in result.output


def test_progress_goes_to_standard_error_and_not_among_the_data(scene: Scene) -> None:
    options = ["--trainer", scene.trainer(BAYES).address, "--rpc-url", scene.chain.url]
    result = CliRunner().invoke(main, ["verify", *options, "--confirmations", "0", "--json"])
    assert json.loads(result.stdout)["agrees"]
    assert "reading blocks" in result.stderr
    assert "comparing storage" in result.stderr


def test_a_wrong_address_is_refused_in_a_sentence(scene: Scene) -> None:
    result = CliRunner().invoke(main, ["verify", "--trainer", "0x12", "--rpc-url", scene.chain.url])
    assert result.exit_code == 1
    assert "is not an address" in result.output
