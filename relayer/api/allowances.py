"""What somebody may still send, as the API tells it."""

from __future__ import annotations

from relayer.api import forms
from relayer.api.service import Service
from relayer.limits import Caller
from relayer.limits.allowances import Allowances, AllowanceSheet
from relayer.limits.gate import Gate
from relayer.limits.quotas import MICROSECONDS, Quota
from relayer.store.allowances import HOUSE

#: Stands for no player: its quota is nobody's, and only the caller's are looked at.
_NOBODY = ""


def player_allowance(service: Service, player: str) -> forms.PlayerAllowance:
    """Return what a player may still send, whoever asks."""
    now = service.clock.now()
    sheet = Allowances(service.settings, service.store).sheet([(player, Caller())], now)
    subject, limit = f"player:{player}", sheet.open_limit(player)
    ban = service.store.bans.of([player], now).get(player)
    return {
        "quota": _quota(sheet, subject, sheet.quotas_of(player, Caller())[subject], now),
        "open_contributions": {
            "limit": limit,
            "left": max(0, limit - sheet.open_count(player)),
        },
        "daily_budget": _budget(sheet, subject, service.settings.player_daily_budget_gwei, now),
        "ban": None if ban is None else {"reason": ban.reason, "expires_at": ban.expires_at},
    }


def house_allowance(service: Service, caller: Caller) -> forms.HouseAllowance:
    """Return who may send here, and what is left for this caller."""
    now = service.clock.now()
    sheet = Allowances(service.settings, service.store).sheet([(_NOBODY, caller)], now)
    obstacle = Gate(service.store).obstacle(now)
    quotas = [
        _quota(sheet, subject, quota, now)
        for subject, quota in sheet.quotas_of(_NOBODY, caller).items()
        if not subject.startswith("player:")
    ]
    budgets = sheet.budgets_of(_NOBODY, caller)
    key = f"key:{caller.game}"
    return {
        "admission": service.settings.admission,
        "obstacle": None if obstacle is None else obstacle.detail,
        "quota": quotas[-1] if quotas else None,
        "daily_budget": _budget(sheet, key, budgets.get(key), now),
        "house_daily_budget": _budget(sheet, HOUSE, budgets[HOUSE], now),
    }


def _quota(sheet: AllowanceSheet, subject: str, quota: Quota, now: float) -> forms.QuotaLeft:
    mark, now_us = sheet.marks.get(subject, 0), int(now * MICROSECONDS)
    return {
        "limit": quota.limit,
        "left": quota.left(mark, now_us),
        "window_s": quota.window_us // MICROSECONDS,
        "renews_at": now + quota.debt_us(mark, now_us) / MICROSECONDS,
    }


def _budget(
    sheet: AllowanceSheet, subject: str, limit_gwei: int | None, now: float
) -> forms.BudgetLeft | None:
    if limit_gwei is None:
        return None
    return {
        "limit_gwei": limit_gwei,
        "left_gwei": max(0, limit_gwei - sheet.charged_gwei(subject)),
        "renews_at": int(now) + sheet.midnight_in_s,
    }
