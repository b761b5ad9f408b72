"""What the samples of a trainer's model look like, as its contract checks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from relayer.deployment import TrainerEntry
from relayer.models import samples, vectors
from relayer.models.errors import SampleMalformedError, SampleTooLongError, VectorTooLongError
from relayer.store.chain_state import TrainerSnapshot


class SampleForm(Protocol):
    """The form of a model's samples."""

    @property
    def max_bytes(self) -> int:
        """Bytes of the longest sample."""
        ...

    def check(self, sample: bytes) -> None:
        """Check a sample.

        Raises:
            SampleError: the contract would leave it out, or this relayer takes none so long.
        """
        ...


@dataclass(frozen=True, slots=True)
class SparseForm:
    """Strictly increasing features of two bytes each.

    At most 64 of them, whatever the model takes: fees are suggested for the longest sample.
    """

    feature_count: int | None  #: None: the model takes every feature of two bytes

    @property
    def max_bytes(self) -> int:
        """Bytes of the longest sample."""
        known = samples.MAX_FEATURES if self.feature_count is None else self.feature_count
        return samples.FEATURE_BYTES * min(known, samples.MAX_FEATURES)

    def check(self, sample: bytes) -> None:
        """Check number, order and range of the features."""
        samples.validate(sample, self.feature_count)


@dataclass(frozen=True, slots=True)
class DenseForm:
    """One int16 for each dimension; the vector is no longer than the contract allows."""

    dimension: int
    max_squared_norm: int

    @property
    def max_bytes(self) -> int:
        """Bytes of every sample."""
        return vectors.NUMBER_BYTES * self.dimension

    def check(self, sample: bytes) -> None:
        """Check length in bytes and length as a vector."""
        if len(sample) != self.max_bytes:
            raise SampleMalformedError(
                f"The sample has {len(sample)} bytes. Send exactly {self.max_bytes}: two for each "
                f"of the model's {self.dimension} dimensions."
            )
        squared_norm = vectors.squared_norm(vectors.decode(sample))
        if squared_norm > self.max_squared_norm:
            raise VectorTooLongError(
                f"The squares of the sample's numbers add up to {squared_norm}; the model takes "
                f"{self.max_squared_norm} at most. Scale the vector down."
            )


@dataclass(frozen=True, slots=True)
class ByteForm:
    """Any bytes up to a length: what they mean is between those who ask an oracle and its service.

    Whether the oracle has an answer to a sample only the chain knows: the dry run asks it.
    """

    max_bytes: int  #: bytes of the longest sample that the oracle may be asked about

    def check(self, sample: bytes) -> None:
        """Check the length."""
        if not sample:
            raise SampleMalformedError("The sample is empty. Send what the oracle was asked about.")
        if len(sample) > self.max_bytes:
            raise SampleTooLongError(
                f"The sample has {len(sample)} bytes; the oracle takes {self.max_bytes} at most. "
                "Send what it was asked about."
            )


def form_of(entry: TrainerEntry, snapshot: TrainerSnapshot | None) -> SampleForm:
    """The form of a trainer's samples.

    Args:
        entry: the trainer in the deployment file, which tells the sizes at its birth.
        snapshot: the trainer as the worker saw it last, which tells how far it has grown.
    """
    parameters = entry.classifier.parameters
    if entry.is_behind_oracle:
        return ByteForm(parameters["max_sample_bytes"])
    if "dimension" in parameters:
        return DenseForm(parameters["dimension"], int(parameters["max_squared_norm"]))
    if entry.feature_count is None or snapshot is None or snapshot.feature_count is None:
        return SparseForm(entry.feature_count)
    return SparseForm(snapshot.feature_count)


def label_count_of(entry: TrainerEntry, snapshot: TrainerSnapshot | None) -> int:
    """Labels that a trainer's model has; valid labels are below it."""
    if snapshot is None or snapshot.label_count is None:
        return len(entry.labels)
    return snapshot.label_count
