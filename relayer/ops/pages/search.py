"""One box that recognises ids, hashes, addresses and nonces, and goes to the right page."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from relayer.ops.lists.filters import MOST_LENGTH, Filter, read_query
from relayer.ops.mount import OpsMount
from relayer.ops.pages.trainer_entries import trainer_entry
from relayer.ops.searching import Target, find
from relayer.refusals import NotFound

FILTERS: Final = (Filter("q", "Find", str),)


class SearchPages:
    """Serves ``/ops/search``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/search", "search", self.search)

    def search(self) -> ResponseReturnValue:
        """Go to what was asked for; show a choice where it may be several things."""
        words = read_query(request.args, FILTERS, takes_place=False).values.get("q", "")
        if not words:
            return self._mount.render("search.html", words="", targets=[])
        targets = find(self._mount.store, words, self._is_trainer)
        if not targets:
            raise NotFound(
                f"Nothing here is called {words[:MOST_LENGTH]}. The box takes the id of a "
                "contribution, the hash of a transaction, an address, a nonce, an address and a "
                "nonce, the number of a batch, and the ids of requests, games and webhooks."
            )
        if len(targets) == 1:
            return self._mount.to(targets[0].page, **targets[0].values)
        return self._mount.render("search.html", words=words, targets=targets)

    def _is_trainer(self, address: str) -> bool:
        return trainer_entry(self._mount.service, address) is not None


__all__ = ["SearchPages", "Target"]
