"""The watcher: receipts of all attempts, confirmations, reorganisations, bumps, snapshots."""

from relayer.watch.players import PlayerReader
from relayer.watch.snapshots import SnapshotReader
from relayer.watch.upkeep import Upkeep
from relayer.watch.watcher import Watcher

__all__ = ["PlayerReader", "SnapshotReader", "Upkeep", "Watcher"]
