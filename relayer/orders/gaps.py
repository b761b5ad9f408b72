"""Closes gaps of nonces at once, where the upkeep would look for them once a minute."""

from __future__ import annotations

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.orders.deed import Outcome
from relayer.orders.ends import Ends
from relayer.orders.errors import OrderRefusedError
from relayer.send import Sender
from relayer.store import Store
from relayer.store.orders import Order, OrderState


class CloseGaps:
    """Sends an empty self-send for every nonce that was handed out and belongs to nobody.

    Args:
        store: the database.
        node: tells which nonces are used.
        sender: takes the nonces and sends.
        clock: tells when.
    """

    sends = True

    def __init__(self, store: Store, node: Node, sender: Sender, clock: Clock) -> None:
        self._store = store
        self._node = node
        self._sender = sender
        self._clock = clock

    def act(self, order: Order, head: Block) -> None:
        """Finds the gaps and closes them; what is stored by then the upkeep takes further."""
        if order.state is not OrderState.ASKED:
            return
        accounts = self._accounts(order)
        used = {
            account: self._node.agreed_transaction_count(account, head.number)
            for account in accounts
        }
        with self._store.transaction():
            self._store.orders.begin(order.id, {}, self._clock.now())
            for account in accounts:
                self._fill(order, account, used[account])
        for transaction in Ends.of(self._store, order.id).under_way:
            try:
                self._sender.send(transaction, head.base_fee_wei)
            except FeeCapError:
                return

    def outcome(self, order: Order) -> Outcome:
        """Done when every nonce is used up for good."""
        ends = Ends.of(self._store, order.id)
        if ends.under_way:
            return Outcome(ends.waiting(), is_final=False)
        closed = ", ".join(f"nonce {t.nonce} of {t.signer}" for t in ends.took_effect)
        if not (closed or ends.came_to_nothing):
            return Outcome("there is no gap: every nonce belongs to a transaction", is_final=True)
        words = [f"closed: {closed}"] if closed else []
        return Outcome("; ".join([*words, ends.failures()]).strip("; "), is_final=True)

    def _accounts(self, order: Order) -> list[str]:
        wanted = order.arguments.get("signer")
        if wanted is None:
            return self._sender.addresses
        if not self._sender.can_sign(wanted):
            raise OrderRefusedError(
                f"the key of {wanted} is not among the signers; add its keystore"
            )
        return [wanted]

    def _fill(self, order: Order, account: str, used_nonces: int) -> None:
        self._store.lanes.raise_next_nonce(account, used_nonces)
        for nonce in self._store.lanes.unowned_nonces(account, used_nonces):
            self._store.orders.own(order.id, self._sender.fill(account, nonce))
