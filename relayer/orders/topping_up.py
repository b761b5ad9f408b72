"""Brings money from the treasury to a signer, or into the sponsor's tank."""

from __future__ import annotations

from relayer.chain.answers import Block
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.clock import Clock
from relayer.orders.amounts import in_words
from relayer.orders.deed import Outcome
from relayer.orders.ends import Ends
from relayer.orders.errors import OrderRefusedError
from relayer.orders.paying import MoneyRules, Payment, send_taken
from relayer.send.sender import TRANSFER_GAS, Sender
from relayer.store import Store
from relayer.store.orders import Order, OrderState
from relayer.store.statuses import TransactionKind

#: What may be topped up beside the signers.
TANK = "tank"
DEPOSIT_GAS = 100_000


class TopUp:
    """Brings money from the treasury to a signer, up to the high mark, or into the tank.

    Args:
        store: the database.
        node: tells who holds what.
        system: the contracts.
        sender: has the treasury's key.
        rules: how much is allowed.
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
        """Takes the treasury's next nonce for it, once; the upkeep takes it further."""
        if order.state is not OrderState.ASKED:
            return
        treasury = self._sender.treasury
        if treasury is None:
            raise OrderRefusedError("there is no treasury; set treasury_keystore for the worker")
        price_wei = self._sender.offer(head.base_fee_wei).max_fee_per_gas_wei
        payment = self._payment(order, head)
        self._require_money(treasury, payment, price_wei, head)
        with self._store.transaction():
            transaction_id = self._sender.take(
                TransactionKind.REFILL,
                treasury,
                payment.to,
                payment.data,
                payment.gas,
                payment.value_wei,
            )
            self._store.orders.own(order.id, transaction_id)
            self._store.orders.begin(order.id, {}, self._clock.now())
        send_taken(self._store, self._sender, transaction_id, head)

    def outcome(self, order: Order) -> Outcome:
        """Done when the payment is final."""
        ends = Ends.of(self._store, order.id)
        if ends.under_way:
            return Outcome(ends.waiting(), is_final=False)
        if ends.came_to_nothing:
            return Outcome(ends.failures(), is_final=True)
        amount_wei = sum(transaction.value_wei for transaction in ends.took_effect)
        where = "the tank" if order.arguments["account"] == TANK else order.arguments["account"]
        return Outcome(f"{in_words(amount_wei)} went from the treasury to {where}", is_final=True)

    def _payment(self, order: Order, head: Block) -> Payment:
        account = str(order.arguments["account"])
        payment = self._to_tank(order) if account == TANK else self._to_signer(account, head)
        if self._store.purses.is_refilled(payment.to):
            raise OrderRefusedError(f"money is on its way to {account} already")
        return payment

    def _to_tank(self, order: Order) -> Payment:
        amount_wei = int(order.arguments["amount_wei"])
        if not 0 < amount_wei <= self._rules.tank_most_wei:
            raise OrderRefusedError(
                f"the treasury may bring at most {in_words(self._rules.tank_most_wei)} into the "
                "tank; tank_top_up_most_wei sets that"
            )
        forwarder = self._system.forwarder
        data = forwarder.interface.encode("deposit", self._system.sponsor)
        return Payment(forwarder.address, data, DEPOSIT_GAS, amount_wei)

    def _to_signer(self, account: str, head: Block) -> Payment:
        if account not in self._sender.lanes.addresses:
            raise OrderRefusedError(f"{account} is not one of the signers")
        balance_wei = self._node.balance_wei(account, head.number)
        missing_wei = self._rules.marks.high_wei - balance_wei
        if missing_wei <= 0:
            raise OrderRefusedError(
                f"{account} holds {in_words(balance_wei)}, which is not less than signer_high_wei"
            )
        return Payment(account, b"", TRANSFER_GAS, missing_wei)

    def _require_money(self, treasury: str, payment: Payment, price_wei: int, head: Block) -> None:
        left_wei = self._node.balance_wei(treasury, head.number)
        left_wei -= self._store.purses.committed_wei(treasury, price_wei)
        cost_wei = payment.value_wei + payment.gas * price_wei
        if cost_wei > left_wei:
            raise OrderRefusedError(
                f"the treasury {treasury} has {in_words(max(0, left_wei))} left and this may take "
                f"{in_words(cost_wei)}; send it money"
            )
