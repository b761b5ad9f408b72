"""Whether a model has learnt anything: what always naming the same label would have got right.

Where nothing can be learnt, balances still come out, and tell nothing of a mechanism.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulation.result import Result

#: Standard errors by which an accuracy may lie above that of guessing by chance alone.
_ERRORS: Final = 2.0


def beside_guessing(result: Result, truths: NDArray[np.integer]) -> Result:
    """Put the accuracy of guessing beside that of the model, and warn where they are the same.

    Args:
        result: of a simulation; its numbers have `accuracy_end`, a share of the test.
        truths: right labels of the test, at least one.
    """
    count = len(truths)
    guessing = int(np.bincount(truths).max()) / count
    numbers = {**result.numbers, "accuracy_guessing": guessing}
    accuracy = result.numbers["accuracy_end"]
    if accuracy > guessing + _ERRORS * math.sqrt(guessing * (1 - guessing) / count):
        return replace(result, numbers=numbers)
    return replace(
        result, numbers=numbers, warnings=(*result.warnings, _warning(accuracy, guessing, count))
    )


def _warning(accuracy: float, guessing: float, count: int) -> str:
    return (
        f"At the end the model is no better than guessing (right in {accuracy:.1%} of {count:,} "
        f"tests; always naming the most frequent label is in {guessing:.1%}): the words tell "
        "too little of the label, the data is too little, or lies outweigh it, so do not rely on "
        "what came out."
    )
