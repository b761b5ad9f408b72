"""Whether the fees of a market pay for its replay, and who is told so when they do not.

Whoever provides the test set chooses what the replay costs: it grows with the number of test
samples and with their length. The provider need not be anybody that the relayer trusts, and most of
the test set is hidden until contributions were taken. So a replay is weighed when everything is
public, before the first step of it, and its gas is counted while it goes on. A market that is left
alone ends by its time-out: all stakes come back, and the bounty goes to the participants.
"""

from __future__ import annotations

from collections.abc import Iterable

from relayer.chain.contracts import Contract
from relayer.chain.node import Node
from relayer.chain.wire import Record, unpack_records
from relayer.deployment import TrainerEntry
from relayer.market.errors import UnderpaidReplayError
from relayer.market.public_data import PublicData
from relayer.market.view import MarketView
from relayer.models.replay_gas import BYTES_PER_FEATURE, AddingUnits, ScoringSamples, replay_gas
from relayer.store import Store

#: How many times what it was reckoned to take at most a replay may take. Small pieces, small steps
#: and many labels make it dearer; to stop it costs what it has taken.
_MOST_TIMES = 2
#: Samples of a piece from which on it says something about the others.
_TELLING_SAMPLES = 8


class ReplayPay:
    """Refuses replays that fees do not pay for.

    Args:
        store: knows what contributions were charged, and what the replay took so far.
        percent: how far the gas of a replay may exceed what the fees pay.
    """

    def __init__(self, store: Store, percent: int) -> None:
        self._store = store
        self._percent = percent

    def check(self, view: MarketView, entry: TrainerEntry, data: PublicData) -> None:
        """Checks that the next step of a replay is paid for.

        Contributions that came past the Forwarder pay nothing and count as if they did: left alone
        for them, a market would share its bounty with whoever filled it.

        Raises:
            UnderpaidReplayError: it is not.
        """
        fee = self._fee(view.address)
        if fee is None:
            raise UnderpaidReplayError("its fee schedule is not known yet; wait for the next block")
        brought = [record for batch in data.batches for record in unpack_records(batch.records)]
        sample_bytes = sum(len(record.sample) for record in brought) // max(1, len(brought))
        self._weigh(entry, fee, scoring_samples(data, view.opened_piece), sample_bytes)
        self._count(view, fee.of(sample_bytes))

    def foresee(self, view: MarketView, entry: TrainerEntry, opened: ScoringSamples) -> None:
        """Checks that a replay would be paid for if all pieces were like the one that is opened.

        Pieces are dealt evenly by whoever means well, but chance has a part in them. So it takes
        twice as much as a replay may take to turn a market down before anything is contributed.

        Raises:
            UnderpaidReplayError: it would not be, by far.
        """
        fee = self._fee(view.address)
        if fee is None or opened.count < _TELLING_SAMPLES:
            return
        hidden = view.piece_count - 1
        scoring = ScoringSamples(opened.count * hidden, opened.features * hidden)
        gas = replay_gas(entry.classifier.kind, self._labels(entry), scoring)
        most_percent = _MOST_TIMES * (100 + self._percent) - 100
        lack = None if gas is None else gas.shortfall(fee, 0, most_percent)
        if lack is not None:
            raise UnderpaidReplayError(
                f"its hidden pieces are taken to be like the opened one, and {lack}; no "
                "contributions to it are taken. Raise market_oversize_percent to take part at a "
                "loss"
            )

    def _weigh(
        self, entry: TrainerEntry, fee: AddingUnits, scoring: ScoringSamples, sample_bytes: int
    ) -> None:
        gas = replay_gas(entry.classifier.kind, self._labels(entry), scoring)
        lack = None if gas is None else gas.shortfall(fee, sample_bytes, self._percent)
        if lack is not None:
            raise UnderpaidReplayError(
                f"{lack}; raise market_oversize_percent to replay it at a loss, or let the "
                "provider replay it with `relayer market attend --drive`"
            )

    def _count(self, view: MarketView, paid: int) -> None:
        spent = self._store.markets.replay_gas(view.address)
        states = view.contributions + 1
        limit = _MOST_TIMES * paid * states * (100 + self._percent) // 100
        if spent < limit:
            return
        raise UnderpaidReplayError(
            f"its replay has taken {spent} gas and is not done, {limit} are the most that its fees "
            "pay for; raise market_oversize_percent to go on at a loss, or let the provider do so "
            "with `relayer market attend --drive`"
        )

    def _fee(self, market: str) -> AddingUnits | None:
        charged = self._store.markets.charged(market)
        if charged is not None:
            return AddingUnits(*charged)
        snapshot = self._store.chain_state.view().trainers.get(market)
        if snapshot is None:
            return None
        return AddingUnits(snapshot.schedule.add_units, snapshot.schedule.add_units_per_byte)

    def _labels(self, entry: TrainerEntry) -> int:
        snapshot = self._store.chain_state.view().trainers.get(entry.address)
        known = None if snapshot is None else snapshot.label_count
        return known or len(entry.labels)


def scoring_samples(data: PublicData, opened_piece: int) -> ScoringSamples:
    """What scores of a test set that is public."""
    return samples_of(
        record
        for number, piece in data.pieces.items()
        if number != opened_piece
        for record in unpack_records(piece.records)
    )


def samples_of(records: Iterable[Record]) -> ScoringSamples:
    """Number and length of records."""
    features = [len(record.sample) // BYTES_PER_FEATURE for record in records]
    return ScoringSamples(len(features), sum(features))


def read_fee(node: Node, forwarder: Contract, sponsor: str, trainer: str) -> AddingUnits:
    """What the sponsor's schedule pays now for a contribution that is added.

    Raises:
        NodeError: the node does not answer.
    """
    schedule = forwarder.read(node, "scheduleOf", sponsor, trainer)
    return AddingUnits(schedule["addUnits"], schedule["addUnitsPerByte"])
