"""The watcher: receipts of all attempts, confirmations, reorganisations, bumps, snapshots."""

from relayer.watch.players import PlayerReader
from relayer.watch.repair import Repair
from relayer.watch.snapshots import SnapshotReader
from relayer.watch.trail import ChainTrail
from relayer.watch.upkeep import Upkeep
from relayer.watch.watcher import Watcher

__all__ = ["ChainTrail", "PlayerReader", "Repair", "SnapshotReader", "Upkeep", "Watcher"]
