"""Players: the list, and one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response

from relayer.ops.explorer import Explorer
from relayer.ops.lists.contributions import ContributionList
from relayer.ops.lists.filters import FilterError, read_address
from relayer.ops.lists.players import FILTERS, Order, PlayerList
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, offers
from relayer.ops.pages.lists import ListPage, add_list
from relayer.ops.pages.trainer_entries import trainer_names
from relayer.refusals import NotFound
from relayer.store.bans import Ban
from relayer.store.exploring import ContributionFilter

#: Contributions and withdrawals of one player that are shown.
_LATEST: Final = 10
#: Banned networks that are shown beside banned players.
_NETWORKS: Final = 100


class PlayerPages:
    """Serves ``/ops/players``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._store = mount.store
        add_list(
            mount,
            ListPage(
                "/players",
                "players",
                "Players",
                FILTERS,
                lambda values: self._list(Order(values.get("order", Order.LATEST))),
                menu="Players",
                template="players.html",
                more=self._more,
            ),
        )
        mount.page("/players/<address>", "player", self.show)

    def show(self, address: str) -> Response:
        """Show one player: what it costs, has open, may still send, and has earned."""
        try:
            player = read_address(address)
        except FilterError as error:
            raise NotFound(f"{address[:50]!r} {error}.") from None
        found = ContributionList(self._store, ContributionFilter(player=player))
        withdrawals = self._store.listings.withdrawals(
            player=player, status=None, before=None, limit=_LATEST
        )
        [line] = self._list(Order.LATEST).lines([player])
        return self._mount.render(
            "player.html",
            player=player,
            line=line,
            snapshot=self._store.players.get(player),
            names=trainer_names(self._mount.service),
            next_nonce=self._store.nonces.next_nonce(player),
            budget_gwei=self._mount.settings.player_daily_budget_gwei,
            override=self._store.quota_overrides.get(f"player:{player}", self._mount.clock.now()),
            window_s=self._mount.settings.quota_window_s,
            listing=found,
            columns=[column for column in found.columns if column.is_shown],
            page=found.page(None, _LATEST),
            withdrawals=withdrawals.rows,
            explorer=Explorer(self._mount.settings.ops_explorer_url),
            offers=offers(
                self._mount,
                Offer("ban" if line["banned"] is None else "lift-ban", {"subject": player}),
                Offer("set-quota", {"subject": player}),
            ),
        )

    def _list(self, order: Order) -> PlayerList:
        return PlayerList(self._store, self._mount.settings, order, self._mount.clock.now())

    def _more(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        order = Order(values.get("order", Order.LATEST))
        networks: Sequence[Ban] = ()
        if order is Order.BANNED:
            now = self._mount.clock.now()
            networks = self._store.player_lists.banned_networks(_NETWORKS, now)
        return {"order": order, "networks": networks}
