"""A model rebuilt from events alone is the model on the chain, whatever happened to it."""

import pytest

from relayer.rebuild.verification import ModelCheck
from tests.integration.rebuild.scene import KINDS, Scene


@pytest.mark.parametrize("kind", KINDS)
def test_model_with_a_whole_life_agrees_word_for_word(scene: Scene, kind: str) -> None:
    result = scene.verify(kind)

    assert result.model_check is ModelCheck.COMPARED
    assert result.words > 0
    ledger = result.ledger
    assert result.foreign_code == ()
    assert ledger.records > ledger.accepted, "some records were unfit"
    assert ledger.open > 0
    assert ledger.refunded + ledger.forfeited == 4


def test_a_contract_of_other_code_is_named(scene: Scene) -> None:
    entry = scene.trainer("dense-perceptron")
    # The contracts go on answering: what is changed is the tail, which nothing runs.
    longer = scene.chain.node.code(entry.classifier.address) + b"\0"
    other = scene.chain.node.code(entry.mechanism.address)
    other = other[:-1] + bytes([other[-1] ^ 1])
    for part, code in ((entry.classifier, longer), (entry.mechanism, other)):
        scene.chain.node.request("anvil_setCode", [part.address, "0x" + code.hex()])

    result = scene.verify("dense-perceptron")

    assert result.foreign_code == ("classifier", "mechanism")
    assert result.as_json()["foreign_code"] == ["classifier", "mechanism"]
