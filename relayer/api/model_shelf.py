"""Model snapshots for local inference, kept up to date from data events."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

from pydantic_core import to_json

from relayer.chain.errors import NodeError
from relayer.chain.pool import open_node
from relayer.deployment import Deployment, TrainerEntry
from relayer.models.errors import SnapshotError
from relayer.models.follower import ModelFollower
from relayer.refusals import ChainUnavailable, NoSnapshot
from relayer.settings import Settings
from relayer.store.chain_state import HeadSnapshot


@dataclass(frozen=True, slots=True)
class ShelvedModel:
    """A published model."""

    body: bytes  #: JSON
    etag: str  #: changes exactly when the model may have changed
    block_number: int


class ModelShelf:
    """Holds one twin for each trainer and moves it forward when somebody asks.

    Only this part of the web side speaks to the node. When the node is silent, what is on the
    shelf is served: an old model is better than none, and it tells its block.
    """

    def __init__(self, settings: Settings, deployment: Deployment) -> None:
        self._confirmations = settings.confirmations
        self._first_block = deployment.block_number
        node = open_node(settings, chain_id=deployment.chain_id)
        self._followers = {
            entry.address: ModelFollower(node, entry, deployment.block_number)
            for entry in deployment.trainers
            if not entry.is_behind_oracle
        }
        self._shelf: dict[str, ShelvedModel] = {}
        self._lock = threading.Lock()

    def get(self, entry: TrainerEntry, head: HeadSnapshot | None) -> ShelvedModel:
        """Return the model as of the last confirmed block.

        Args:
            entry: one of the deployment's trainers.
            head: the newest block that the worker saw.

        Raises:
            NoSnapshot: the model is behind an oracle.
            ChainUnavailable: the model could not be read yet.
        """
        if entry.is_behind_oracle:
            raise NoSnapshot(
                f"The model of the trainer {entry.address} is behind the oracle "
                f"{entry.classifier.address}: there is nothing to compute with. Ask that contract "
                "for its answer to a sample."
            )
        shelved = self._shelf.get(entry.address)
        # While one request reads the chain, the others take what is there instead of waiting.
        if self._lock.acquire(blocking=shelved is None):
            try:
                shelved = self._up_to_date(entry.address, head)
            finally:
                self._lock.release()
        if shelved is None:
            raise ChainUnavailable(
                "The model has not been read from the chain yet. Ask again in a few seconds."
            )
        return shelved

    def _up_to_date(self, address: str, head: HeadSnapshot | None) -> ShelvedModel | None:
        shelved = self._shelf.get(address)
        if head is None:
            return shelved
        target = max(self._first_block, head.number - self._confirmations)
        if shelved is not None and shelved.block_number >= target:
            return shelved
        return self._refresh(address, shelved, target)

    def _refresh(
        self, address: str, shelved: ShelvedModel | None, target: int
    ) -> ShelvedModel | None:
        follower = self._followers[address]
        try:
            changed = follower.advance(target)
            if changed or shelved is None:
                body = to_json(follower.snapshot())
                etag = hashlib.sha256(body).hexdigest()[:32]
                shelved = ShelvedModel(body, etag, follower.block_number)
            else:
                shelved = ShelvedModel(shelved.body, shelved.etag, follower.block_number)
        except (NodeError, SnapshotError):
            return shelved
        self._shelf[address] = shelved
        return shelved
