"""Relays signed withdrawals, each in a transaction of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from relayer.batch.chain_time import ChainTime
from relayer.chain.answers import Block
from relayer.chain.errors import CallRevertedError, FeeCapError, NodeRefusalError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.clock import Clock
from relayer.send import Sender
from relayer.store import Store
from relayer.store.statuses import TransactionKind, WithdrawalStatus
from relayer.store.withdrawals import Withdrawal
from relayer.watch.effects import Effects
from relayer.withdraw.payments import Payments

log = logging.getLogger(__name__)

#: A withdrawal this close to its deadline would revert at the relayer's cost.
EXPIRY_MARGIN_S = 5
GAS_MARGIN_PERCENT = 25
GAS_MARGIN = 20_000

#: What the Forwarder's refusals mean for a withdrawal; any other one leaves it in the queue.
TOO_LOW = "balance-too-low"
LATE = "deadline-passed"
NONCE_USED = "nonce-used"
#: Blocks in which a balance must be too small before the withdrawal ends for that, and how long at
#: least: where blocks are quick, settling again what a reorganisation dropped takes many of them.
BLOCKS_BEFORE_TOO_LOW = 20
TOO_LOW_FOR_S = 120.0
_REASONS = {
    "RequestExpired": LATE,
    "RequestNonceUsed": NONCE_USED,
    "RequestSignatureInvalid": "bad-signature",
    "NotEnough": TOO_LOW,
    "NoReceiver": "no-receiver",
    "TransferFailed": "receiver-refused",
}


@dataclass(frozen=True)
class _Rest:
    """Until when it is in vain to ask about a withdrawal again."""

    seen_hash: str  #: the block at which it could not be sent: nothing changes without another one
    until_number: int = 0  #: it is paid in a block that is final then

    def is_over(self, head: Block) -> bool:
        return head.hash != self.seen_hash and head.number >= self.until_number


class Withdrawer:
    """Sends queued withdrawals.

    Args:
        store: the database.
        node: for the dry run and the estimate.
        system: the contracts.
        sender: takes nonces and sends.
        clock: tells what has expired.
        effects: is told whose state has changed.
        confirmations: blocks on top from which on a block is final.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        sender: Sender,
        clock: Clock,
        effects: Effects,
        confirmations: int,
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._sender = sender
        self._clock = clock
        self._effects = effects
        self._confirmations = confirmations
        self._payments = Payments(node, system)
        self._chain_time = ChainTime(clock)
        self._short_since: dict[str, tuple[float, set[str]]] = {}
        self._rests: dict[str, _Rest] = {}

    def step(self, head: Block) -> int:
        """Sends every queued withdrawal that the chain would take; returns how many.

        One that cannot be sent is asked about again when the chain has changed. What the node
        refuses to tell about one holds up no other.

        Raises:
            NodeUnreachableError: the node does not answer; nothing was decided.
        """
        queued = self._store.withdrawals.with_status(WithdrawalStatus.QUEUED)
        ids = {withdrawal.id for withdrawal in queued}
        self._rests = {key: rest for key, rest in self._rests.items() if key in ids}
        return sum(self._serve_rested(withdrawal, head) for withdrawal in queued)

    def _serve_rested(self, withdrawal: Withdrawal, head: Block) -> bool:
        rest = self._rests.get(withdrawal.id)
        if rest is not None and not rest.is_over(head):
            return False
        self._rests.pop(withdrawal.id, None)
        try:
            return self._serve(withdrawal, head)
        except NodeRefusalError as error:
            log.warning("withdrawal %s waits: %s", withdrawal.id, error)
            self._rests[withdrawal.id] = _Rest(head.hash)
            return False

    def _serve(self, withdrawal: Withdrawal, head: Block) -> bool:
        now = self._chain_time.now(head)
        if withdrawal.deadline_at <= now + EXPIRY_MARGIN_S:
            self._end_unless_paid(withdrawal, WithdrawalStatus.EXPIRED, LATE, head)
            return False
        signer = self._sender.free_lane()
        if signer is None:
            return False
        try:
            fees = self._sender.offer(head.base_fee_wei)
        except FeeCapError:
            return False
        data = self._encode(withdrawal)
        gas_limit = self._dry_run(withdrawal, data, signer, fees, head)
        if gas_limit is None:
            self._rests.setdefault(withdrawal.id, _Rest(head.hash))
            return False
        self._send(withdrawal, data, gas_limit, signer, head)
        return True

    def _encode(self, withdrawal: Withdrawal) -> bytes:
        """The call; accrued rewards are taken in first when the balance alone is too small."""
        forwarder = self._system.forwarder
        balance_wei, unclaimed_wei = self._owned(withdrawal.player)
        collect_from: list[str] = []
        if balance_wei < withdrawal.amount_wei:
            collect_from = [trainer for trainer, amount in unclaimed_wei.items() if amount]
        request = {
            "player": withdrawal.player,
            "to": withdrawal.to_address,
            "amountWei": withdrawal.amount_wei,
            "nonce": withdrawal.nonce,
            "deadline": withdrawal.deadline_at,
            "maxFeeGwei": withdrawal.max_fee_gwei,
        }
        r, vs = withdrawal.signature[:32], withdrawal.signature[32:]
        return forwarder.interface.encode("withdrawFor", request, r, vs, collect_from)

    def _owned(self, player: str) -> tuple[int, dict[str, int]]:
        """A player's balance and what each trainer's mechanism owes, asked in one request."""
        reads = [
            (self._system.forwarder, "player"),
            *((each.mechanism, "account") for each in self._system.paying_dividends.values()),
        ]
        answers = self._node.call_many(
            [(c.address, c.interface.encode(name, player)) for c, name in reads]
        )
        values = [
            c.interface.decode(name, answer)
            for (c, name), answer in zip(reads, answers, strict=True)
        ]
        owed_wei = [unclaimed_wei for _, unclaimed_wei in values[1:]]
        return values[0][0], dict(zip(self._system.paying_dividends, owed_wei, strict=True))

    def _dry_run(
        self, withdrawal: Withdrawal, data: bytes, signer: str, fees: Fees, head: Block
    ) -> int | None:
        """The gas limit, or None when the chain refuses; the estimate is the dry run."""
        forwarder = self._system.forwarder
        try:
            estimate = self._node.estimate_gas(forwarder.address, data, sender=signer, fees=fees)
        except CallRevertedError as error:
            named = forwarder.interface.decode_error(error.data)
            reason = _REASONS.get(named[0]) if named else None
            if reason == LATE:
                self._end_unless_paid(withdrawal, WithdrawalStatus.EXPIRED, LATE, head)
            elif reason == NONCE_USED:
                self._end_unless_paid(withdrawal, WithdrawalStatus.FAILED, NONCE_USED, head)
            elif reason == TOO_LOW and self._may_come_back(withdrawal, head):
                log.info("withdrawal %s waits for its balance", withdrawal.id)
            elif reason is not None:
                self._end(withdrawal, WithdrawalStatus.FAILED, reason)
            else:
                log.warning("withdrawal %s waits: %s", withdrawal.id, error)
            return None
        self._short_since.pop(withdrawal.id, None)
        return estimate * (100 + GAS_MARGIN_PERCENT) // 100 + GAS_MARGIN

    def _may_come_back(self, withdrawal: Withdrawal, head: Block) -> bool:
        """Whether the balance was missing in few blocks only, or not for long.

        A reorganisation takes rewards away for as long as their settlement is in no block.
        """
        now = self._clock.monotonic()
        since, blocks = self._short_since.setdefault(withdrawal.id, (now, set()))
        blocks.add(head.hash)
        return len(blocks) < BLOCKS_BEFORE_TOO_LOW or now < since + TOO_LOW_FOR_S

    def _end_unless_paid(
        self, withdrawal: Withdrawal, status: WithdrawalStatus, reason: str, head: Block
    ) -> None:
        """Ends what can be sent no more, unless somebody else has sent it: then it is done."""
        payment = None
        if self._payments.is_nonce_used(withdrawal, head):
            payment = self._payments.find(withdrawal, head)
        if payment is None:
            self._end(withdrawal, status, reason)
        elif payment.block_number > head.number - self._confirmations:
            log.info("withdrawal %s was paid in a block that is not final", withdrawal.id)
            final_from = payment.block_number + self._confirmations
            self._rests[withdrawal.id] = _Rest(head.hash, final_from)
        else:
            self._short_since.pop(withdrawal.id, None)
            self._store.withdrawals.note_paid(
                withdrawal.id, payment.transaction_hash, payment.block_number, self._clock.now()
            )
            self._effects.touched_players.add(withdrawal.player)

    def _send(
        self, withdrawal: Withdrawal, data: bytes, gas_limit: int, signer: str, head: Block
    ) -> None:
        with self._store.transaction():
            transaction_id = self._sender.take(
                TransactionKind.WITHDRAWAL,
                signer,
                self._system.forwarder.address,
                data,
                gas_limit,
            )
            self._store.withdrawals.set_status(
                withdrawal.id,
                WithdrawalStatus.SENT,
                self._clock.now(),
                transaction_id=transaction_id,
            )
            transaction = self._store.transactions.get(transaction_id)
        if transaction is not None:
            self._sender.send(transaction, head.base_fee_wei)

    def _end(self, withdrawal: Withdrawal, status: WithdrawalStatus, reason: str) -> None:
        self._short_since.pop(withdrawal.id, None)
        self._store.withdrawals.set_status(withdrawal.id, status, self._clock.now(), reason=reason)
