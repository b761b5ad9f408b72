"""Batches of items that go to an oracle in one transaction: dry run, write-ahead, send.

An oracle passes over items that it cannot take and says which it took. The dry run asks for that
map, and only what it names is sent, so nobody pays for items that are late or done already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from relayer.chain.answers import Block
from relayer.chain.errors import CallRevertedError, FeeCapError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.wire import bits_of
from relayer.oracle.contract import Oracle
from relayer.send import Sender
from relayer.store import Store
from relayer.store.oracle_requests import Carrier
from relayer.store.statuses import TransactionKind, TransactionStatus

log = logging.getLogger(__name__)

#: Most items that one call takes.
MAX_ITEMS: Final = 256
#: Gas of a transaction before its first item, generously.
BASE_GAS: Final = 80_000
#: Gas of an item at most, with new storage; what is not used is not paid. An estimate of the node
#: would be worth nothing: an item that is passed over in the estimate costs ten times as much when
#: it is taken a block later. Settling is for a panel of sixteen, all paid for the first time.
COMMIT_GAS: Final = 60_000
REVEAL_GAS: Final = 140_000
SETTLE_GAS: Final = 540_000
CLAIM_GAS: Final = 80_000
_FINISHED: Final = (TransactionStatus.CONFIRMED, TransactionStatus.FAILED)


def expected_price_wei(fees: Fees, head: Block) -> int:
    """What a unit of gas will cost if the base fee stays as it is."""
    return min(fees.max_fee_per_gas_wei, head.base_fee_wei + fees.max_priority_fee_per_gas_wei)


class OracleCalls:
    """Sends items of one responder to its oracle.

    Args:
        store: the database.
        node: for dry runs.
        oracle: where items go.
        sender: takes nonces and sends.
        signer: the responder's account.
        max_gas: most gas of one transaction.
    """

    def __init__(
        self, store: Store, node: Node, oracle: Oracle, sender: Sender, signer: str, max_gas: int
    ) -> None:
        self._store = store
        self._node = node
        self._oracle = oracle
        self._sender = sender
        self._signer = signer
        self._max_gas = max_gas

    def offer(self, head: Block) -> Fees | None:
        """The fees of a transaction now, or None when the operator pays no such fees."""
        try:
            return self._sender.offer(head.base_fee_wei)
        except FeeCapError:
            return None

    def is_under_way(self, transaction_id: int | None) -> bool:
        """Whether a transaction exists whose end is not known."""
        transaction = None
        if transaction_id is not None:
            transaction = self._store.transactions.get(transaction_id)
        return transaction is not None and transaction.status not in _FINISHED

    def fits(self, item_gas: int) -> int:
        """How many items one transaction holds; at least one."""
        return max(1, min(MAX_ITEMS, (self._max_gas - BASE_GAS) // item_gas))

    def taken(
        self, function: str, encode: Callable[[Sequence[str]], list[Any]], ids: Sequence[str]
    ) -> list[str]:
        """Those items that the oracle would take now.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        if not ids:
            return []
        interface = self._oracle.contract.interface
        data = interface.encode(function, *encode(ids))
        try:
            answer = self._node.call(self._oracle.address, data, sender=self._signer)
        except CallRevertedError as error:
            log.warning("%s: %s", function, error, extra={"action": function})
            return []
        return [ids[index] for index in bits_of(interface.decode(function, answer)[0])]

    def send(
        self,
        kind: TransactionKind,
        function: str,
        arguments: Sequence[Any],
        gas_limit: int,
        head: Block,
        carried: tuple[Sequence[str], Carrier] | None = None,
    ) -> bool:
        """Takes a nonce for a call, notes what it carries, and sends it; False without a lane."""
        if self._sender.free_lane() is None:
            return False
        data = self._oracle.contract.interface.encode(function, *arguments)
        with self._store.transaction():
            transaction_id = self._sender.take(
                kind, self._signer, self._oracle.address, data, gas_limit
            )
            if carried is not None:
                self._store.oracle_requests.carry(*carried, transaction_id)
            transaction = self._store.transactions.get(transaction_id)
        if transaction is not None:
            self._sender.send(transaction, head.base_fee_wei)
        return True
