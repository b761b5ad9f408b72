"""Reads tank and trainers at one block for the web processes, which never ask a node."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relayer.chain.answers import Block
from relayer.chain.contracts import Contract
from relayer.chain.node import Node
from relayer.chain.phases import Phase
from relayer.chain.system import System, TrainerContracts
from relayer.store import Store
from relayer.store.chain_state import FeeSchedule, HeadSnapshot, TankSnapshot, TrainerSnapshot

#: `Approval.Approved` of the Forwarder.
_APPROVED = 1


@dataclass(frozen=True)
class Snapshots:
    """Everything that was read at one block."""

    head: HeadSnapshot
    tank: TankSnapshot
    trainers: tuple[TrainerSnapshot, ...]
    allowed: Mapping[str, bool]  #: by signer: whether the sponsor lets it spend


class SnapshotReader:
    """Reads snapshots and writes them down.

    Args:
        store: the database.
        node: is asked.
        system: the contracts.
        relayers: the accounts whose permission is looked up.
        declined: the markets that no contributions are taken to, as of each reading.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        relayers: Sequence[str],
        declined: Collection[str],
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._relayers = tuple(relayers)
        self._declined = declined

    def read(self, head: Block) -> Snapshots:
        """Reads everything as of a block.

        Raises:
            NodeError: the node does not answer, or has dropped the block meanwhile.
        """
        answers = self._ask(head)
        tank = next(answers)
        allowed = {relayer: bool(next(answers)) for relayer in self._relayers}
        return Snapshots(
            head=HeadSnapshot(
                chain_id=self._system.chain_id,
                number=head.number,
                hash=head.hash,
                timestamp=head.timestamp,
                base_fee_wei=head.base_fee_wei,
            ),
            tank=_tank(tank, any(allowed.values()), head),
            trainers=tuple(
                self._trainer(contracts, answers, head)
                for contracts in self._system.trainers.values()
            ),
            allowed=allowed,
        )

    def write(self, snapshots: Snapshots, now: float) -> None:
        """Writes snapshots down; call it in the transaction that records the same block."""
        self._store.chain_state.write_head(snapshots.head, now)
        self._store.chain_state.write_tank(snapshots.tank, now)
        for trainer in snapshots.trainers:
            self._store.chain_state.write_trainer(trainer, now)

    def _ask(self, head: Block) -> Iterator[Any]:
        """The answers to all questions, asked in one request."""
        forwarder, sponsor = self._system.forwarder, self._system.sponsor
        questions: list[tuple[Contract, str, tuple[str, ...]]] = [
            (forwarder, "tank", (sponsor,)),
            *((forwarder, "isRelayer", (sponsor, relayer)) for relayer in self._relayers),
        ]
        for address, contracts in self._system.trainers.items():
            questions.append((forwarder, "approval", (sponsor, address)))
            questions.append((forwarder, "scheduleOf", (sponsor, address)))
            questions.append((contracts.trainer, "stakeWei", ()))
            questions.append((contracts.classifier, "labelCount", ()))
            if contracts.has_features:
                questions.append((contracts.growing, "featureCount", ()))
            if contracts.is_market:
                questions.append((contracts.trainer, "phase", ()))
        calls = [(c.address, c.interface.encode(name, *given)) for c, name, given in questions]
        answers = self._node.call_many(calls, head.number)
        for (contract, name, _), answer in zip(questions, answers, strict=True):
            yield contract.interface.decode(name, answer)[0]

    def _trainer(
        self, contracts: TrainerContracts, answers: Iterator[Any], head: Block
    ) -> TrainerSnapshot:
        approval, schedule, stake_wei = next(answers), next(answers), next(answers)
        label_count = next(answers)
        feature_count = next(answers) if contracts.has_features else None
        return TrainerSnapshot(
            address=contracts.entry.address,
            block_number=head.number,
            allowed=approval == _APPROVED,
            stake_wei=stake_wei,
            schedule=_schedule(schedule),
            market_phase=Phase(next(answers)).word if contracts.is_market else None,
            label_count=label_count,
            feature_count=feature_count,
            market_declined=contracts.entry.address in self._declined,
        )


def _tank(tank: dict[str, Any], allowed: bool, head: Block) -> TankSnapshot:
    return TankSnapshot(
        block_number=head.number,
        available_wei=tank["availableWei"],
        reserved_wei=tank["reservedWei"],
        daily_limit_wei=tank["dailyLimitWei"],
        spent_today_wei=tank["spentTodayWei"],
        day=tank["day"],
        price_cap_wei=tank["priceCapWei"],
        tip_cap_wei=tank["tipCapWei"],
        paused=tank["paused"],
        relayer_allowed=allowed,
    )


def _schedule(struct: dict[str, Any]) -> FeeSchedule:
    return FeeSchedule(
        add_units=struct["addUnits"],
        add_units_per_byte=struct["addUnitsPerByte"],
        settle_units=struct["settleUnits"],
        settle_units_per_byte=struct["settleUnitsPerByte"],
        add_batch_units=struct["addBatchUnits"],
        settle_batch_units=struct["settleBatchUnits"],
    )
