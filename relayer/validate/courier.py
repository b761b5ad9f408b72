"""Turns queued validations into calls: culprits out, one batch at a time, write-ahead as ever.

A validation settles what it confirms, so its call is a settlement and follows the same wishes of
the operator: it goes when enough of them came together, or when the oldest has waited long enough.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from relayer.batch.chain_time import ChainTime
from relayer.batch.dry_run import Outcome
from relayer.batch.isolation import pick
from relayer.chain.answers import Block
from relayer.chain.errors import CallRevertedError, FeeCapError, NodeRefusalError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.node_errors import is_inability
from relayer.chain.system import System
from relayer.chain.wire import MAX_ITEMS, map_of
from relayer.clock import Clock
from relayer.send import Sender
from relayer.settle.settler import GAS_MARGIN, GAS_MARGIN_PERCENT, SettlePolicy
from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.statuses import BatchStatus, TransactionKind, ValidationStatus
from relayer.store.transactions import Transaction
from relayer.store.validations import Validation
from relayer.validate.rehearsal import (
    BatchClosedError,
    Verdict,
    encode_validate,
    rehearse,
)

log = logging.getLogger(__name__)

#: Validations this close to their deadline would be skipped on chain at the relayer's cost.
EXPIRY_MARGIN_S = 5
#: From this long before its deadline on a validation waits for no company.
RUSH_S = 60
#: Pause of a batch after the contracts refused its call, doubled after each reverted one.
HOLD_S = 5.0
LONGEST_HOLD_S = 300.0
TRANSACTION_GAS_CAP = 1 << 24


class _ItemsLostError(Exception):
    """Some items were cancelled between the rehearsal and the claim."""


class ValidationCourier:
    """Sends queued validations, one call for each batch of contributions.

    Args:
        store: the database.
        node: for rehearsals and estimates.
        system: the contracts.
        sender: takes nonces and sends.
        policy: the operator's wishes about settling.
        clock: tells how long validations have waited.
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
        self._hold_until: dict[int, float] = {}
        self._chain_time = ChainTime(clock)

    def step(self, head: Block) -> int:
        """Sends every call that is due; returns how many.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        self._expire(head)
        waiting = self._store.validations.batches_with_queue()
        self._hold_until = {key: at for key, at in self._hold_until.items() if key in waiting}
        batches = self._still_open(waiting)
        if not batches or self._recovers_from_reverts():
            return 0
        return sum(self._serve_apart(batch, head) for batch in batches)

    def _still_open(self, batch_ids: Sequence[int]) -> list[Batch]:
        """The batches that can still be confirmed; what waits for others has come to nothing."""
        batches = [self._store.batches.get(batch_id) for batch_id in batch_ids]
        known = [batch for batch in batches if batch is not None]
        for batch in known:
            if batch.status is BatchStatus.CLOSED:
                self._fail_all(batch)
        return [batch for batch in known if batch.status is not BatchStatus.CLOSED]

    def _expire(self, head: Block) -> None:
        now = self._chain_time.now(head)
        self._store.validations.expire_queued(now + EXPIRY_MARGIN_S)

    def _recovers_from_reverts(self) -> bool:
        """A breaker: after calls that reverted in a block the pause doubles each time."""
        reverts, last_at = self._store.lanes.latest_reverts(TransactionKind.VALIDATE)
        pause_s = min(LONGEST_HOLD_S, HOLD_S * 2**reverts)
        return reverts > 0 and last_at <= self._clock.now() < last_at + pause_s

    def _serve_apart(self, batch: Batch, head: Block) -> bool:
        """Serves one batch; what the node refuses to try of it holds up no other."""
        try:
            return self._serve(batch, head)
        except NodeRefusalError as error:
            if is_inability(error):
                raise
            log.warning("validations of batch %d wait: %s", batch.id, error)
            self._hold_until[batch.id] = self._clock.monotonic() + HOLD_S
            return False

    def _serve(self, batch: Batch, head: Block) -> bool:
        now = self._clock.now()
        if self._clock.monotonic() < self._hold_until.get(batch.id, float("-inf")):
            return False
        if self._store.validation_calls.is_settling(batch.id):
            return False
        queue = self._store.validations.oldest_queued(batch.id, MAX_ITEMS)
        queue = pick(queue, self._store.suspects.of([item.id for item in queue]), now)
        if not queue or not self._is_due(batch, queue, now):
            return False
        signer = self._sender.free_lane()
        if signer is None:
            return False
        try:
            fees = self._sender.offer(head.base_fee_wei)
        except FeeCapError:
            return False
        items = self._rehearse(batch, queue, signer, fees)
        return bool(items) and self._dispatch(batch, items, signer, fees, head)

    def _is_due(self, batch: Batch, queue: Sequence[Validation], now: float) -> bool:
        still_open = int(batch.open_map or "0x0", 16).bit_count()
        waited_s = now - min(item.accepted_at for item in queue)
        # an item of the future: the clock was set back, and nobody knows how long it has waited
        hurries = min(item.deadline_at for item in queue) - now <= RUSH_S or waited_s < 0
        return hurries or self._policy.is_worth_it(len(queue), still_open, waited_s)

    def _rehearse(
        self, batch: Batch, queue: Sequence[Validation], signer: str, fees: Fees
    ) -> list[Validation]:
        """The validations that the chain would take now; culprits leave the queue, each alone."""
        try:
            verdicts = rehearse(self._node, self._system, batch, queue, signer=signer, fees=fees)
        except BatchClosedError:
            self._fail_all(batch)
            return []
        except CallRevertedError as error:
            self._handle_refusal(batch, queue, error)
            return []
        self._drop_culprits(verdicts)
        return [each.validation for each in verdicts if each.outcome is Outcome.ACCEPTED]

    def _handle_refusal(
        self, batch: Batch, queue: Sequence[Validation], error: CallRevertedError
    ) -> None:
        """A named refusal is no item's fault: wait. A nameless one: search the culprit."""
        log.warning("validations of batch %d wait: %s", batch.id, error)
        if self._system.forwarder.interface.decode_error(error.data) is not None:
            self._hold_until[batch.id] = self._clock.monotonic() + HOLD_S
        elif len(queue) > 1:
            self._store.suspects.note_failure([item.id for item in queue])
        else:
            self._store.validations.end_queued(
                queue[0].id,
                ValidationStatus.FAILED,
                "reverted",
                "The contract reverts on it.",
                self._clock.now(),
            )

    def _drop_culprits(self, verdicts: Sequence[Verdict]) -> None:
        now = self._clock.now()
        with self._store.transaction():
            for verdict in verdicts:
                outcome = verdict.outcome
                if outcome is not Outcome.ACCEPTED:
                    self._store.validations.end_queued(
                        verdict.validation.id,
                        ValidationStatus(outcome.status),
                        outcome.reason,
                        outcome.detail,
                        now,
                    )

    def _fail_all(self, batch: Batch) -> None:
        """Ends all that waits for a batch without open contributions."""
        now, reason = self._clock.now(), Outcome.NOT_OPEN
        with self._store.transaction():
            for item in self._store.validations.all_queued(batch.id):
                self._store.validations.end_queued(
                    item.id, ValidationStatus.FAILED, reason.reason, reason.detail, now
                )

    def _dispatch(
        self, batch: Batch, items: Sequence[Validation], signer: str, fees: Fees, head: Block
    ) -> bool:
        """Takes nonce, settlement and items in one database transaction, then sends."""
        items, data, gas_limit = self._fit(batch, items, signer, fees, head)
        try:
            with self._store.transaction():
                transaction = self._take(batch, items, data, gas_limit, signer)
        except _ItemsLostError:
            return False
        self._sender.send(transaction, head.base_fee_wei)
        log.info(
            "%d validations of batch %d sent, nonce %d",
            len(items),
            batch.id,
            transaction.nonce,
            extra={"action": "validate", "transaction_id": transaction.id},
        )
        return True

    def _fit(
        self, batch: Batch, items: Sequence[Validation], signer: str, fees: Fees, head: Block
    ) -> tuple[Sequence[Validation], bytes, int]:
        """Cuts the items to what one transaction may use; returns them with data and gas limit."""
        ceiling = min(self._policy.max_gas, head.gas_limit, TRANSACTION_GAS_CAP)
        while True:
            data = encode_validate(self._system, batch, items)
            estimate = self._node.estimate_gas(
                self._system.forwarder.address, data, sender=signer, fees=fees
            )
            gas_limit = estimate * (100 + GAS_MARGIN_PERCENT) // 100 + GAS_MARGIN
            if gas_limit <= ceiling or len(items) == 1:
                return items, data, min(gas_limit, ceiling)
            items = items[: len(items) // 2]

    def _take(
        self, batch: Batch, items: Sequence[Validation], data: bytes, gas_limit: int, signer: str
    ) -> Transaction:
        forwarder = self._system.forwarder.address
        transaction_id = self._sender.take(
            TransactionKind.VALIDATE, signer, forwarder, data, gas_limit
        )
        mask = map_of(item.record_index for item in items)
        settlement_id = self._store.settlements.insert(batch.id, transaction_id, mask)
        ids = [item.id for item in items]
        claimed = self._store.validation_calls.claim(settlement_id, ids, self._clock.now())
        if claimed != len(ids):
            raise _ItemsLostError
        transaction = self._store.transactions.get(transaction_id)
        if transaction is None:
            raise LookupError(f"the transaction {transaction_id} was stored and is not there")
        return transaction
