"""What all twins of on-chain classifiers have in common, and the walk through packed records."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol, runtime_checkable

from relayer.chain.wire import Record, map_of, unpack_records
from relayer.models.errors import TooManyRecordsError

#: Records that one batch may name.
MAX_RECORDS: Final = 255


class Classifier(Protocol):
    """A model that learns from batches of labelled samples, exactly as its contract does."""

    @property
    def kind(self) -> str:
        """Name of the learning rule, as the contract's `kind()` gives it."""
        ...

    @property
    def label_count(self) -> int:
        """Number of labels; valid labels are below it."""
        ...

    def fits(self, label: int, sample: bytes) -> bool:
        """Whether the contract would learn from this sample and label."""
        ...

    def decode(self, sample: bytes) -> Sequence[int]:
        """The features of a sparse sample or the numbers of a dense one, for a sample that fits."""
        ...

    def learn(self, label: int, features: Sequence[int]) -> None:
        """Learn from one sample that fits."""
        ...

    def predict(self, features: Sequence[int]) -> int:
        """The model's label for a sample that fits."""
        ...


@runtime_checkable
class GrowsLabels(Protocol):
    """A model that may get more labels, as its contract does by `addLabels`."""

    def add_labels(self, count: int) -> None:
        """Grow by labels without data."""
        ...


@runtime_checkable
class GrowsFeatures(Protocol):
    """A model that may get more features, as its contract does by `addFeatures`."""

    @property
    def feature_count(self) -> int:
        """Number of features; valid features are below it."""
        ...

    def add_features(self, count: int) -> None:
        """Grow by features without data."""
        ...


def train(model: Classifier, records: bytes) -> int:
    """Learn from the records that fit, in order; return their map by record index.

    Raises:
        FramingError: the bytes end inside a record.
        TooManyRecordsError: more than 255 records.
    """
    accepted: list[int] = []
    for index, record in enumerate(_whole_batch(records)):
        if model.fits(record.label, record.sample):
            model.learn(record.label, model.decode(record.sample))
            accepted.append(index)
    return map_of(accepted)


def agrees(model: Classifier, records: bytes, mask: int) -> int:
    """Of the records in `mask`, the map of those with whose label the model agrees now.

    The mask names records that the model learnt from, as the contracts guarantee.

    Raises:
        FramingError: the bytes end inside a record.
        TooManyRecordsError: more than 255 records.
    """
    return map_of(
        index
        for index, record in enumerate(_whole_batch(records))
        if mask >> index & 1 and model.predict(model.decode(record.sample)) == record.label
    )


def features_in(sample: bytes) -> tuple[int, ...]:
    """The features of a sparse sample already known to fit."""
    return tuple(int.from_bytes(pair, "big") for pair in _pairs(sample))


def _pairs(sample: bytes) -> Iterator[bytes]:
    return (sample[start : start + 2] for start in range(0, len(sample), 2))


def _whole_batch(records: bytes) -> list[Record]:
    unpacked = unpack_records(records)
    if len(unpacked) > MAX_RECORDS:
        raise TooManyRecordsError(
            f"The batch names {len(unpacked)} records. Send {MAX_RECORDS} at most."
        )
    return unpacked
