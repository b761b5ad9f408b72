"""What prediction markets take in gas, from whole ones that were measured.

`contracts/snapshots/markets.json` holds markets of 51 contributions in batches of 1, 10 and 40,
with 64 and with 320 samples that score, played on a chain by the relayer's worker
(`python -m tests.benchmarks.market_gas`). Between the measured lengths of samples figures are
interpolated, and beyond them they go on as between the last two; so they do with the number of
test samples. Samples were drawn uniformly out of 960 words: where a few words are much more
frequent than others a replay takes less.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from simulation.house.gas import Curve, GasFigures, GasFiguresError

_SNAPSHOT: Final = Path(__file__).parent / "snapshots" / "markets.json"
_NAME: Final = re.compile(r"(?P<kind>[a-z_]+?)_f(?P<features>\d+)_t(?P<tests>\d+)_(?P<deed>\w+)")
#: Of each measured market.
_BATCHES: Final = (1, 10, 40)
_CONTRIBUTIONS: Final = sum(_BATCHES)
_TRANSACTION: Final = 21_000

#: Gas by what was done.
_Deeds = Mapping[str, float]


@dataclass(frozen=True)
class MarketGas:
    """Gas of one market's transactions.

    Attributes:
        batches: adding and settling batches.
        drawing: drawing the piece that is opened.
        replay: teaching the model every contribution, and examining it before and after each.
        passes: sharing the bounty.
        provider: the provider's own: committing, opening, revealing, claiming.
        steps: transactions that the replay needs.
    """

    batches: GasFigures
    drawing: int
    replay: int
    passes: int
    provider: int
    steps: int


def market_gas(
    kind: str, *, sample_features: float, contributions: int, test_samples: int
) -> MarketGas:
    """The gas of a market.

    Args:
        kind: of the model, as in a deployment plan.
        sample_features: of a sample, on average.
        contributions: that are replayed.
        test_samples: that score.

    Raises:
        GasFiguresError: no market over such a model was measured.
    """
    measured = _measured().get(kind.replace("-", "_"))
    if measured is None:
        raise GasFiguresError(f"No market over a model of kind {kind} was measured: use another.")
    by_tests = {tests: _at(sizes, sample_features) for tests, sizes in measured.items()}
    deeds = _at(by_tests, test_samples)
    states = (contributions + 1) / (_CONTRIBUTIONS + 1)
    passes = (deeds["passes"] - _TRANSACTION) * contributions / _CONTRIBUTIONS
    return MarketGas(
        batches=GasFigures(_curve(deeds, "add"), _curve(deeds, "settle")),
        drawing=round(deeds["draw"]),
        replay=round(deeds["replay"] * states),
        passes=round(_TRANSACTION + passes),
        provider=round(sum(deeds[deed] for deed in ("commit", "open", "reveal", "claim"))),
        steps=max(1, round(deeds["replay_steps"] * states)),
    )


def _curve(deeds: _Deeds, deed: str) -> Curve:
    return Curve(tuple((count, round(deeds[f"{deed}_n{count}"])) for count in _BATCHES))


def _at(known: Mapping[int, _Deeds], size: float) -> dict[str, float]:
    """Every figure at a size, on the line through the two known sizes around it."""
    sizes = sorted(known)
    few, many = next((pair for pair in pairwise(sizes) if size <= pair[1]), (sizes[-2], sizes[-1]))
    part = (size - few) / (many - few)
    return {
        deed: max(0.0, less + (known[many][deed] - less) * part)
        for deed, less in known[few].items()
    }


@cache
def _measured() -> dict[str, dict[int, dict[int, dict[str, float]]]]:
    """Gas by kind of the model, test samples, features of a sample, and deed."""
    found: dict[str, dict[int, dict[int, dict[str, float]]]] = {}
    for name, gas in json.loads(_SNAPSHOT.read_text("utf-8")).items():
        if match := _NAME.fullmatch(name):
            sizes = found.setdefault(match["kind"], {}).setdefault(int(match["tests"]), {})
            sizes.setdefault(int(match["features"]), {})[match["deed"]] = float(gas)
    return found
