"""Takes nonces, signs, stores, broadcasts, in the order that survives a kill at every line.

1. `take`: one database transaction of the caller takes the nonce and stores the transaction with
   everything that rides on it.
2. `send` signs and stores the attempt: raw bytes, hash, fees.
3. Only then the bytes are handed to the node.
4. What the node said is noted; no state but "handed over" follows from it.

A fee bump is steps 2 to 4 again under the same nonce. Whatever step a kill falls into, the next
start finds either a transaction without attempts, which is signed then, or stored bytes, which are
broadcast again: the chain takes each nonce once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from relayer.chain.errors import FeeCapError, NodeError
from relayer.chain.fees import FeePolicy, Fees
from relayer.chain.node import Node
from relayer.chain.node_errors import SendOutcome, classify_send_error
from relayer.clock import Clock
from relayer.keys import (
    SignedTransaction,
    SignerKeyError,
    TransactionFields,
    TransactionSigner,
)
from relayer.send.lanes import Lanes
from relayer.store import Store
from relayer.store.statuses import TransactionKind
from relayer.store.transactions import Attempt, NewTransaction, Transaction

log = logging.getLogger(__name__)

#: Gas of a transaction without data.
TRANSFER_GAS = 21_000
#: After these answers the chain may hold the transaction sooner or later.
_HANDED_OVER = (
    SendOutcome.ACCEPTED,
    SendOutcome.ALREADY_KNOWN,
    SendOutcome.NONCE_TOO_LOW,
    SendOutcome.UNKNOWN,
)


class Sender:
    """Sends the transactions of one or more signers, each in its own lane of nonces.

    Args:
        store: the database; every step is durable before the next one begins.
        node: where signed bytes go.
        signers: the accounts that may sign.
        chain_id: the chain that the signatures are good for.
        policy: the operator's fees.
        clock: tells when.
        treasury: refills the signers and sends nothing else.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        signers: Sequence[TransactionSigner],
        chain_id: int,
        policy: FeePolicy,
        clock: Clock,
        treasury: TransactionSigner | None = None,
    ) -> None:
        self._store = store
        self._node = node
        self._signers = {signer.address: signer for signer in signers}
        #: The lanes of those that work; whoever looks at the chain notes here how they fare.
        self.lanes = Lanes(store, list(self._signers))
        self.treasury = None if treasury is None else treasury.address
        if treasury is not None:
            self._signers.setdefault(treasury.address, treasury)
        self._chain_id = chain_id
        self._policy = policy
        self._paid_policy = policy
        self._clock = clock
        #: Who does not sign at the moment and why, in plain words, by account.
        self.blocked: dict[str, str] = {}
        #: What others tip per gas; None: nothing is known. Whoever looks at the chain writes it.
        self.usual_tip_wei: int | None = None

    @property
    def addresses(self) -> list[str]:
        """The accounts that sign, the treasury among them."""
        return list(self._signers)

    def can_sign(self, address: str) -> bool:
        """Whether the account's key is at hand; the settings may name it no more."""
        return address in self._signers

    def register(self) -> None:
        """Makes each signer known to the store, with its nonce on the chain if it is new.

        Raises:
            NodeError: the node does not answer.
        """
        for address in self._signers:
            self._store.signers.ensure(address, self._node.agreed_transaction_count(address))

    def limit_to(self, price_cap_wei: int, tip_cap_wei: int) -> None:
        """Keeps first offers within what the sponsor pays back; bumps keep to the own cap."""
        self._paid_policy = FeePolicy(
            min(self._policy.cap_wei, price_cap_wei),
            min(self._policy.tip_wei, tip_cap_wei),
            self._policy.bump_percent,
        )

    def offer(self, base_fee_wei: int) -> Fees:
        """The fees of a first attempt.

        Raises:
            FeeCapError: the base fee is above what the operator or the sponsor pays.
        """
        return self._paid_policy.first(base_fee_wei, self.usual_tip_wei)

    def highest_price_wei(self, base_fee_wei: int) -> int:
        """The most that a first attempt would offer per gas now, whatever the caps say of it."""
        try:
            return self.offer(base_fee_wei).max_fee_per_gas_wei
        except FeeCapError:
            return self._paid_policy.cap_wei

    def free_lane(self, kind: TransactionKind | None = None) -> str | None:
        """The signer that had best send a transaction of this kind; None: all lanes are full."""
        return self.lanes.choose(kind)

    def take(
        self,
        kind: TransactionKind,
        signer: str,
        to: str,
        data: bytes,
        gas_limit: int,
        value_wei: int = 0,
    ) -> int:
        """Takes a nonce and stores the transaction; call it inside the caller's transaction."""
        return self._store.transactions.insert(
            NewTransaction(
                kind=kind,
                signer=signer,
                nonce=self._store.signers.take_nonce(signer),
                to_address=to,
                data=data,
                gas_limit=gas_limit,
                created_at=self._clock.now(),
                value_wei=value_wei,
            )
        )

    def fill(self, signer: str, nonce: int) -> int:
        """Stores a self-send that closes a gap: a nonce that belongs to no transaction."""
        return self._store.transactions.insert(
            NewTransaction(
                kind=TransactionKind.FILL,
                signer=signer,
                nonce=nonce,
                to_address=signer,
                data=b"",
                gas_limit=TRANSFER_GAS,
                created_at=self._clock.now(),
            )
        )

    def send(self, transaction: Transaction, base_fee_wei: int) -> SendOutcome:
        """Signs, stores and broadcasts the first attempt.

        Raises:
            FeeCapError: the base fee is above the operator's cap; the nonce keeps its owner.
        """
        policy = self._policy
        if base_fee_wei <= self._paid_policy.cap_wei:
            policy = self._paid_policy
        return self._attempt(transaction, policy.first(base_fee_wei, self.usual_tip_wei))

    def bump(
        self, transaction: Transaction, attempts: Sequence[Attempt], base_fee_wei: int
    ) -> SendOutcome:
        """Replaces the newest attempt by a dearer one under the same nonce.

        Once its cancellation is stored, the replacement is an empty self-send.

        Raises:
            FeeCapError: a valid replacement would exceed the operator's cap.
        """
        return self._attempt(transaction, self._raised(attempts, base_fee_wei))

    def is_held(self, attempt: Attempt) -> bool:
        """Whether the node still has an attempt; also true when it does not answer."""
        try:
            return self._node.request("eth_getTransactionByHash", [attempt.hash]) is not None
        except NodeError:
            return True

    def rebroadcast(self, attempts: Sequence[Attempt]) -> SendOutcome:
        """Hands stored bytes to the node again, newest first, until it holds one of them."""
        outcome = SendOutcome.UNKNOWN
        for attempt in reversed(attempts):
            outcome = self._broadcast(attempt.id, attempt.transaction_id, attempt.raw)
            if outcome in _HANDED_OVER:
                break
        return outcome

    def _raised(self, attempts: Sequence[Attempt], base_fee_wei: int) -> Fees:
        newest, tip_wei = attempts[-1], self.usual_tip_wei
        previous = Fees(newest.max_fee_per_gas_wei, newest.max_priority_fee_per_gas_wei)
        try:
            return self._policy.bump(
                previous, base_fee_wei, attempts=len(attempts), usual_tip_wei=tip_wei
            )
        except FeeCapError:
            if newest.result != SendOutcome.REJECTED.value:
                raise
            # No node holds it, so there is nothing that must be outbid.
            return self._policy.first(base_fee_wei, tip_wei)

    def _attempt(self, transaction: Transaction, fees: Fees) -> SendOutcome:
        empty = self._store.cancellations.of(transaction.id) is not None
        fields = TransactionFields(
            chain_id=self._chain_id,
            nonce=transaction.nonce,
            to=transaction.signer if empty else transaction.to_address,
            data=b"" if empty else transaction.data,
            gas_limit=TRANSFER_GAS if empty else transaction.gas_limit,
            value_wei=0 if empty else transaction.value_wei,
        )
        signed = self._sign(transaction, fields, fees)
        if signed is None:
            return SendOutcome.UNKNOWN
        attempt_id = self._store.transactions.add_attempt(
            transaction.id,
            transaction_hash=signed.hash,
            raw=signed.raw,
            max_fee_per_gas_wei=fees.max_fee_per_gas_wei,
            max_priority_fee_per_gas_wei=fees.max_priority_fee_per_gas_wei,
            signed_at=self._clock.now(),
            is_empty=empty,
        )
        _tell_signed(transaction, signed)
        return self._broadcast(attempt_id, transaction.id, signed.raw)

    def _sign(
        self, transaction: Transaction, fields: TransactionFields, fees: Fees
    ) -> SignedTransaction | None:
        """The signed bytes; None when the signer does not sign now and is to be asked again."""
        signer = transaction.signer
        try:
            signed = self._signers[signer].sign(fields, fees)
        except SignerKeyError as error:
            extra = {"action": "sign", "transaction_id": transaction.id}
            log.warning("transaction %d: %s", transaction.id, error, extra=extra)
            self.blocked[signer] = str(error)
            return None
        self.blocked.pop(signer, None)
        return signed

    def _broadcast(self, attempt_id: int, transaction_id: int, raw: bytes) -> SendOutcome:
        outcome = SendOutcome.ACCEPTED
        try:
            self._node.send_raw(raw)
        except NodeError as error:
            outcome = classify_send_error(error)
            if not outcome.is_in_pool:
                log.warning(
                    "transaction %d: %s",
                    transaction_id,
                    error,
                    extra={
                        "action": "broadcast",
                        "outcome": outcome.value,
                        "transaction_id": transaction_id,
                    },
                )
        with self._store.transaction():
            self._store.transactions.note_broadcast(attempt_id, outcome.value, self._clock.now())
            if outcome in _HANDED_OVER:
                self._store.receipts.note_sent(transaction_id)
        return outcome


def _tell_signed(transaction: Transaction, signed: SignedTransaction) -> None:
    facts = {
        "action": "sign",
        "kind": transaction.kind.value,
        "nonce": transaction.nonce,
        "transaction_id": transaction.id,
        "transaction_hash": signed.hash,
    }
    log.info("transaction %d is signed: %s", transaction.id, signed.hash, extra=facts)
