"""When a message is sent again: the schedule that Standard Webhooks recommends, with jitter."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

#: Pauses after the first, second, ... failed try; after the last one a message is dead.
PAUSES_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
_JITTER: Final = 0.1


def next_pause_s(
    tries: int,
    chance: random.Random,
    asked_s: float | None = None,
    pauses_s: Sequence[float] = PAUSES_S,
) -> float | None:
    """Return how long to wait after this many failed tries; None: give up.

    Args:
        tries: failed tries so far, at least one.
        chance: spreads the tries of many messages.
        asked_s: what the receiver asked for; a longer wait is granted up to a day.
        pauses_s: those after the first, second, ... failed try.
    """
    if tries > len(pauses_s):
        return None
    pause_s = pauses_s[tries - 1] * chance.uniform(1 - _JITTER, 1 + _JITTER)
    return max(pause_s, min(asked_s or 0.0, float(pauses_s[-1])))
