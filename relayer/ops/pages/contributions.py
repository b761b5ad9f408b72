"""Contributions: the list, and everything about one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from flask import Response, request

from relayer.api import resources
from relayer.ops.dossier.attempts import attempts_of
from relayer.ops.dossier.calls import DecodedCall, decode_call, read_sample
from relayer.ops.dossier.costs import costs_of
from relayer.ops.dossier.decisions import decisions_of
from relayer.ops.dossier.steps import steps_of
from relayer.ops.explorer import Explorer
from relayer.ops.lists.contributions import FILTERS, ContributionList
from relayer.ops.lists.messages import message_line
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, of_transaction, offers
from relayer.ops.pages.lists import ListPage, add_list
from relayer.ops.pages.trainer_entries import trainer_entry
from relayer.refusals import NotFound
from relayer.store.contributions import Contribution
from relayer.store.exploring import ContributionFilter
from relayer.store.transactions import Transaction

#: Webhook messages of one contribution that are shown.
_MESSAGES: Final = 50


class ContributionPages:
    """Serves ``/ops/contributions``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._store = mount.store
        add_list(
            mount,
            ListPage(
                "/contributions",
                "contributions",
                "Contributions",
                FILTERS,
                lambda values: ContributionList(self._store, ContributionFilter(**values)),
                menu="Contributions",
                template="contributions.html",
                more=self._totals,
            ),
        )
        mount.page("/contributions/<identity>", "contribution", self.show)

    def show(self, identity: str) -> Response:
        """Show one contribution."""
        row = self._store.contributions.get(identity.lower())
        if row is None:
            raise NotFound(
                f"There is no contribution {identity[:80]}. An id has 0x and 64 digits; the search "
                "box finds hashes, addresses and numbers as well."
            )
        batch = None if row.batch_id is None else self._store.batches.get(row.batch_id)
        transaction = None
        if batch is not None:
            transaction = self._store.transactions.get(batch.transaction_id)
        attempts = [] if transaction is None else self._store.transactions.attempts(transaction.id)
        view = self._store.chain_state.view()
        entry = trainer_entry(self._mount.service, row.trainer)
        return self._mount.render(
            "contribution.html",
            row=row,
            batch=batch,
            transaction=transaction,
            steps=steps_of(row, transaction, attempts),
            attempts=[] if transaction is None else attempts_of(self._store, transaction),
            call=_call(transaction, row),
            sample=read_sample(row.sample, row.label, entry, view.trainers.get(row.trainer)),
            entry=entry,
            costs=costs_of(row, batch, transaction),
            decisions=decisions_of(self._store, row, transaction),
            settling=self._settling(row),
            messages=[message_line(each) for each in self._messages(row)],
            events=self._events(row),
            raw=self._raw(row),
            explorer=Explorer(self._mount.settings.ops_explorer_url),
            offers=self._offers(row, transaction),
        )

    def _totals(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"totals": self._store.tallies.contributions()}

    def _settling(self, row: Contribution) -> Transaction | None:
        if row.settlement_id is None:
            return None
        [number] = self._store.reward_stage.transactions_of([row.settlement_id])
        return self._store.transactions.get(number)

    def _messages(self, row: Contribution) -> list[Any]:
        return self._store.webhook_lists.about(row.id, _MESSAGES)

    def _events(self, row: Contribution) -> list[Any]:
        carriers = self._store.traces.transactions_of("contribution", row.id, [row.id])
        return self._store.traces.events([row.id], carriers)

    def _raw(self, row: Contribution) -> str:
        base = request.script_root + self._mount.service.url_prefix
        [told] = resources.contributions(self._store, [row], base)
        stored = {
            name: f"0x{value.hex()}" if isinstance(value, bytes) else value
            for name, value in asdict(row).items()
        }
        return json.dumps({"api": told, "stored": stored}, indent=2)

    def _offers(self, row: Contribution, transaction: Transaction | None) -> Sequence[Offer]:
        itself = {"contribution": row.id}
        by_status = {
            "queued": Offer("cancel-contribution", itself),
            "failed": Offer("retry-contribution", itself),
        }
        wanted = [by_status[row.status]] if row.status in by_status else []
        ban = Offer("ban", {"subject": row.player})
        return offers(self._mount, *wanted, *of_transaction(transaction), ban)


def _call(transaction: Transaction | None, row: Contribution) -> dict[str, Any] | None:
    """The call that carries a contribution, and the item of it that is the contribution."""
    call: DecodedCall | None = None if transaction is None else decode_call(transaction.data)
    if call is None:
        return None
    place = row.item_index
    item = call.items[place] if place is not None and place < len(call.items) else None
    return {"call": call, "item": item, "count": len(call.items)}
