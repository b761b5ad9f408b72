"""Games: the list of their keys, and one of them."""

from __future__ import annotations

from typing import Any

from flask import Response

from relayer.limits import GameKey
from relayer.ops.lists.games import GameList
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, offers
from relayer.ops.pages.lists import ListPage, add_list
from relayer.refusals import NotFound


class GamePages:
    """Serves ``/ops/games``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        add_list(
            mount,
            ListPage(
                "/games",
                "games",
                "Games",
                (),
                lambda values: self._list(),
                menu="Games",
                template="games.html",
                more=lambda values: {"admission": mount.settings.admission},
            ),
        )
        mount.page("/games/<identity>", "game", self.show)

    def show(self, identity: str) -> Response:
        """Show one game: what its key may, what is left of it, and who is told of its news."""
        mount = self._mount
        key = mount.store.game_keys.get(identity)
        if key is None:
            raise NotFound(f"There is no key {identity[:50]}.")
        [line] = self._list().lines([key])
        override = mount.store.quota_overrides.get(f"key:{key.id}", mount.clock.now())
        return mount.render(
            "game.html",
            line=line,
            override=override,
            window_s=mount.settings.quota_window_s,
            hooks=mount.store.webhooks.of_game(key.id),
            offers=self._offers(key, override),
        )

    def _list(self) -> GameList:
        return GameList(self._mount.store, self._mount.settings, self._mount.clock.now())

    def _offers(self, key: GameKey, override: Any) -> Any:
        itself = {"key": key.id}
        lift = () if override is None else (Offer("lift-quota", {"subject": key.id}),)
        ends = () if key.revoked_at is not None else (Offer("revoke-key", itself),)
        quota = Offer("set-quota", {"subject": key.id})
        return offers(self._mount, quota, *lift, Offer("rotate-key", itself), *ends)
