"""What this process has handed to the node, when, and how often that was in vain.

It is kept in memory only: after a start nothing counts as handed over, so everything pending is
broadcast once more.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from relayer.chain.answers import Block
from relayer.chain.node_errors import SendOutcome
from relayer.clock import Clock
from relayer.store.transactions import Attempt

#: Pause between two hand-overs of what no node has accepted.
RETRY_S = 2.0
LONGEST_RETRY_S = 60.0


@dataclass
class _Handover:
    at: float  #: on the clock that never jumps
    head_number: int
    in_vain: int = 0
    dropped: bool = False


class Handovers:
    """Notes about the pending transactions, by their ids.

    Args:
        clock: tells when.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started_at = clock.now()
        self._notes: dict[int, _Handover] = {}

    def is_known(self, transaction_id: int, newest: Attempt, head: Block) -> bool:
        """Whether this process has broadcast the newest attempt, here or when it was made."""
        if transaction_id not in self._notes:
            if newest.broadcast_at is None or newest.broadcast_at < self._started_at:
                return False
            age_s = max(0.0, self._clock.now() - newest.broadcast_at)
            self._notes[transaction_id] = _Handover(self._clock.monotonic() - age_s, head.number)
        return True

    def note(self, transaction_id: int, head: Block, outcome: SendOutcome | None) -> None:
        """Remembers a hand-over and what came of it; None: the price was in the way."""
        before = self._notes.get(transaction_id)
        well = outcome is None or outcome.is_in_pool
        in_vain = 0 if well or before is None else before.in_vain + 1
        dropped = before is not None and before.dropped
        self._notes[transaction_id] = _Handover(
            self._clock.monotonic(), head.number, in_vain, dropped
        )

    def waited(self, transaction_id: int, duration_s: float) -> bool:
        """Whether the last hand-over is that long ago."""
        return self._clock.monotonic() - self._notes[transaction_id].at >= duration_s

    def may_retry(self, transaction_id: int, *, patiently: bool) -> bool:
        """Whether what was in vain may be tried again; patiently: the pause doubles each time."""
        doublings = min(self._notes[transaction_id].in_vain, 9) if patiently else 0
        return self.waited(transaction_id, min(LONGEST_RETRY_S, RETRY_S * 2.0**doublings))

    def may_begin(self, transaction_id: int) -> bool:
        """Whether what has no signature yet may be signed: at once, then less often each time."""
        return transaction_id not in self._notes or self.may_retry(transaction_id, patiently=True)

    def has_seen_block_since(self, transaction_id: int, head: Block) -> bool:
        """Whether the chain has grown since the last hand-over."""
        return head.number > self._notes[transaction_id].head_number

    def is_dropped_first(self, transaction_id: int, held: bool) -> bool:
        """Whether the node has dropped it, and has not done so before since it last held it."""
        note = self._notes[transaction_id]
        first, note.dropped = not held and not note.dropped, not held
        return first

    def keep_only(self, transaction_ids: AbstractSet[int]) -> None:
        """Forgets what is pending no more."""
        for transaction_id in self._notes.keys() - transaction_ids:
            self._notes.pop(transaction_id)
