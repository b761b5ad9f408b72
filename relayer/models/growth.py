"""Follows the growth of a model by the events of its contract, see `IGrowing.sol`."""

from collections.abc import Sequence
from typing import Final, Protocol

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from relayer.chain.answers import Log
from relayer.chain.contracts import load_artifact
from relayer.deployment import TrainerEntry
from relayer.models.classifier import Classifier, GrowsFeatures, GrowsLabels

_LABEL_ADDED: Final = load_artifact("IGrowing").interface.topic("LabelAdded")


class LogReader(Protocol):
    """What finding growth needs of a node."""

    def logs(
        self, addresses: Sequence[str], topics: Sequence[str | None], from_block: int, to_block: int
    ) -> list[Log]:
        """The logs of a range of blocks, both ends included, in chain order."""
        ...


class Growth:
    """Labels and features that a model got after its deployment.

    Events say which label is added and how many features there are then, so that applying one
    twice changes nothing.
    """

    def __init__(self, entry: TrainerEntry) -> None:
        self._entry = entry
        self._interface = load_artifact("IGrowing").interface
        self._names: dict[int, str] = {}

    @property
    def labels(self) -> list[str]:
        """The labels' names: those of the deployment file, then those that were added."""
        known = self._entry.labels
        added = sorted(label for label in self._names if label >= len(known))
        return [*known, *(self._names[label] for label in added)]

    def logs(self, node: LogReader, first: int, last: int) -> list[Log]:
        """The events of growth in a range of blocks, both ends included."""
        return [
            log
            for event in ("LabelAdded", "FeaturesAdded")
            for log in node.logs(
                [self._entry.classifier.address],
                ["0x" + self._interface.topic(event).hex()],
                first,
                last,
            )
        ]

    def apply(self, model: Classifier, log: Log) -> bool:
        """Grow the twin by an event; tell whether the event is one of growth."""
        added = added_label(log)
        if added is not None:
            label, name = added
            self._names[label] = name
            if isinstance(model, GrowsLabels) and label >= model.label_count:
                model.add_labels(label + 1 - model.label_count)
            return True
        decoded = self._interface.decode_event(log)
        if decoded is None:
            return False
        event_name, event = decoded
        if event_name == "FeaturesAdded" and isinstance(model, GrowsFeatures):
            model.add_features(max(0, event["featureCount"] - model.feature_count))
        return True


def added_label(log: Log) -> tuple[int, str] | None:
    """Label and name of a `LabelAdded`, or None for another event.

    Whoever added the label may have written bytes that are no text; these are replaced.
    """
    if not log.topics or log.topics[0] != _LABEL_ADDED:
        return None
    label = int.from_bytes(log.topics[1], "big")
    try:
        (name,) = decode(["bytes"], log.data)
    except DecodingError:
        return label, ""
    return label, bytes(name).decode("utf-8", "replace")
