"""Reads tank and trainers at one block for the web processes, which never ask a node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relayer.chain.answers import Block
from relayer.chain.node import Node
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


class SnapshotReader:
    """Reads snapshots and writes them down.

    Args:
        store: the database.
        node: is asked.
        system: the contracts.
        relayer: the account whose permission is looked up.
    """

    def __init__(self, store: Store, node: Node, system: System, relayer: str) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._relayer = relayer

    def read(self, head: Block) -> Snapshots:
        """Reads everything as of a block.

        Raises:
            NodeError: the node does not answer, or has dropped the block meanwhile.
        """
        return Snapshots(
            head=HeadSnapshot(
                chain_id=self._system.chain_id,
                number=head.number,
                hash=head.hash,
                timestamp=head.timestamp,
                base_fee_wei=head.base_fee_wei,
            ),
            tank=self._tank(head),
            trainers=tuple(
                self._trainer(contracts, head) for contracts in self._system.trainers.values()
            ),
        )

    def write(self, snapshots: Snapshots, now: float) -> None:
        """Writes snapshots down; call it in the transaction that records the same block."""
        self._store.chain_state.write_head(snapshots.head, now)
        self._store.chain_state.write_tank(snapshots.tank, now)
        for trainer in snapshots.trainers:
            self._store.chain_state.write_trainer(trainer, now)

    def _tank(self, head: Block) -> TankSnapshot:
        forwarder, block = self._system.forwarder, head.number
        tank = forwarder.read(self._node, "tank", self._system.sponsor, block=block)
        allowed = forwarder.read(
            self._node, "isRelayer", self._system.sponsor, self._relayer, block=block
        )
        return TankSnapshot(
            block_number=block,
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

    def _trainer(self, contracts: TrainerContracts, head: Block) -> TrainerSnapshot:
        forwarder, block = self._system.forwarder, head.number
        address, sponsor = contracts.entry.address, self._system.sponsor
        approval = forwarder.read(self._node, "approval", sponsor, address, block=block)
        schedule = forwarder.read(self._node, "scheduleOf", sponsor, address, block=block)
        return TrainerSnapshot(
            address=address,
            block_number=block,
            allowed=approval == _APPROVED,
            stake_wei=contracts.trainer.read(self._node, "stakeWei", block=block),
            schedule=_schedule(schedule),
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
