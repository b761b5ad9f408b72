"""Players: by their latest contribution, by address, the busiest ones, and the banned ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from relayer.limits.allowances import Allowances, AllowanceSheet
from relayer.limits.caller import Caller
from relayer.limits.quotas import MICROSECONDS
from relayer.ops.lists import filters
from relayer.ops.lists.columns import Column, Kind, Line, Page, key_of, place_of
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.allowances import LedgerRow
from relayer.store.bans import Ban

_ANYBODY: Final = Caller()
_NEW: Final = LedgerRow()
_DIGITS: Final = re.compile(r"[0-9]{1,15}")


class Order(StrEnum):
    """How players are listed."""

    LATEST = "latest"
    ADDRESS = "address"
    BUSIEST = "busiest"
    BANNED = "banned"


FILTERS: Final = (filters.choice("order", "Players", Order),)


class PlayerList:
    """Players with what they cost, what they have open and what they may still send.

    Args:
        store: where they are.
        settings: the limits.
        order: which of them, and how.
        now: unix seconds, as of which allowances and bans count.
    """

    name = "players"
    columns = (
        Column("player", "Player", Kind.PLAYER),
        Column("latest_at", "Latest contribution", Kind.TIME),
        Column("recent", "Of the latest 5,000", Kind.NUMBER),
        Column("charged_today_gwei", "Costs today", Kind.GWEI),
        Column("open_count", "Open", Kind.NUMBER),
        Column("open_limit", "May be open", Kind.NUMBER),
        Column("refunded", "Refunded", Kind.NUMBER),
        Column("forfeited", "Forfeited", Kind.NUMBER),
        Column("quota_left", "Quota left", Kind.NUMBER),
        Column("quota", "of", Kind.NUMBER),
        Column("banned", "Ban"),
        Column("banned_until_at", "Ban ends", Kind.TIME),
    )

    def __init__(self, store: Store, settings: Settings, order: Order, now: float) -> None:
        self._store = store
        self._settings = settings
        self._order = order
        self._now = now

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on; a place of another order begins with the first page."""
        if self._order is Order.BUSIEST:
            busiest = self._store.player_lists.busiest(limit)
            return Page(self.lines(list(busiest), recent=busiest), None)
        if self._order is Order.LATEST:
            return self._latest(place, limit)
        return self._by_address(place, limit)

    def lines(self, players: Sequence[str], recent: Mapping[str, int] | None = None) -> list[Line]:
        """Return lines about these players, in their order."""
        sheet = Allowances(self._settings, self._store).sheet(
            [(player, _ANYBODY) for player in players], self._now
        )
        bans = self._store.bans.of(players, self._now)
        latest = self._store.player_lists.latest_of(players)
        return [
            {
                **self._standing(player, sheet),
                **_ban(bans.get(player)),
                "latest_at": latest.get(player),
                "recent": None if recent is None else recent.get(player, 0),
            }
            for player in players
        ]

    def _latest(self, place: str | None, limit: int) -> Page:
        before = key_of(place) if place is not None and _DIGITS.fullmatch(place) else None
        found = self._store.player_lists.latest(before, limit)
        lines = self.lines([row.player for row in found.rows])
        return Page(lines, place_of(found.next_before), found.looked_at)

    def _by_address(self, place: str | None, limit: int) -> Page:
        after = place if place is not None and place.startswith("0x") else None
        if self._order is Order.BANNED:
            bans = self._store.player_lists.banned(after, limit + 1, self._now)
            players = [ban.subject for ban in bans]
        else:
            players = self._store.player_lists.by_address(after, limit + 1)
        shown = players[:limit]
        return Page(self.lines(shown), shown[-1] if len(players) > limit else None)

    def _standing(self, player: str, sheet: AllowanceSheet) -> dict[str, str | int]:
        subject = f"player:{player}"
        ledger = sheet.ledgers.get(subject, _NEW)
        quota = sheet.quotas_of(player, _ANYBODY)[subject]
        now_us = int(self._now * MICROSECONDS)
        return {
            "player": player,
            "charged_today_gwei": sheet.charged_gwei(subject),
            "open_count": ledger.open_count,
            "open_limit": sheet.open_limit(player),
            "refunded": ledger.refunded,
            "forfeited": ledger.forfeited,
            "quota": quota.limit,
            "quota_left": quota.left(sheet.marks.get(subject, 0), now_us),
        }


def _ban(ban: Ban | None) -> dict[str, str | float | None]:
    return {
        "banned": None if ban is None else ban.reason,
        "banned_until_at": None if ban is None else ban.expires_at,
    }
