"""The route that hands out datasets as JSON Lines, page by page."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.api import parameters
from relayer.api.dataset_shelf import DatasetPage
from relayer.api.mount import Mount
from relayer.api.operations import Answer, Operation, Parameter, View
from relayer.api.requests import read_count
from relayer.refusals import ChainUnavailable, NotFound, SchemaViolation

JSON_LINES: Final = "application/x-ndjson"
#: Lines of a page when the client names no number, and at most; a page ends with a whole batch.
DEFAULT_LINES: Final = 1_000
MOST_LINES: Final = 5_000

_CURSOR = re.compile(r"block:([0-9]{1,15}) batch:([0-9]{1,15})")


class DatasetRoutes:
    """Serves ``/v1/datasets``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        mount.route("/v1/datasets/<address>", GET=_paging(self.dataset))

    def dataset(self, address: str) -> WerkzeugResponse:
        """Hand out a page of a trainer's dataset, the first one as of the last confirmed block."""
        counter = self._service.counter
        entry = counter.deployment.trainers_by_address.get(address.lower())
        if entry is None:
            raise NotFound(
                f"This relayer serves no trainer {address[:50]}. GET /v1/config lists those it "
                "serves."
            )
        block_number, after_batch = _read_place()
        lines = read_count("limit", DEFAULT_LINES, MOST_LINES)
        page = counter.datasets.page(
            entry,
            self._service.store.chain_state.view().head,
            block_number=block_number,
            after_batch=after_batch,
            most_lines=lines,
        )
        response = Response(page.body, mimetype=JSON_LINES)
        response.headers["Dataset-Block"] = str(page.block_number)
        if not page.is_last:
            query = urlencode({"cursor": _write_place(page), "limit": lines})
            url = f"{self._mount.base()}/v1/datasets/{entry.address}?{query}"
            response.headers["Link"] = f'<{url}>; rel="next"'
        response.set_etag(hashlib.sha256(page.body).hexdigest()[:32])
        response.headers["Cache-Control"] = "no-cache"
        return response.make_conditional(request)


def _read_place() -> tuple[int | None, int]:
    """Block and last batch in the query parameter ``cursor``."""
    text = request.args.get("cursor")
    if text is None:
        return None, 0
    try:
        match = _CURSOR.fullmatch(urlsafe_b64decode(text.encode()).decode())
    except ValueError:
        match = None
    if match is None:
        raise SchemaViolation(
            "The cursor is not one of this relayer's. Follow the Link of a page unchanged, or "
            "leave the cursor out to begin anew.",
            errors=(("?cursor", "unknown cursor"),),
        )
    return int(match[1]), int(match[2])


def _write_place(page: DatasetPage) -> str:
    place = f"block:{page.block_number} batch:{page.last_batch_id}"
    return urlsafe_b64encode(place.encode()).decode()


def _paging(view: View) -> Operation:
    return Operation(
        view,
        "readDataset",
        {
            200: Answer(
                "Whole batches as JSON Lines.",
                media_type=JSON_LINES,
                headers=("Dataset-Block", "ETag", "Link"),
            ),
            304: Answer("The page is the same.", media_type=None, headers=("ETag",)),
        },
        (
            Parameter(
                "limit",
                f"The page ends with the batch that reaches so many lines: {DEFAULT_LINES} when "
                f"it is left out, {MOST_LINES} at most.",
                {"type": "integer", "minimum": 1},
            ),
            Parameter("cursor", "As the Link of the page before has it.", {"type": "string"}),
            parameters.IF_NONE_MATCH,
        ),
        refusals=(NotFound, ChainUnavailable),
    )
