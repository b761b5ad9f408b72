"""Settles batches in the reward stage.

A free `eth_call` of `settle` tells which records would be refunded or forfeited now. They are
gathered until enough of a batch come together, because each transaction has a fixed cost; what the
model disagrees with stays open and is asked again until it agrees or its forfeit is due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from relayer.chain.answers import Block
from relayer.chain.errors import CallRevertedError, FeeCapError, NodeRefusalError
from relayer.chain.node import Node
from relayer.chain.node_errors import is_inability
from relayer.chain.system import System
from relayer.chain.wire import bits_of, map_of
from relayer.clock import Clock
from relayer.send import Sender
from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.statuses import TransactionKind
from relayer.watch.added import from_json

log = logging.getLogger(__name__)

#: Due batches looked at in one step, so that a long list never holds up sending.
BATCHES_PER_STEP = 20
#: Bounds of the pause between two looks at a batch that is not worth settling yet.
SHORTEST_RECHECK_S = 1
LONGEST_RECHECK_S = 60
#: Looks at a batch within the longest delay that the operator allows.
RECHECKS_PER_DELAY = 8
#: Pause after a settlement that reverted; it doubles with each one in a row.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0
GAS_MARGIN_PERCENT = 25
GAS_MARGIN = 50_000
TRANSACTION_GAS_CAP = 1 << 24


@dataclass(frozen=True)
class SettlePolicy:
    """The operator's wishes.

    Attributes:
        min_items: records that make a transaction worth its fixed cost.
        max_delay_s: longest that fewer records wait from when they could be settled.
        max_gas: most gas that one transaction may use.
    """

    min_items: int
    max_delay_s: float
    max_gas: int

    def is_worth_it(self, settleable: int, still_open: int, waited_s: float) -> bool:
        """Whether to settle now: enough records, all that are left, or waited long enough."""
        if settleable == 0:
            return False
        return (
            settleable >= self.min_items or settleable == still_open or waited_s >= self.max_delay_s
        )

    def recheck_s(self) -> int:
        """Pause until a batch that is not worth it yet is looked at again."""
        pause_s = int(self.max_delay_s / RECHECKS_PER_DELAY)
        return max(SHORTEST_RECHECK_S, min(LONGEST_RECHECK_S, pause_s))


class Settler:
    """Sends settlements for batches that are due.

    Args:
        store: the database.
        node: for free calls and estimates.
        system: the contracts.
        sender: takes nonces and sends.
        policy: the operator's wishes.
        clock: tells how long records have waited.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        sender: Sender,
        policy: SettlePolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._sender = sender
        self._policy = policy
        self._clock = clock
        self._settleable_since: dict[int, int] = {}

    def step(self, head: Block) -> int:
        """Settles what is due and worth it; returns the number of transactions.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        try:
            self._sender.offer(head.base_fee_wei)
        except FeeCapError:
            return 0
        if self._recovers_from_reverts():
            return 0
        due = self._store.settlements.due(head.timestamp, BATCHES_PER_STEP)
        return sum(self._serve_apart(batch, head) for batch in due)

    def settle_now(self, batch: Batch, head: Block, own: Callable[[int], None]) -> int | None:
        """Settles what can be settled of a batch, however little it is.

        Args:
            batch: a confirmed one with no settlement under way.
            head: the newest block.
            own: is given the transaction's id in the database transaction that takes its nonce.

        Returns:
            How many records that asks to settle; 0: none can be now; None: no signer is free.

        Raises:
            FeeCapError: the base fee is above what is paid.
            NodeError: the node does not answer; nothing was decided.
        """
        self._sender.offer(head.base_fee_wei)
        signer = self._sender.free_lane()
        if signer is None:
            return None
        settleable = self._ask(batch, int(batch.open_map or "0x0", 16), signer, head)
        if not settleable:
            return 0
        return self._settle(batch, settleable, signer, head, own)

    def _recovers_from_reverts(self) -> bool:
        """A breaker: after settlements that reverted in a block the pause doubles each time."""
        reverts, last_at = self._store.lanes.latest_reverts(TransactionKind.SETTLE)
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**reverts)
        return reverts > 0 and last_at <= self._clock.now() < last_at + pause_s

    def _serve_apart(self, batch: Batch, head: Block) -> bool:
        """Serves one batch; what the node refuses to try of it holds up no other."""
        try:
            return self._serve(batch, head)
        except NodeRefusalError as error:
            if is_inability(error):
                raise
            log.warning(
                "batch %d is settled later: %s", batch.id, error, extra={"action": "settle"}
            )
            self._store.settlements.postpone(batch.id, head.timestamp + LONGEST_RECHECK_S)
            return False

    def _serve(self, batch: Batch, head: Block) -> bool:
        signer = self._sender.free_lane()
        if signer is None:
            return False
        open_map = int(batch.open_map or "0x0", 16)
        settleable = self._ask(batch, open_map, signer, head)
        if settleable is None:
            return False
        waited_s = self._waited_s(batch, settleable, head)
        counts = settleable.bit_count(), open_map.bit_count()
        if not self._policy.is_worth_it(*counts, waited_s):
            self._store.settlements.postpone(batch.id, self._next_look_at(batch, head))
            return False
        self._settle(batch, settleable, signer, head)
        return True

    def _ask(self, batch: Batch, mask: int, signer: str, head: Block) -> int | None:
        """The records that would be settled now; None when the contracts refuse to say."""
        data = self._encode(batch, mask)
        try:
            answer = self._node.call(self._system.forwarder.address, data, sender=signer)
        except CallRevertedError as error:
            # Somebody else may have closed the batch in a block that is not final yet.
            named = self._system.forwarder.interface.decode_error(error.data)
            log.info("batch %d cannot be settled now: %s", batch.id, named or error.reason)
            self._store.settlements.postpone(batch.id, head.timestamp + self._policy.recheck_s())
            return None
        refunded, forfeited = self._system.forwarder.interface.decode("settle", answer)
        settleable: int = refunded | forfeited
        return settleable

    def _waited_s(self, batch: Batch, settleable: int, head: Block) -> int:
        if not settleable:
            self._settleable_since.pop(batch.id, None)
            return 0
        return head.timestamp - self._settleable_since.setdefault(batch.id, head.timestamp)

    def _next_look_at(self, batch: Batch, head: Block) -> int:
        """In a while, but not after the moment from which everything left is forfeited."""
        mechanism = self._system.trainers[batch.trainer].entry.mechanism
        decided_at = mechanism.decided_at(batch.added_at or 0)
        next_look_at = head.timestamp + self._policy.recheck_s()
        if decided_at is not None and head.timestamp < decided_at:
            return min(next_look_at, decided_at)
        return next_look_at

    def _settle(
        self,
        batch: Batch,
        mask: int,
        signer: str,
        head: Block,
        own: Callable[[int], None] = lambda transaction_id: None,
    ) -> int:
        """Sends a settlement; returns how many records it asks to settle."""
        mask, gas_limit = self._fit(batch, mask, signer, head)
        data = self._encode(batch, mask)
        forwarder = self._system.forwarder.address
        with self._store.transaction():
            transaction_id = self._sender.take(
                TransactionKind.SETTLE, signer, forwarder, data, gas_limit
            )
            own(transaction_id)
            self._store.settlements.insert(batch.id, transaction_id, mask)
            self._store.settlements.postpone(batch.id, head.timestamp + self._policy.recheck_s())
            transaction = self._store.transactions.get(transaction_id)
        self._settleable_since.pop(batch.id, None)
        if transaction is not None:
            self._sender.send(transaction, head.base_fee_wei)
        log.info(
            "settling %d records of batch %d",
            mask.bit_count(),
            batch.id,
            extra={"action": "settle", "transaction_id": transaction_id},
        )
        return mask.bit_count()

    def _fit(self, batch: Batch, mask: int, signer: str, head: Block) -> tuple[int, int]:
        """Cuts the mask to what one transaction may use; returns it with its gas limit."""
        ceiling = min(self._policy.max_gas, head.gas_limit, TRANSACTION_GAS_CAP)
        while True:
            data = self._encode(batch, mask)
            estimate = self._node.estimate_gas(self._system.forwarder.address, data, sender=signer)
            gas_limit = estimate * (100 + GAS_MARGIN_PERCENT) // 100 + GAS_MARGIN
            records = bits_of(mask)
            if gas_limit <= ceiling or len(records) == 1:
                return mask, min(gas_limit, ceiling)
            mask = map_of(records[: len(records) // 2])

    def _encode(self, batch: Batch, mask: int) -> bytes:
        return self._system.forwarder.interface.encode(
            "settle",
            batch.trainer,
            from_json(batch.terms or ""),
            from_json(batch.header or ""),
            batch.records or b"",
            mask,
        )
