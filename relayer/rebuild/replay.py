"""Teaches a twin everything that the events say its model was taught, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_abi.exceptions import DecodingError

from relayer.chain.answers import Log
from relayer.chain.contracts import Caller, bind, load_artifact
from relayer.chain.errors import ArtifactError
from relayer.chain.wire import bits_of, map_of
from relayer.models.classifier import MAX_RECORDS, Classifier, GrowsFeatures, GrowsLabels
from relayer.models.dense_perceptron import DensePerceptron
from relayer.models.naive_bayes import NaiveBayes
from relayer.models.nearest_centroid import NearestCentroid
from relayer.models.sparse_multiclass_perceptron import SparseMulticlassPerceptron
from relayer.models.sparse_nearest_centroid import SparseNearestCentroid
from relayer.models.sparse_perceptron import SparsePerceptron
from relayer.rebuild.dense_forms import DensePerceptronForm, NearestCentroidForm
from relayer.rebuild.errors import Discrepancy
from relayer.rebuild.finding import Finding, Subject
from relayer.rebuild.form import Area, At, Form, Sizes
from relayer.rebuild.history import Batch, History
from relayer.rebuild.parts import Parts
from relayer.rebuild.sparse_forms import (
    NaiveBayesForm,
    SparseMulticlassPerceptronForm,
    SparseNearestCentroidForm,
    SparsePerceptronForm,
)

#: Forms by kind of model; other kinds cannot be replayed.
FORMS: Final[Mapping[str, Form]] = {
    NaiveBayes.kind: NaiveBayesForm(),
    SparsePerceptron.kind: SparsePerceptronForm(),
    SparseNearestCentroid.kind: SparseNearestCentroidForm(),
    SparseMulticlassPerceptron.kind: SparseMulticlassPerceptronForm(),
    DensePerceptron.kind: DensePerceptronForm(),
    NearestCentroid.kind: NearestCentroidForm(),
}

_GROWING: Final = load_artifact("IGrowing").interface
LABEL_ADDED: Final = _GROWING.topic("LabelAdded")
FEATURES_ADDED: Final = _GROWING.topic("FeaturesAdded")


@dataclass(frozen=True)
class MarketTerms:
    """What decides what a market's model learns.

    Attributes:
        most_contributions: participation ends when so many have come.
        trained: contributions that the replay on chain has taught so far.
    """

    most_contributions: int
    trained: int


class Replay:
    """A twin that is taught by the entries of a history.

    Args:
        parts: the trainer.
        form: what is known of its kind of model.
        model: the twin as the contract was deployed.
        market: None for a trainer that trains when data are added.
    """

    def __init__(
        self, parts: Parts, form: Form, model: Classifier, market: MarketTerms | None = None
    ) -> None:
        self._classifier = parts.classifier.lower()
        self._form = form
        self.model = model
        self.market = market
        self._room = MAX_RECORDS if market is None else market.most_contributions
        self._to_learn = None if market is None else market.trained
        self._interface = load_artifact(form.contract_name).interface

    def take(self, entry: Batch | Log) -> None:
        """Learns a batch, or does what an event of the classifier says.

        Raises:
            Discrepancy: the chain accepted other records than the twin, or an event is missing.
        """
        if isinstance(entry, Batch):
            self._check_accepted(entry)
            self._learn(entry)
        elif entry.address.lower() == self._classifier:
            self._change(entry)

    def areas(self, at: At) -> list[Area]:
        """All words of the model, to be compared."""
        return self._form.areas(self.model, at)

    def _check_accepted(self, batch: Batch) -> None:
        fitting = [
            index
            for index, record in enumerate(batch.unpacked)
            if self.model.fits(record.label, record.sample)
        ]
        expected = map_of(fitting[: self._room])
        if self.market is not None:
            self._room -= len(fitting[: self._room])
        if expected == batch.accepted_map:
            return
        record = bits_of(expected ^ batch.accepted_map)[0]
        words = "does not fit the model and was accepted"
        if expected >> record & 1:
            words = "fits the model and was not accepted"
        raise Discrepancy(
            Finding(
                subject=Subject.ACCEPTED_MAP,
                message=f"batch {batch.id}, record {record} {words}",
                batch_id=batch.id,
                record_index=record,
                expected=f"{expected:#x}",
                found=f"{batch.accepted_map:#x}",
                transaction_hash=batch.transaction_hash,
            )
        )

    def _learn(self, batch: Batch) -> None:
        for index in bits_of(batch.accepted_map):
            if self._to_learn is not None:
                if self._to_learn == 0:
                    return
                self._to_learn -= 1
            record = batch.unpacked[index]
            self.model.learn(record.label, self.model.decode(record.sample))

    def _change(self, log: Log) -> None:
        """Grows the twin, or gives it knowledge, as an event of its contract says."""
        topic = log.topics[0] if log.topics else b""
        if topic == LABEL_ADDED:
            # The name is not read: whoever chose it may have written bytes that are no text.
            self._add_label(int.from_bytes(log.topics[1], "big"), log)
        elif topic == FEATURES_ADDED:
            if isinstance(self.model, GrowsFeatures):
                self.model.add_features(max(0, _number(log) - self.model.feature_count))
        else:
            self._give(log)

    def _give(self, log: Log) -> None:
        try:
            decoded = self._interface.decode_event(log)
            if decoded is not None and decoded[0] == "KnowledgeGiven":
                call = self._interface.decode_call(decoded[1]["call"])
                if call is not None:
                    self._form.give(self.model, call[1])
        except (ArtifactError, DecodingError, ValueError, LookupError) as error:
            raise Discrepancy(
                Finding(
                    subject=Subject.HISTORY,
                    message="an event of the classifier cannot be read",
                    transaction_hash=log.transaction_hash,
                )
            ) from error

    def _add_label(self, label: int, log: Log) -> None:
        if label != self.model.label_count:
            raise Discrepancy(
                Finding(
                    subject=Subject.HISTORY,
                    message=f"label {label} is added to a model of {self.model.label_count} "
                    "labels; begin at an earlier block, or use another node",
                    expected=str(self.model.label_count),
                    found=str(label),
                    transaction_hash=log.transaction_hash,
                )
            )
        if isinstance(self.model, GrowsLabels):
            self.model.add_labels(1)


def begin_replay(parts: Parts, caller: Caller, history: History) -> tuple[Replay, At] | None:
    """The twin as it was born, and the contract that it will be compared with.

    Args:
        parts: the trainer.
        caller: a node.
        history: the trainer's events up to the block where the model is compared.

    Returns:
        None for a kind of model that does not learn from data, or is not known.

    Raises:
        Discrepancy: the model's history does not begin with its birth.
    """
    form = FORMS.get(parts.classifier_kind)
    if form is None:
        return None
    at = At(caller, bind(form.contract_name, parts.classifier), history.block_number)
    sizes = _first_sizes(parts, at, history.events_of(parts.classifier))
    market = _market(parts, caller, history.block_number)
    return Replay(parts, form, form.born(at, sizes), market), at


def _first_sizes(parts: Parts, at: At, events: Iterable[Log]) -> Sizes:
    label_count: int = at.read("labelCount")
    feature_counts: list[int] = []
    for log in events:
        label_count -= log.topics[:1] == (LABEL_ADDED,)
        if log.topics[:1] == (FEATURES_ADDED,):
            feature_counts.append(_number(log))
    if not feature_counts:
        raise Discrepancy(
            Finding(
                subject=Subject.HISTORY,
                message="the model's birth is missing; begin at an earlier block, or use another "
                "node",
            )
        )
    return Sizes(label_count, feature_counts[0])


def _number(log: Log) -> int:
    """The one number that an event is about."""
    return int.from_bytes(log.data, "big")


def _market(parts: Parts, caller: Caller, block: int) -> MarketTerms | None:
    if not parts.is_market:
        return None
    market = bind("PredictionMarket", parts.trainer)
    cursor: Mapping[str, Any] = market.read(caller, "replayCursor", block=block)
    return MarketTerms(market.read(caller, "maxContributions", block=block), cursor["trained"])
