"""The reward stage: what is due when, what it will bring, and who paid what so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from relayer.ops.lists.rewards import CALL_FILTERS, DueList, SettlingCallList
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, offers
from relayer.ops.pages.lists import ListPage, add_list
from relayer.ops.pages.trainer_entries import deployment_of
from relayer.watch.books import Owed

_GWEI: Final = 10**9
#: Batches that are counted in one window of time; where there are more it says so.
_MOST_COUNTED: Final = 10_000
_WINDOWS: Final = (
    ("batches due now", None, 0),
    ("within an hour", 0, 3_600),
    ("within a day", 3_600, 86_400),
    ("within a week", 86_400, 604_800),
)


class RewardPages:
    """Serves ``/ops/rewards``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._store = mount.store
        add_list(
            mount,
            ListPage(
                "/rewards",
                "rewards",
                "Reward stage",
                (),
                lambda values: DueList(self._store, deployment_of(mount.service)),
                menu="Reward stage",
                template="rewards.html",
                more=self._more,
            ),
        )
        add_list(
            mount,
            ListPage(
                "/rewards/markets",
                "rewards_markets",
                "Batches that wait for their market",
                (),
                lambda values: DueList(
                    self._store, deployment_of(mount.service), without_date=True
                ),
            ),
        )
        add_list(
            mount,
            ListPage(
                "/rewards/calls",
                "rewards_calls",
                "Settling calls",
                CALL_FILTERS,
                lambda values: SettlingCallList(self._store, values.get("batch")),
            ),
        )

    def _more(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        settled = self._store.tallies.settled()
        tallies = self._store.tallies.read()
        gwei, rest = (tallies.get(("fees", part, ""), 0) for part in ("gwei", "wei"))
        return {
            "settled": settled,
            "confirmed": self._store.tallies.contributions().get("confirmed", 0),
            "fees_wei": gwei * _GWEI + rest,
            "owed": Owed.of(self._store),
            "windows": self._windows(),
            "most_counted": _MOST_COUNTED,
            "offers": offers(self._mount, Offer("settle-now"), Offer("withdraw-credits")),
        }

    def _windows(self) -> Sequence[tuple[str, int]]:
        """Batches by the time until they are looked at."""
        now = int(self._mount.clock.now())
        count = self._store.reward_stage.due_between
        return [
            (words, count(0 if start is None else now + start, now + end, _MOST_COUNTED + 1))
            for words, start, end in _WINDOWS
        ]
