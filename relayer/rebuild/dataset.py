"""The dataset as JSON Lines: one contribution a line, in the order in which the chain took them.

The bytes follow from the chain, the block and the names of the labels alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from relayer.models import vectors
from relayer.models.classifier import features_in
from relayer.models.growth import added_label
from relayer.rebuild.history import Batch, History, SettledPart
from relayer.rebuild.parts import Parts

#: What becomes of a contribution, and of a record that the model could not learn from.
OUTCOMES: Final = ("open", "refunded", "forfeited", "unfit")

_DENSE: Final = ("dense-perceptron", "nearest-centroid")
_FEATURE_BYTES: Final = 2


class LabelNames:
    """The names of labels: those that are given, then those that the chain tells."""

    def __init__(self, given: Sequence[str] = (), added: Mapping[int, str] | None = None) -> None:
        self._names = dict(enumerate(given)) | {
            label: name for label, name in (added or {}).items() if label >= len(given)
        }

    @classmethod
    def of(cls, history: History, parts: Parts, given: Sequence[str] = ()) -> LabelNames:
        """The names as of a history's block."""
        return cls(given, dict(_added_labels(history, parts)))

    def get(self, label: int) -> str | None:
        """The name of a label, if it is known."""
        return self._names.get(label)

    def as_list(self) -> list[str | None]:
        """All names in order, None for those that are not known."""
        return [self.get(label) for label in range(max(self._names, default=-1) + 1)]


def contributions(batch: Batch, parts: Parts, names: LabelNames) -> Iterator[dict[str, Any]]:
    """The records of a batch as the dataset has them."""
    for index, record in enumerate(batch.unpacked):
        outcome, part = _outcome(batch, index)
        yield {
            "batch_id": batch.id,
            "record_index": index,
            "player": record.player,
            "label": record.label,
            "label_name": names.get(record.label),
            "sample": "0x" + record.sample.hex(),
            "features": None if outcome == "unfit" else _features(parts, record.sample),
            "stake_wei": str(batch.header["stakeWei"]),
            "added_at": batch.header["addedAt"],
            "block_number": batch.block_number,
            "transaction_hash": batch.transaction_hash,
            "outcome": outcome,
            "settled_block_number": None if part is None else part.block_number,
            "settled_transaction_hash": None if part is None else part.transaction_hash,
        }


def to_line(contribution: Mapping[str, Any]) -> bytes:
    """A contribution as a line of the dataset."""
    text = json.dumps(contribution, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _outcome(batch: Batch, index: int) -> tuple[str, SettledPart | None]:
    if not batch.accepted_map >> index & 1:
        return "unfit", None
    for part in batch.settled:
        if part.refunded_map >> index & 1:
            return "refunded", part
        if part.forfeited_map >> index & 1:
            return "forfeited", part
    return "open", None


def _features(parts: Parts, sample: bytes) -> list[int] | None:
    """The numbers of a sample; None where its encoding is not known."""
    if parts.classifier_kind in _DENSE:
        return list(vectors.decode(sample))
    if len(sample) % _FEATURE_BYTES or parts.classifier_kind not in _SPARSE:
        return None
    return list(features_in(sample))


_SPARSE: Final = (
    "naive-bayes",
    "sparse-perceptron",
    "sparse-nearest-centroid",
    "sparse-multiclass-perceptron",
)


def _added_labels(history: History, parts: Parts) -> Iterator[tuple[int, str]]:
    for log in history.events_of(parts.classifier):
        added = added_label(log)
        if added is not None:
            yield added
