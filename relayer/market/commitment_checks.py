"""What a provider must not commit to: it could never be opened, revealed or replayed."""

from __future__ import annotations

from collections.abc import Sequence

from relayer.chain.contracts import Contract, bind
from relayer.chain.node import Node
from relayer.chain.wire import Record, map_of, unpack_records
from relayer.deployment import PredictionMarketEntry, TrainerEntry
from relayer.market.errors import UnusableTestSetError
from relayer.market.pay import samples_of
from relayer.market.pieces import HiddenTestSet, Piece
from relayer.models.replay_gas import AddingUnits, ScoringSamples, replay_gas

#: Most gas for which one piece may be answered by the untrained model: answering grows dearer as a
#: model learns, and no step of the replay is smaller than a piece.
MOST_PIECE_GAS = 2_500_000


def check_test_set(
    node: Node, entry: TrainerEntry, test_set: HiddenTestSet, fee: AddingUnits | None, sender: str
) -> None:
    """Checks that a test set can be opened, revealed, and replayed by whoever is paid for it.

    Args:
        node: answers for the model.
        entry: the market.
        test_set: what is to be committed to.
        fee: what is paid for adding a contribution; None: nobody knows.
        sender: the account that estimates are made for.

    Raises:
        UnusableTestSetError: it cannot.
        NodeError: the node does not answer.
    """
    if isinstance(entry.mechanism, PredictionMarketEntry):
        _check_count(test_set, entry.mechanism)
    if fee is not None:
        _check_fee(test_set, entry, fee)
    classifier = bind("IClassifier", entry.classifier.address)
    _check_records(
        node, classifier, [record for piece in test_set.pieces for record in _records(piece)]
    )
    _check_largest(node, classifier, test_set, sender)


def _check_count(test_set: HiddenTestSet, market: PredictionMarketEntry) -> None:
    """Whichever piece is opened, relayers must be paid for replaying the others."""
    counts = [len(_records(piece)) for piece in test_set.pieces]
    scoring = sum(counts) - min(counts)
    if scoring > market.expected_test_samples:
        raise UnusableTestSetError(
            f"{scoring} samples would score and the market's fees pay relayers for replaying "
            f"{market.expected_test_samples}. Leave samples out, or deploy a market with "
            "larger expected_test_samples."
        )


def _check_fee(test_set: HiddenTestSet, entry: TrainerEntry, fee: AddingUnits) -> None:
    """Long samples cost relayers as much as many do."""
    pieces = [samples_of(_records(piece)) for piece in test_set.pieces]
    least = min(pieces, key=lambda piece: (piece.features, piece.count))
    scoring = ScoringSamples(
        sum(piece.count for piece in pieces) - least.count,
        sum(piece.features for piece in pieces) - least.features,
    )
    gas = replay_gas(entry.classifier.kind, len(entry.labels), scoring)
    lack = None if gas is None else gas.shortfall(fee)
    if lack is not None:
        raise UnusableTestSetError(
            f"{lack}, so that relayers would leave the market alone. Leave words or samples out, "
            "or deploy a market with larger expected_sample_features."
        )


def _check_records(node: Node, classifier: Contract, records: Sequence[Record]) -> None:
    calls = [
        (classifier.address, classifier.interface.encode("fits", record.label, record.sample))
        for record in records
    ]
    for record, answer in zip(records, node.call_many(calls), strict=True):
        if not classifier.interface.decode("fits", answer)[0]:
            raise UnusableTestSetError(
                f"the sample 0x{record.sample.hex()} with label {record.label} does not fit "
                "the model: its piece could never be revealed. Leave it out or correct it."
            )


def _check_largest(node: Node, classifier: Contract, test_set: HiddenTestSet, sender: str) -> None:
    largest = max(test_set.pieces, key=lambda piece: len(piece.records))
    everything = map_of(range(len(_records(largest))))
    data = classifier.interface.encode("agrees", largest.records, everything)
    gas = node.estimate_gas(classifier.address, data, sender=sender)
    if gas > MOST_PIECE_GAS:
        raise UnusableTestSetError(
            f"answering the largest piece takes {gas} gas and {MOST_PIECE_GAS} are the most: "
            "make smaller pieces with --piece-records"
        )


def _records(piece: Piece) -> list[Record]:
    return unpack_records(piece.records)
