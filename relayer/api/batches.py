"""Routes of batches: look, list."""

from __future__ import annotations

from flask import Response

from relayer.api import forms, parameters, resources
from relayer.api.mount import Mount
from relayer.api.operations import Answer, Operation, View
from relayer.api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from relayer.api.requests import (
    read_account,
    read_count,
    read_cursor,
    read_status,
    write_cursor,
)
from relayer.api.responses import json_response
from relayer.refusals import NotFound
from relayer.store.statuses import BatchStatus

_MAX_ROW_ID = 2**63 - 1
_LIST = "batches"


class BatchRoutes:
    """Serves ``/v1/batches``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._store = mount.service.store
        mount.route("/v1/batches", GET=_paging(self.page))
        mount.route(f"/v1/batches/<int(max={_MAX_ROW_ID}):batch_id>", GET=_showing(self.show))

    def show(self, batch_id: int) -> Response:
        """Show one batch with its members, its settling calls and its cost."""
        row = self._store.batches.get(batch_id)
        if row is None:
            raise NotFound(f"There is no batch {batch_id}. A contribution links to its batch.")
        return json_response(resources.batch(self._store, row, self._mount.base()))

    def page(self) -> Response:
        """List batches, newest first."""
        page = self._store.listings.batches(
            trainer=read_account("trainer"),
            status=read_status(BatchStatus),
            before=read_cursor(_LIST),
            limit=read_count("limit", DEFAULT_LIMIT, MAX_LIMIT),
        )
        return json_response(
            {
                "batches": resources.batches(self._store, page.rows, self._mount.base()),
                "next_cursor": write_cursor(_LIST, page.next_before),
            }
        )


def _paging(view: View) -> Operation:
    return Operation(
        view,
        "listBatches",
        {200: Answer("A page.", forms.BatchPage)},
        (parameters.TRAINER, parameters.BATCH_STATUS, parameters.LIMIT, parameters.CURSOR),
    )


def _showing(view: View) -> Operation:
    return Operation(
        view, "showBatch", {200: Answer("As it stands.", forms.Batch)}, refusals=(NotFound,)
    )
