"""Takes what the Forwarder owes the signers to the treasury."""

from __future__ import annotations

from relayer.chain.answers import Block
from relayer.chain.errors import CallRevertedError
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.clock import Clock
from relayer.orders.amounts import in_words
from relayer.orders.deed import Outcome
from relayer.orders.ends import Ends
from relayer.orders.errors import OrderRefusedError
from relayer.orders.paying import MoneyRules, Payment, send_taken
from relayer.send import Sender
from relayer.settle.credit import COLLECT_GAS
from relayer.store import Store
from relayer.store.orders import Order, OrderState
from relayer.store.statuses import TransactionKind

#: Beyond what the node estimates for paying the treasury, which may be a contract.
GAS_MARGIN_PERCENT = 25


class Withdraw:
    """Takes what the Forwarder owes the signers to the treasury's address in the settings.

    Args:
        store: the database.
        node: tells how much that is.
        system: the contracts.
        sender: has the signers' keys.
        rules: name the address.
        clock: tells when.
    """

    sends = True

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        sender: Sender,
        rules: MoneyRules,
        clock: Clock,
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._sender = sender
        self._rules = rules
        self._clock = clock

    def act(self, order: Order, head: Block) -> None:
        """Takes a nonce of every signer that is owed more than taking it costs, all at once."""
        if order.state is not OrderState.ASKED:
            return
        to = self._receiver(order)
        price_wei = self._sender.offer(head.base_fee_wei).max_fee_per_gas_wei
        signers = self._sender.lanes.addresses
        if any(self._store.lanes.has_pending(s, TransactionKind.CREDIT) for s in signers):
            self._store.orders.tell(order.id, "waits until credits that are on their way are final")
            return
        owed = {signer: self._credit_wei(signer) for signer in signers}
        payments = {
            signer: self._payment(signer, to, credit_wei)
            for signer, credit_wei in owed.items()
            if credit_wei > COLLECT_GAS * price_wei
        }
        if not payments:
            raise OrderRefusedError(
                f"the Forwarder owes the signers {in_words(sum(owed.values()))}: no credit is "
                "worth the gas of its withdrawal"
            )
        self._take(order, payments, {signer: str(owed[signer]) for signer in payments}, head)

    def outcome(self, order: Order) -> Outcome:
        """Done when every withdrawal is final."""
        ends = Ends.of(self._store, order.id)
        if ends.under_way:
            return Outcome(ends.waiting(), is_final=False)
        credits_wei = order.progress["credits_wei"]
        amount_wei = sum(int(credits_wei[t.signer]) for t in ends.took_effect)
        words = [f"{in_words(amount_wei)} of credit went to {order.progress['to']}"]
        return Outcome("; ".join(filter(None, [*words, ends.failures()])), is_final=True)

    def _receiver(self, order: Order) -> str:
        to = self._rules.treasury_address
        if to is None:
            raise OrderRefusedError("there is no address to withdraw to; set treasury_address")
        if order.arguments["to"] != to:
            raise OrderRefusedError(
                f"{order.arguments['to']} is not the worker's treasury_address, which is {to}; "
                "give web and worker the same settings"
            )
        if to in self._sender.lanes.addresses:
            raise OrderRefusedError(f"treasury_address is the signer {to}; name another account")
        return to

    def _credit_wei(self, signer: str) -> int:
        credit_wei: int = self._system.forwarder.read(self._node, "credit", signer)
        return credit_wei

    def _payment(self, signer: str, to: str, credit_wei: int) -> Payment:
        forwarder = self._system.forwarder
        data = forwarder.interface.encode("withdrawCredit", to, credit_wei)
        try:
            estimate = self._node.estimate_gas(forwarder.address, data, sender=signer)
        except CallRevertedError as error:
            raise OrderRefusedError(f"{to} does not take the money: {error.reason}") from error
        gas = max(COLLECT_GAS, estimate * (100 + GAS_MARGIN_PERCENT) // 100)
        return Payment(forwarder.address, data, gas)

    def _take(
        self,
        order: Order,
        payments: dict[str, Payment],
        credits_wei: dict[str, str],
        head: Block,
    ) -> None:
        progress = {"to": order.arguments["to"], "credits_wei": credits_wei}
        taken = []
        with self._store.transaction():
            self._store.orders.begin(order.id, progress, self._clock.now())
            for signer, payment in payments.items():
                transaction_id = self._sender.take(
                    TransactionKind.CREDIT, signer, payment.to, payment.data, payment.gas
                )
                self._store.orders.own(order.id, transaction_id)
                taken.append(transaction_id)
        for transaction_id in taken:
            send_taken(self._store, self._sender, transaction_id, head)
