"""What the latest blocks say about tips."""

from __future__ import annotations

from typing import Any

import pytest

from relayer.send.tips import LEAST_TIP_WEI, usual_tip_wei

GWEI = 10**9


def history(*blocks: tuple[float, int]) -> dict[str, Any]:
    return {
        "gasUsedRatio": [used for used, _ in blocks],
        "reward": [[hex(tip_wei)] for _, tip_wei in blocks],
    }


def test_usual_tip_is_the_median_of_blocks_that_held_something() -> None:
    blocks = history((0.5, GWEI), (0.0, 0), (0.1, 3 * GWEI), (0.9, 2 * GWEI), (0, 0))
    assert usual_tip_wei(blocks) == 2 * GWEI


def test_too_few_blocks_say_nothing() -> None:
    assert usual_tip_wei(history((0.5, GWEI), (0.5, GWEI), (0, 0), (0, 0))) is None
    assert usual_tip_wei({"gasUsedRatio": [0.5] * 5, "reward": None}) is None


def test_free_rides_of_others_do_not_lower_the_tip_to_nothing() -> None:
    assert usual_tip_wei(history(*[(0.5, 0)] * 5)) == LEAST_TIP_WEI


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        "0x1",
        {"gasUsedRatio": None, "reward": [["0x1"]]},
        {"gasUsedRatio": [1, 1, 1], "reward": [[], [], []]},
        {"gasUsedRatio": [1, 1, 1], "reward": [["x"], ["y"], ["z"]]},
        {"gasUsedRatio": ["a", "b"], "reward": [["0x1"], ["0x1"]]},
        {"gasUsedRatio": [1], "reward": 7},
    ],
)
def test_answers_of_another_form_are_errors(answer: Any) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|invalid literal"):
        usual_tip_wei(answer)
