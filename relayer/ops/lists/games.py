"""The list of games' keys: what each may, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.limits import GameKey
from relayer.limits.allowances import Allowances, AllowanceSheet
from relayer.limits.caller import Caller
from relayer.limits.quotas import MICROSECONDS
from relayer.ops.lists.columns import Column, Kind, Line, Page
from relayer.settings import Settings
from relayer.store import Store

#: Whose submissions are asked about: what counts for the game counts for whoever sends.
_ANYBODY: Final = f"0x{0:040x}"


class GameList:
    """Keys of games, the newest first; they are made one by one, so all are on one page.

    Args:
        store: where they are.
        settings: the limits of keys that have none of their own.
        now: unix seconds, as of which allowances and expiry count.
    """

    name = "games"
    columns = (
        Column("id", "Key", Kind.GAME),
        Column("name", "Game"),
        Column("state", "State", Kind.STATUS),
        Column("scopes", "May"),
        Column("quota_left", "Quota left", Kind.NUMBER),
        Column("quota", "of", Kind.NUMBER),
        Column("charged_today_gwei", "Costs today", Kind.GWEI),
        Column("daily_budget_gwei", "of", Kind.GWEI),
        Column("created_at", "Made", Kind.TIME),
        Column("expires_at", "Expires", Kind.TIME),
        Column("revoked_at", "Revoked", Kind.TIME),
    )

    def __init__(self, store: Store, settings: Settings, now: float) -> None:
        self._store = store
        self._settings = settings
        self._now = now

    def page(self, place: str | None, limit: int) -> Page:
        """Return all lines."""
        return Page(self.lines(self._store.game_keys.newest()), None)

    def lines(self, keys: Sequence[GameKey]) -> list[Line]:
        """Return lines about these keys, in their order."""
        callers = {key.id: Caller(key=key) for key in keys}
        sheet = Allowances(self._settings, self._store).sheet(
            [(_ANYBODY, caller) for caller in callers.values()], self._now
        )
        return [self._line(key, callers[key.id], sheet) for key in keys]

    def _line(self, key: GameKey, caller: Caller, sheet: AllowanceSheet) -> Line:
        subject = f"key:{key.id}"
        quota = sheet.quotas_of(_ANYBODY, caller)[subject]
        mark = sheet.marks.get(subject, 0)
        return {
            "id": key.id,
            "name": key.name,
            "state": self._state(key),
            "scopes": " ".join(sorted(key.scopes)),
            "quota_left": quota.left(mark, int(self._now * MICROSECONDS)),
            "quota": quota.limit,
            "charged_today_gwei": sheet.charged_gwei(subject),
            "daily_budget_gwei": sheet.budgets_of(_ANYBODY, caller)[subject],
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "revoked_at": key.revoked_at,
        }

    def _state(self, key: GameKey) -> str:
        if key.revoked_at is not None:
            return "revoked"
        return "valid" if key.is_valid(self._now) else "expired"
