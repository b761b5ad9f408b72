"""What adding and settling a batch takes in gas, from the figures under version control.

`contracts/snapshots` holds whole transactions of 1 to 100 contributions through the Forwarder, per
contribution and in a steady state: every storage word was written before. Between the measured
sizes totals are interpolated, beyond the last one its slope goes on. New storage words come on top,
at the price at which the Forwarder pays for them.

So it is between the numbers of labels that were measured; fewer count as the fewest. Samples of
other lengths than the measured ones cost what the schedule fitted to them says for a byte.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from relayer.deploy.classifier_plans import ClassifierPlan
from relayer.deploy.mechanism_plans import GamifiedPlan, MechanismPlan, SelfAssessmentPlan
from relayer.deploy.schedules import default_schedule
from relayer.intake.fees import NEW_SLOT_UNITS
from simulation.errors import ParameterError

_SNAPSHOTS = Path(__file__).parent / "snapshots"
#: As in `classifiers.json`: bytes for each unit of an axis, and labels where none are named.
_BYTES = {"d": 2, "f": 2, "b": 1}
_USUAL_LABELS = 4
_NAME = re.compile(
    r"(?P<deed>add|settle)_n(?P<count>\d+)_(?P<kind>[a-z_]+?)_"
    r"(?P<axis>[dfb])(?P<size>\d+)(_l(?P<labels>\d+))?"
)
#: The model of which `gas.json` has more sizes of batches: kind, labels, bytes of a sample.
_GAME = ("naive_bayes", 32, 10)
_PERCEPTRON_BYTES = 20
_VALIDATED_BYTES = 20


class GasFiguresError(ParameterError):
    """There is no measured figure for a model or a mechanism."""


@dataclass(frozen=True)
class Curve:
    """Gas of one transaction by the number of its contributions.

    Attributes:
        totals: measured (contributions, gas of the transaction), in order.
        per_item: gas that each contribution takes beside what was measured.
        fixed: the same for the transaction.
    """

    totals: tuple[tuple[int, int], ...]
    per_item: int = 0
    fixed: int = 0

    def gas(self, count: int) -> int:
        """Gas of a transaction with so many contributions, at least one."""
        return self._measured(count) + count * self.per_item + self.fixed

    def _measured(self, count: int) -> int:
        for (few, less), (many, more) in pairwise(self.totals):
            if count <= many:
                return less + (more - less) * (count - few) // (many - few)
        (few, less), (many, more) = self.totals[-2:]
        return more + (more - less) * (count - many) // (many - few)


@dataclass(frozen=True)
class GasFigures:
    """What the transactions of one trainer take, in a steady state."""

    add: Curve
    settle: Curve

    @staticmethod
    def of_new_slots(slots: int) -> int:
        """Gas that words of storage take more when they were zero before."""
        return slots * NEW_SLOT_UNITS


def gas_figures(
    classifier: ClassifierPlan,
    mechanism: MechanismPlan,
    labels: int,
    sample_bytes: int,
    *,
    update_share: float = 1.0,
) -> GasFigures:
    """The figures for a trainer.

    Args:
        classifier: the model's part of a deployment plan.
        mechanism: the incentive mechanism's part.
        labels: labels of the model.
        sample_bytes: length of a sample, on average.
        update_share: share of the contributions that change a perceptron; others always learn.

    Raises:
        GasFiguresError: nothing like it was measured.
    """
    measured_bytes, add, settle = _of_model(classifier.kind, labels, update_share)
    learning = default_schedule(classifier, SelfAssessmentPlan(), labels)
    more_bytes = sample_bytes - measured_bytes
    add = Curve(add.totals, more_bytes * learning.add_units_per_byte)
    settle = Curve(settle.totals, more_bytes * learning.settle_units_per_byte)
    if not isinstance(mechanism, GamifiedPlan):
        return GasFigures(add, settle)
    hearing = default_schedule(classifier, mechanism, labels)
    more_bytes = sample_bytes - _VALIDATED_BYTES
    return GasFigures(
        add=Curve(
            add.totals,
            add.per_item + hearing.add_units - learning.add_units,
            hearing.add_batch_units - learning.add_batch_units,
        ),
        settle=Curve(
            _totals(_gas_snapshot(), "validate_n{}", (1, 10, 50, 100)),
            more_bytes * hearing.settle_units_per_byte,
        ),
    )


def _of_model(kind: str, labels: int, update_share: float) -> tuple[int, Curve, Curve]:
    """Bytes of the measured samples, and the two curves."""
    name, sizes = kind.replace("-", "_"), (1, 10, 50, 100)
    snapshot = _gas_snapshot()
    if name == "sparse_perceptron":
        update = _totals(snapshot, "add_update_n{}_f10", sizes)
        none = _totals(snapshot, "add_no_update_n{}_f10", sizes)
        add = tuple(
            (count, round(changed * update_share + same * (1 - update_share)))
            for (count, changed), (_, same) in zip(update, none, strict=True)
        )
        return _PERCEPTRON_BYTES, Curve(add), Curve(_totals(snapshot, "settle_n{}_f10", sizes))
    if (name, labels) == _GAME[:2]:
        add = _totals(snapshot, "add_naive_bayes_n{}_f5", sizes)
        return _GAME[2], Curve(add), Curve(_totals(snapshot, "settle_naive_bayes_n{}_f5", sizes))
    return _of_classifier(name, labels)


def _of_classifier(name: str, labels: int) -> tuple[int, Curve, Curve]:
    figures = _classifier_snapshot().get(name, {})
    most = max((of_labels for of_labels, _ in figures), default=0)
    if labels > most:
        raise GasFiguresError(
            f"No gas was measured for a model of kind {name.replace('_', '-')} with {labels} "
            f"labels (the largest has {most}): plan with another kind or fewer labels.",
            "labels",
        )
    # Of several lengths of samples the one of which most numbers of labels were measured.
    lengths = Counter(length for _, length in figures)
    length = max(lengths, key=lambda each: (lengths[each], -each))
    sizes = sorted(of_labels for of_labels, each in figures if each == length)
    above = next((size for size in sizes if size >= labels), sizes[-1])
    below = next((size for size in reversed(sizes) if size <= labels), above)
    few, many = figures[below, length], figures[above, length]
    part = (labels - below, above - below)
    add, settle = (Curve(_between(few[deed], many[deed], part)) for deed in ("add", "settle"))
    return length, add, settle


def _between(
    few: list[tuple[int, int]], many: list[tuple[int, int]], part: tuple[int, int]
) -> tuple[tuple[int, int], ...]:
    """Totals that lie so far between those of two sizes of a model."""
    if part[1] == 0:
        return tuple(few)
    return tuple(
        (count, less + (more - less) * max(0, part[0]) // part[1])
        for (count, less), (_, more) in zip(few, many, strict=True)
    )


@cache
def _gas_snapshot() -> Mapping[str, int]:
    return {name: int(gas) for name, gas in _read("gas").items()}


@cache
def _classifier_snapshot() -> dict[str, dict[tuple[int, int], dict[str, list[tuple[int, int]]]]]:
    """Totals by kind, by (labels, bytes of a sample), and by deed."""
    found: dict[str, dict[tuple[int, int], dict[str, list[tuple[int, int]]]]] = {}
    for name, gas in _read("classifiers").items():
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        size = int(match["labels"] or _USUAL_LABELS), int(match["size"]) * _BYTES[match["axis"]]
        deeds = found.setdefault(match["kind"], {}).setdefault(size, {"add": [], "settle": []})
        count = int(match["count"])
        deeds[match["deed"]].append((count, count * int(gas)))
        deeds[match["deed"]].sort()
    return found


def _totals(
    snapshot: Mapping[str, int], name: str, counts: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    return tuple((count, count * snapshot[name.format(count)]) for count in counts)


def _read(name: str) -> dict[str, int | str]:
    figures: dict[str, int | str] = json.loads((_SNAPSHOTS / f"{name}.json").read_text("utf-8"))
    return figures
