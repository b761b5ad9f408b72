"""Batches and transactions: the lists, and one of each."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from relayer.ops.dossier.attempts import attempts_of
from relayer.ops.dossier.calls import decode_call
from relayer.ops.explorer import Explorer
from relayer.ops.lists import batches, transactions
from relayer.ops.lists.batches import BatchList
from relayer.ops.lists.rewards import SettlingCallList
from relayer.ops.lists.transactions import TransactionList
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, of_transaction, offers
from relayer.ops.pages.lists import LINES, ListPage, add_list
from relayer.refusals import NotFound
from relayer.store.exploring import BatchFilter, TransactionFilter
from relayer.store.transactions import Transaction

#: Above what SQLite counts rows with.
_MOST = 10**15


class TransactionPages:
    """Serves ``/ops/batches`` and ``/ops/transactions``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._store = mount.store
        add_list(
            mount,
            ListPage(
                "/batches",
                "batches",
                "Batches",
                batches.FILTERS,
                lambda values: BatchList(self._store, BatchFilter(**values)),
                menu="Batches",
            ),
        )
        add_list(
            mount,
            ListPage(
                "/transactions",
                "transactions",
                "Transactions",
                transactions.FILTERS,
                lambda values: TransactionList(self._store, TransactionFilter(**values)),
                menu="Transactions",
            ),
        )
        mount.page("/batches/<int:number>", "batch", self.show_batch)
        mount.page("/transactions/<int:number>", "transaction", self.show_transaction)

    def show_batch(self, number: int) -> Response:
        """Show one batch with its attempts and the calls that settle it."""
        batch = None if number > _MOST else self._store.batches.get(number)
        if batch is None:
            raise NotFound(f"There is no batch {str(number)[:20]}.")
        transaction = self._store.transactions.get(batch.transaction_id)
        calls = SettlingCallList(self._store, batch.id)
        return self._mount.render(
            "batch.html",
            batch=batch,
            line=BatchList(self._store, BatchFilter()).line(batch),
            transaction=transaction,
            attempts=[] if transaction is None else attempts_of(self._store, transaction),
            members=self._store.contributions.of_batch(batch.id),
            listing=calls,
            columns=calls.columns,
            page=calls.page(None, LINES),
            explorer=Explorer(self._mount.settings.ops_explorer_url),
            offers=self._offers(transaction, batch.id if batch.status == "confirmed" else None),
        )

    def show_transaction(self, number: int) -> Response:
        """Show one transaction: what it asks for, its attempts, and what rides on it."""
        transaction = None if number > _MOST else self._store.transactions.get(number)
        if transaction is None:
            raise NotFound(f"There is no transaction {str(number)[:20]}.")
        return self._mount.render(
            "transaction.html",
            transaction=transaction,
            call=decode_call(transaction.data),
            attempts=attempts_of(self._store, transaction),
            batches=self._store.traces.batches_of(transaction.id),
            cancellation=self._store.cancellations.of(transaction.id),
            events=self._store.traces.events([], [transaction.id]),
            explorer=Explorer(self._mount.settings.ops_explorer_url),
            offers=self._offers(transaction, None),
        )

    def _offers(self, transaction: Transaction | None, batch_id: int | None) -> Sequence[Offer]:
        settle = () if batch_id is None else (Offer("settle-now", {"batch": str(batch_id)}),)
        return offers(self._mount, *of_transaction(transaction), *settle)
