"""A naive Bayes model that got labels is rebuilt from events, whatever group they lie in."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.rebuild.verification import ModelCheck
from tests.integration.rebuild.scene import CLASSIFIERS, start


def test_words_of_labels_that_came_later_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "naive-bayes"
    monkeypatch.setitem(CLASSIFIERS, kind, {"kind": kind, "label_bound": 70})
    scene = start(tmp_path, kind)
    try:
        scene.add_batch(kind, (0, (1, 2)), (3, (3, 4)), (2, (1, 5)))
        scene.grow(kind, "addLabels", [f"later {number}" for number in range(60)])
        scene.add_batch(kind, (3, (3, 4)), (62, (1, 2)), (63, (9,)))
        scene.chain.mine(2)
        result = scene.verify(kind)
        assert result.model_check is ModelCheck.COMPARED
        # three groups of labels for each feature, and statistics of the labels that there are
        assert result.words == 3 * 65_536 + 63
    finally:
        scene.chain.anvil.stop()
