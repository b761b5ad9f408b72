"""How the model of a plan is created and given its knowledge; one recipe for each kind.

A recipe reads the plan's twin: what the constructor takes, and the calls of `initialize` that
give a new contract what the twin knows, cut so that each of them fits a block of any chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from relayer.deploy.blueprint import CALL_GAS, WORD_GAS, Drawing
from relayer.deploy.classifier_plans import LearningPlan
from relayer.deploy.oracle_plans import ORACLE_CONTRACT, OraclePlan
from relayer.deployment import ORACLE, ClassifierEntry
from relayer.models import sparse_multiclass_perceptron, vectors
from relayer.models.chain_reading import CONTRACT_NAMES
from relayer.models.dense_perceptron import DensePerceptron
from relayer.models.naive_bayes import NaiveBayes
from relayer.models.nearest_centroid import NearestCentroid
from relayer.models.sparse_multiclass_perceptron import SparseMulticlassPerceptron
from relayer.models.sparse_nearest_centroid import SparseNearestCentroid
from relayer.models.sparse_perceptron import SparsePerceptron

#: Most storage words that one call writes: some 6 million gas.
WORDS_PER_CALL: Final = 200

_PERCEPTRON_LANES: Final = 16
_LANE_BYTES: Final = 2
_SUM_BYTES: Final = 4


@dataclass(frozen=True)
class Lesson:
    """One call of `initialize`, and how many storage words it writes at most."""

    arguments: tuple[Any, ...]
    words: int


@dataclass(frozen=True)
class Recipe:
    """What creating a model of one kind takes, told from its twin."""

    constructor: Callable[[Any], tuple[int, ...]]
    lessons: Callable[[Any], Iterator[Lesson]] = lambda twin: iter(())


def create_classifier(
    drawing: Drawing, plan: LearningPlan, labels: Sequence[str]
) -> ClassifierEntry:
    """Draw the creation of a model; return its part of the deployment file."""
    twin = plan.twin(labels)
    recipe, contract = RECIPES[plan.kind], CONTRACT_NAMES[plan.kind]
    address = drawing.create(contract, *recipe.constructor(twin))
    for lesson in recipe.lessons(twin):
        gas_limit = CALL_GAS + WORD_GAS * lesson.words
        drawing.call(contract, address, "initialize", *lesson.arguments, gas_limit=gas_limit)
    return ClassifierEntry(kind=plan.kind, address=address, parameters=_published(twin))


def oracle_as_model(plan: OraclePlan, address: str) -> ClassifierEntry:
    """An oracle's part of the deployment file where it is a trainer's model."""
    parameters = {"oracle": plan.name, "max_sample_bytes": plan.max_sample_bytes}
    return ClassifierEntry(kind=ORACLE, address=address, parameters=parameters)


def bind_classifier(drawing: Drawing, entry: ClassifierEntry, trainer: str) -> None:
    """Draw the binding of a model to its trainer, which ends its instruction."""
    contract = ORACLE_CONTRACT if entry.kind == ORACLE else CONTRACT_NAMES[entry.kind]
    drawing.call(contract, entry.address, "bind", trainer)


def _published(twin: Any) -> dict[str, Any]:
    """The parameters in the deployment file, which names the labels itself."""
    parameters = asdict(twin.parameters)
    if "max_squared_norm" in parameters:
        # May be beyond what a number of JavaScript holds.
        parameters["max_squared_norm"] = str(parameters["max_squared_norm"])
    if "feature_bound" in parameters:
        parameters["feature_count"] = twin.feature_count
    return parameters


def _sparse_perceptron_lessons(twin: SparsePerceptron) -> Iterator[Lesson]:
    words: dict[int, int] = {}
    for feature, weight in enumerate(twin.weights):
        index, lane = divmod(feature, _PERCEPTRON_LANES)
        words[index] = words.get(index, 0) | (weight & 0xFFFF) << 16 * lane
    for first, part in _runs(words):
        yield Lesson((first, part), len(part))


def _sparse_multiclass_perceptron_lessons(twin: SparseMulticlassPerceptron) -> Iterator[Lesson]:
    lanes_in_word = sparse_multiclass_perceptron.LANES
    blank = int.from_bytes(b"\x80" * lanes_in_word, "big")
    words: dict[int, int] = {}
    for feature, weights in twin.weights.items():
        for label, weight in weights.items():
            place = feature * twin.parameters.lanes_per_feature + label
            index, lane = divmod(place, lanes_in_word)
            words[index] = words.get(index, blank) + (weight << 8 * lane)
    taught_map = sum(1 << label for label in twin.taught)
    for first, part in _runs(words):
        yield Lesson((first, part, taught_map), len(part))
    if taught_map and not words:
        yield Lesson((0, [], taught_map), 0)


def _dense_perceptron_lessons(twin: DensePerceptron) -> Iterator[Lesson]:
    words = vectors.words_for(twin.parameters.dimension, _LANE_BYTES)
    for label in sorted(twin.taught):
        yield Lesson((label, vectors.encode(twin.weights[label])), words)


def _nearest_centroid_lessons(twin: NearestCentroid) -> Iterator[Lesson]:
    words = vectors.words_for(twin.parameters.dimension, _SUM_BYTES) + 1
    for label, count in enumerate(twin.counts):
        if count:
            mean = [total // count for total in twin.sums[label]]
            yield Lesson((label, count, vectors.encode(mean)), words)


def _runs(words: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    """Cut into runs of consecutive words, of which none is zero and none too long."""
    run: list[int] = []
    end = 0
    for index in sorted(index for index, word in words.items() if word):
        if run and (index != end or len(run) == WORDS_PER_CALL):
            yield end - len(run), run
            run = []
        run.append(words[index])
        end = index + 1
    if run:
        yield end - len(run), run


#: By kind of model.
RECIPES: Final[dict[str, Recipe]] = {
    NaiveBayes.kind: Recipe(
        lambda twin: (
            twin.label_count,
            twin.parameters.label_bound,
            twin.parameters.inverse_alpha,
            twin.parameters.vocabulary,
        )
    ),
    SparsePerceptron.kind: Recipe(
        lambda twin: (
            twin.feature_count,
            twin.parameters.feature_bound,
            twin.parameters.intercept,
            twin.parameters.learning_rate,
        ),
        _sparse_perceptron_lessons,
    ),
    SparseMulticlassPerceptron.kind: Recipe(
        lambda twin: (
            twin.feature_count,
            twin.parameters.feature_bound,
            twin.label_count,
            twin.parameters.label_bound,
            twin.parameters.learning_rate,
        ),
        _sparse_multiclass_perceptron_lessons,
    ),
    SparseNearestCentroid.kind: Recipe(
        lambda twin: (
            twin.feature_count,
            twin.parameters.feature_bound,
            twin.label_count,
            twin.parameters.label_bound,
        )
    ),
    DensePerceptron.kind: Recipe(
        lambda twin: (
            twin.parameters.dimension,
            twin.label_count,
            twin.parameters.label_bound,
            twin.parameters.rate_shift,
            twin.parameters.max_squared_norm,
        ),
        _dense_perceptron_lessons,
    ),
    NearestCentroid.kind: Recipe(
        lambda twin: (
            twin.parameters.dimension,
            twin.label_count,
            twin.parameters.label_bound,
            twin.parameters.max_squared_norm,
        ),
        _nearest_centroid_lessons,
    ),
}
