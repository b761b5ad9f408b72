"""What replaying a prediction market takes in gas, by kind of model and length of the samples.

Fitted to the whole markets of `contracts/snapshots/markets.json`: 51 contributions, 64 and 320
samples that score, words drawn uniformly out of 960, two labels, pieces of 16, steps below 5
million gas. Beyond the first 64 test samples a sample takes more, because a step holds fewer states
of the model and more of them look words up that no state before them in the step did. Between the
measured lengths figures are interpolated, beyond them they go on as between the last two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

#: A feature is a number of two bytes.
BYTES_PER_FEATURE: Final = 2
#: Test samples up to which the first figure holds.
_FIRST_SAMPLES: Final = 64
_MEASURED_LABELS: Final = 2
#: Labels of which each feature keeps one storage word, in models that keep them by feature.
_LABELS_IN_WORD: Final = 32
#: Adding a contribution, which trains nothing yet: for each, and more for each byte.
_ADDING_UNITS: Final = 10_300
_ADDING_UNITS_PER_BYTE: Final = 93
#: The passes, for each contribution.
_PASSES_UNITS: Final = 6_000


@dataclass(frozen=True)
class ScoringSamples:
    """The part of a test set that scores.

    Attributes:
        count: how many samples.
        features: how many features (words) they have together.
    """

    count: int
    features: int


@dataclass(frozen=True)
class AddingUnits:
    """Units of gas for adding a contribution, everything that follows from it included.

    Attributes:
        units: for each contribution.
        units_per_byte: more for each byte of its sample.
    """

    units: int
    units_per_byte: int

    def of(self, sample_bytes: int) -> int:
        """The units of a contribution whose sample has so many bytes."""
        return self.units + self.units_per_byte * sample_bytes


@dataclass(frozen=True)
class ReplayGas:
    """What a market takes.

    Attributes:
        examination: gas in which one state of the model answers the test set.
        contribution: gas of a contribution: adding, learning, an examination, the passes.
        scoring: the test set.
    """

    examination: int
    contribution: AddingUnits
    scoring: ScoringSamples

    def shortfall(
        self, fee: AddingUnits, sample_bytes: int | None = None, percent: int = 0
    ) -> str | None:
        """What a fee lacks, in words; None: it pays, but for so many percent.

        Args:
            fee: units that are paid for each contribution.
            sample_bytes: of a contribution; None: as long as the test samples.
            percent: how much may be wanting.
        """
        count, features = self.scoring.count, self.scoring.features
        if sample_bytes is None:
            sample_bytes = BYTES_PER_FEATURE * features // max(1, count)
        taken, paid = self.contribution.of(sample_bytes), fee.of(sample_bytes)
        if taken * 100 <= paid * (100 + percent):
            return None
        return (
            f"{count} test samples of {features} features together take about {taken} gas for each "
            f"contribution and the fees pay {paid}"
        )


@dataclass(frozen=True)
class _Figures:
    """Gas of a kind of model.

    Attributes:
        usual_features: of a sample, where nothing else is said.
        answer: for one of the first test samples and for one beyond them, by its features.
        answer_per_label: more for each label beyond the measured two.
        has_label_words: whether more labels make every feature dearer.
        learn: for a contribution that is learnt.
        learn_per_byte: more for each byte of its sample.
    """

    usual_features: int
    answer: Mapping[int, tuple[int, int]]
    answer_per_label: int
    has_label_words: bool
    learn: int
    learn_per_byte: int


_FIGURES: Final = {
    "naive-bayes": _Figures(
        usual_features=5,
        answer={5: (5_482, 8_510), 20: (22_577, 26_575), 64: (92_900, 92_193)},
        answer_per_label=430,
        has_label_words=True,
        learn=10_000,
        learn_per_byte=8_000,
    ),
    "sparse-perceptron": _Figures(
        usual_features=10,
        answer={10: (4_240, 4_086), 64: (6_114, 11_687)},
        answer_per_label=0,
        has_label_words=False,
        learn=20_000,
        learn_per_byte=1_000,
    ),
}


def usual_features(kind: str) -> int | None:
    """Features of a sample that fees are fitted to where nothing else is said.

    Returns:
        None for a kind of model of which no market was measured.
    """
    figures = _FIGURES.get(kind)
    return None if figures is None else figures.usual_features


def replay_gas(kind: str, labels: int, scoring: ScoringSamples) -> ReplayGas | None:
    """What a market over a model of a kind takes.

    Args:
        kind: of the model, as in a deployment plan.
        labels: that the model knows.
        scoring: what is examined after each contribution.

    Returns:
        None for a kind of model of which no market was measured.
    """
    figures = _FIGURES.get(kind)
    if figures is None:
        return None
    examination = _examination(figures, labels, scoring)
    return ReplayGas(
        examination,
        AddingUnits(
            _ADDING_UNITS + _PASSES_UNITS + figures.learn + examination,
            _ADDING_UNITS_PER_BYTE + figures.learn_per_byte,
        ),
        scoring,
    )


def expected_replay_gas(
    kind: str, labels: int, samples: int, features: int | None
) -> ReplayGas | None:
    """What a market takes whose test set is as long as a plan expects.

    Args:
        kind: of the model.
        labels: that the model knows.
        samples: that score.
        features: of each; None: the usual ones of the model.

    Returns:
        None for a kind of model of which no market was measured.
    """
    each = features or usual_features(kind) or 0
    return replay_gas(kind, labels, ScoringSamples(samples, samples * each))


def _examination(figures: _Figures, labels: int, scoring: ScoringSamples) -> int:
    words = -(-labels // _LABELS_IN_WORD) if figures.has_label_words else 1
    features = scoring.features * words
    first = min(scoring.count, _FIRST_SAMPLES)
    first_features = features * first // max(1, scoring.count)
    more_labels = max(0, labels - _MEASURED_LABELS)
    return (
        _on_line(figures.answer, 0, first, first_features)
        + _on_line(figures.answer, 1, scoring.count - first, features - first_features)
        + figures.answer_per_label * more_labels * scoring.count
    )


def _on_line(known: Mapping[int, tuple[int, int]], column: int, samples: int, features: int) -> int:
    """Gas of samples with so many features together, on the line through two known lengths."""
    pairs = list(pairwise(sorted(known)))
    few, many = next((pair for pair in pairs if features <= pair[1] * samples), pairs[-1])
    less, more = known[few][column], known[many][column]
    rise = (more - less) * (features - few * samples)
    return max(0, less * samples + rise // (many - few))
