"""Adopts batches of our signers that final blocks hold and the database does not know.

There are some after an older copy of the database was put back, or when it was lost altogether.
Their contributions are in the model, their stakes in the mechanism, and the fees for settling
them are reserved in the tank. Header, terms and records stand in the events, the contributions
with their signatures in the calldata: all that settling and answering for them needs.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.exceptions import DecodingError

from relayer.chain.answers import Block, Log, Receipt
from relayer.chain.eip712 import Contribution
from relayer.chain.errors import FramingError, NodeAnswerError, NodeUnreachableError
from relayer.chain.node import Node
from relayer.chain.node_errors import SendOutcome
from relayer.chain.sent_transactions import SentTransaction, read_sent
from relayer.chain.system import System
from relayer.chain.wire import Item, bits_of, unpack_items
from relayer.clock import Clock
from relayer.store import Store
from relayer.store.adoptions import AdoptedMember
from relayer.store.receipts import Mined
from relayer.store.statuses import TransactionKind, TransactionStatus
from relayer.store.transactions import NewTransaction, Transaction
from relayer.watch.added import ReceiptMismatchError
from relayer.watch.effects import NONCE_TAKEN, Effects

log = logging.getLogger(__name__)

#: Times that a node may lack what it names before it counts as pruned.
MOST_LOOKS = 5
_ENDED = (TransactionStatus.CONFIRMED, TransactionStatus.FAILED)


@dataclass(frozen=True)
class FoundBatch:
    """A batch on the chain with everything that is asked of the node about it."""

    trainer: str
    accepted_map: int  #: by item
    sent: SentTransaction
    items: Sequence[Item]
    receipt: Receipt
    block: Block


class Adoption:
    """Takes in batches that are ours and unknown.

    Args:
        store: the database.
        node: is asked for transactions and receipts.
        system: the contracts.
        effects: writes down what final transactions did.
        signers: whose batches are ours, beside those of accounts that were signers before.
        clock: tells when.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        effects: Effects,
        signers: Sequence[str],
        clock: Clock,
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._effects = effects
        self._signers = signers
        self._clock = clock
        self._looks_in_vain: Counter[str] = Counter()

    def adopt(self, added: Sequence[Log], give_up_at: float) -> bool:
        """Looks at `BatchAdded` events of final blocks, in order; returns whether it did at all.

        Each batch is taken in by one database transaction, and one that is known is passed over:
        the same events may come again. What cannot be read is told and left to the operator.

        Args:
            added: the events.
            give_up_at: on the monotonic clock; a batch that is begun is taken in.

        Raises:
            NodeError: the node does not answer; ask again with the same events.
        """
        for entry in added:
            if self._consider(entry) and self._clock.monotonic() >= give_up_at:
                return entry is added[-1]
        return True

    def _consider(self, entry: Log) -> bool:
        decoded = self._system.forwarder.interface.decode_event(entry)
        if decoded is None or not self._is_missing(decoded[1], entry):
            return False
        event = decoded[1]
        try:
            found = self._ask(event["trainer"], event["acceptedMap"], entry)
            if found is None or found.sent.sender != event["relayer"]:
                raise FramingError("no plain transaction of the signer brought it, or it is pruned")
            with self._store.transaction():
                self._take_in(found)
        except (DecodingError, FramingError, ReceiptMismatchError, sqlite3.IntegrityError):
            log.exception(
                "batch %d of %s is ours, unknown, and cannot be adopted: settle it by hand",
                event["batchId"],
                event["trainer"],
                extra={"action": "adopt", "transaction": entry.transaction_hash},
            )
            return False
        log.warning(
            "batch %d of %s was not known and is adopted: %d contributions",
            event["batchId"],
            event["trainer"],
            event["acceptedMap"].bit_count(),
            extra={"action": "adopt", "transaction": entry.transaction_hash},
        )
        return True

    def _is_missing(self, event: Mapping[str, Any], entry: Log) -> bool:
        if event["trainer"] not in self._system.trainers:
            return False
        if event["sponsor"].lower() != self._system.sponsor.lower():
            return False
        if self._store.settlements.find_batch(event["trainer"], event["batchId"]) is not None:
            return False
        # An attempt that is known is the watcher's.
        if self._store.adoptions.knows(entry.transaction_hash.lower()):
            return False
        return event["relayer"] in {*self._signers, *self._store.signers.addresses()}

    def _ask(self, trainer: str, accepted_map: int, entry: Log) -> FoundBatch | None:
        """All questions about one event; None when no transaction of our kind can be found."""
        receipt = self._node.receipt(entry.transaction_hash)
        block = self._node.block(entry.block_number)
        if receipt is None or block is None:
            self._looks_in_vain[entry.transaction_hash] += 1
            if self._looks_in_vain[entry.transaction_hash] >= MOST_LOOKS:
                return None
            raise NodeUnreachableError("The node names a batch and does not have it yet.")
        if receipt.block_hash != block.hash:
            raise NodeAnswerError("The node names a batch in a block that is not of the chain.")
        sent = read_sent(self._node, entry.transaction_hash)
        if sent is None or sent.to.lower() != self._system.forwarder.address.lower():
            return None
        call = self._system.forwarder.interface.decode_call(sent.data)
        if call is None or call[0] != "addBatch" or call[1]["trainer"] != trainer:
            return None
        items = unpack_items(call[1]["items"])
        if accepted_map >> len(items):
            raise NodeAnswerError("The node names a batch with more contributions than it carries.")
        return FoundBatch(trainer, accepted_map, sent, items, receipt, block)

    def _take_in(self, found: FoundBatch) -> None:
        """Makes the rows what they would be had they never been lost, then ends them as usual."""
        now, sent = self._clock.now(), found.sent
        owner = self._store.transactions.of_nonce(sent.sender, sent.nonce)
        if owner is not None and owner.status not in _ENDED and owner.data == sent.data:
            self._note_mined(owner.id, found, now)
        else:
            transaction_id = self._own_nonce(owner, found, now)
            batch_id = self._store.batches.insert(transaction_id, found.trainer, len(found.items))
            self._note_mined(transaction_id, found, now)
            members = self._members(found)
            self._store.adoptions.take_in(batch_id, members, found.block.timestamp, now)
        transaction = self._store.transactions.of_nonce(sent.sender, sent.nonce)
        if transaction is not None:
            self._effects.finish(transaction, found.receipt, now)

    def _own_nonce(self, owner: Transaction | None, found: FoundBatch, now: float) -> int:
        """The id of a transaction without riders that has the nonce."""
        sent = found.sent
        new = NewTransaction(
            kind=TransactionKind.ADD,
            signer=sent.sender,
            nonce=sent.nonce,
            to_address=self._system.forwarder.address,
            data=sent.data,
            gas_limit=sent.gas_limit,
            created_at=found.block.timestamp,
            value_wei=sent.value_wei,
        )
        if owner is None:
            return self._store.transactions.insert(new)
        # A final block gave the nonce to this one, so what was planned with it is void.
        if owner.status not in _ENDED:
            self._effects.end_without_effect(owner, NONCE_TAKEN, now)
        elif owner.status is TransactionStatus.CONFIRMED:
            raise ReceiptMismatchError(
                f"Nonce {sent.nonce} of {sent.sender} belongs to another transaction in a final "
                "block. Does another worker use the account?"
            )
        self._store.adoptions.replace(owner.id, new)
        return owner.id

    def _note_mined(self, transaction_id: int, found: FoundBatch, now: float) -> None:
        sent, receipt = found.sent, found.receipt
        attempt_id = self._store.transactions.add_attempt(
            transaction_id,
            transaction_hash=sent.hash,
            raw=sent.raw,
            max_fee_per_gas_wei=sent.fees.max_fee_per_gas_wei,
            max_priority_fee_per_gas_wei=sent.fees.max_priority_fee_per_gas_wei,
            signed_at=found.block.timestamp,
        )
        self._store.transactions.note_broadcast(attempt_id, SendOutcome.ACCEPTED.value, now)
        self._store.receipts.note_mined(transaction_id, Mined.of(receipt), now)

    def _members(self, found: FoundBatch) -> list[AdoptedMember]:
        """The contributions that took effect; the others are as if they had never been accepted."""
        return [self._member(found, index) for index in bits_of(found.accepted_map)]

    def _member(self, found: FoundBatch, index: int) -> AdoptedMember:
        item = found.items[index]
        message = Contribution(
            trainer=found.trainer,
            player=item.record.player,
            nonce=item.nonce,
            deadline=item.deadline,
            max_fee_gwei=item.max_fee_gwei,
            label=item.record.label,
            sample=item.record.sample,
        )
        return AdoptedMember(
            id="0x" + message.digest(self._system.domain).hex(),
            trainer=found.trainer,
            player=item.record.player,
            nonce=item.nonce,
            deadline_at=item.deadline,
            max_fee_gwei=item.max_fee_gwei,
            label=item.record.label,
            sample=item.record.sample,
            signature=item.signature,
            item_index=index,
        )
