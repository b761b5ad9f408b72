"""When the model of a prediction market learns: in the replay, not when data comes.

Contributions wait in their order until the market says, by `Scored`, how many of them the model has
been examined on. In the middle of a replay the contract may be one contribution ahead, which is
learnt and not yet examined; nobody can tell so from events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relayer.chain.answers import Log
from relayer.chain.contracts import load_artifact
from relayer.chain.wire import Record, unpack_records
from relayer.deployment import PredictionMarketEntry, TrainerEntry
from relayer.models.classifier import Classifier
from relayer.models.errors import SnapshotError


class MarketLessons:
    """The contributions of one market, and how many of them its model has learnt.

    Args:
        entry: the market in the deployment file.
    """

    def __init__(self, entry: TrainerEntry) -> None:
        self.address = entry.address
        self._interface = load_artifact("PredictionMarket").interface
        self._waiting: list[Record] = []
        #: Contributions that the model has learnt.
        self.learnt = 0

    @property
    def topic(self) -> str:
        """The event that tells how far the replay has come."""
        return "0x" + self._interface.topic("Scored").hex()

    def hold(self, event: Mapping[str, Any]) -> None:
        """Take in the contributions of a `DataAdded` event, to be learnt later."""
        self._waiting += [
            record
            for index, record in enumerate(unpack_records(event["records"]))
            if event["acceptedMap"] >> index & 1
        ]

    def apply(self, model: Classifier, log: Log) -> bool:
        """Learn what an event of the market says; False when the event is not the market's.

        Raises:
            SnapshotError: the market learnt contributions that no event told of.
        """
        if log.address.lower() != self.address.lower():
            return False
        decoded = self._interface.decode_event(log)
        wanted = 0 if decoded is None else decoded[1]["contributions"]
        if wanted > len(self._waiting):
            raise SnapshotError(
                f"The market learnt {wanted} contributions and {len(self._waiting)} are in the "
                "events. Check the deployment's block_number, or use another node."
            )
        for record in self._waiting[self.learnt : wanted]:
            model.learn(record.label, model.decode(record.sample))
        self.learnt = max(self.learnt, wanted)
        return True


def lessons_of(entry: TrainerEntry) -> MarketLessons | None:
    """The lessons of a market; None for a trainer whose model learns at once."""
    return MarketLessons(entry) if isinstance(entry.mechanism, PredictionMarketEntry) else None
