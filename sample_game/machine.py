"""The machine that all players train: its snapshot for pages, and a twin that guesses here."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from relayer.clock import Clock
from relayer.models.naive_bayes import NaiveBayes
from relayer.models.snapshot import model_from_snapshot
from sample_game.remembered import Remembered

#: How long a snapshot is not asked for again, in seconds.
_SNAPSHOT_LASTS_S: Final = 2.0
#: How long the machine that this process wakes from a snapshot is used, in seconds.
_TWIN_LASTS_S: Final = 60.0


@dataclass(frozen=True)
class ModelSnapshot:
    """A model as JSON; `etag` changes exactly when the body does."""

    body: bytes
    etag: str


class Machine:
    """Hands out snapshots of one model.

    Args:
        fetch: asks the house for a snapshot; what it raises passes through.
        clock: tells when to ask again.
    """

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Clock) -> None:
        self._fetch = fetch
        self._snapshot = Remembered(self._take, _SNAPSHOT_LASTS_S, clock)
        self._handed_out: ModelSnapshot | None = None
        self._twin = Remembered(self._wake_twin, _TWIN_LASTS_S, clock)

    def snapshot(self) -> ModelSnapshot:
        """Return the model as it is now."""
        return self._snapshot.get()

    def twin(self) -> NaiveBayes | None:
        """Return the machine as it was last handed out, ready to guess. Asks nobody.

        None: it was not handed out yet, or is of another kind.
        """
        return self._twin.get() if self._handed_out else None

    def _take(self) -> ModelSnapshot:
        body = json.dumps(self._fetch(), separators=(",", ":")).encode()
        self._handed_out = ModelSnapshot(body, hashlib.sha256(body).hexdigest()[:32])
        return self._handed_out

    def _wake_twin(self) -> NaiveBayes | None:
        model = self._handed_out and model_from_snapshot(json.loads(self._handed_out.body))
        return model if isinstance(model, NaiveBayes) else None
