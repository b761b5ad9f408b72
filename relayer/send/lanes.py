"""Chooses the signer of the next transaction.

Each signer is a lane: its transactions are mined in the order of their nonces, so one that is stuck
holds up those behind it and nothing else. What is under way is read from the store each time; the
rest was noted by those who looked at the chain last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relayer.store import Store
from relayer.store.statuses import TransactionKind

#: Transactions of one signer that may wait for a block at the same time; geth keeps 64.
MAX_PENDING = 16
#: What the Forwarder takes only from accounts that the sponsor allows.
_NEEDS_PERMISSION = frozenset({TransactionKind.ADD})


class Lanes:
    """The lanes of nonces of the signers that work.

    Args:
        store: tells what is under way.
        signers: the accounts, in the order of the settings.
    """

    def __init__(self, store: Store, signers: Sequence[str]) -> None:
        self._store = store
        self._signers = tuple(signers)
        self._allowed: dict[str, bool] = {}
        self._stuck: set[str] = set()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The accounts, in the order of the settings."""
        return self._signers

    def note_allowed(self, allowed: Mapping[str, bool]) -> None:
        """Remembers which signers the sponsor lets spend from its tank."""
        self._allowed.update(allowed)

    def note_stuck(self, signer: str, *, stuck: bool) -> None:
        """Remembers whether the first transaction of a lane waits longer than it should."""
        if stuck:
            self._stuck.add(signer)
        else:
            self._stuck.discard(signer)

    def choose(self, kind: TransactionKind | None = None) -> str | None:
        """The signer that a transaction of this kind had best be sent by; None: all lanes are full.

        Lanes that move come before lanes that are stuck, and among them the emptiest one. What
        was never noted counts as good: the node and the contracts check it all again.
        """
        open_lanes = [
            (signer in self._stuck, pending, place, signer)
            for place, signer in enumerate(self._signers)
            if self._may_send(signer, kind)
            and (pending := self._store.lanes.pending_count(signer)) < MAX_PENDING
        ]
        return min(open_lanes)[-1] if open_lanes else None

    def _may_send(self, signer: str, kind: TransactionKind | None) -> bool:
        return kind not in _NEEDS_PERMISSION or self._allowed.get(signer, True)
