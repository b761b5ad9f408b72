"""What a responder asks, and of whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Question:
    """A sample and everything that a service may need to know about it."""

    request_id: str  #: of the request on chain, 0x and 64 hex digits
    sample: bytes
    sample_hash: str  #: keccak256 of the sample, 0x and 64 hex digits
    label_count: int  #: answers are below it
    labels: tuple[str, ...]  #: their names; empty when nobody knows them
    version: int  #: of the model on chain
    model: str  #: its fingerprint on chain, 0x and 64 hex digits


class Adapter(Protocol):
    """Puts questions to a service; called from several threads at the same time."""

    def classify(self, question: Question) -> int:
        """Return the label of a sample, below `question.label_count`.

        Raises:
            ServiceError: there is none; `retryable` says whether there may be one later.
        """
        ...
