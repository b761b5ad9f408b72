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
    assert ledger.batches == (9 if kind == "_" else ledger.batches)
    assert ledger.records > ledger.accepted, "some records were unfit"
    assert ledger.open > 0
    assert ledger.refunded + ledger.forfeited == 4
