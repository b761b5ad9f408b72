"""How much somebody may send: quotas, daily budgets and trust, counted where it is accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from relayer.errors import Refusal
from relayer.limits.caller import Caller
from relayer.limits.quotas import MICROSECONDS, Quota, TrustRules
from relayer.limits.tickets import PlayTicket
from relayer.refusals import (
    BadTicket,
    DailyAllowanceUsedUp,
    HouseBudgetUsedUp,
    QuotaExceeded,
    TicketUsedUp,
    TooManyOpen,
)
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.allowances import HOUSE, LedgerRow

SECONDS_PER_DAY = 86_400
#: What a player is told to wait when it has too much open: nobody knows when that changes.
OPEN_RETRY_S = 30

#: Headers after draft-ietf-httpapi-ratelimit-headers.
POLICY = "RateLimit-Policy"
RATE = "RateLimit"

_EMPTY = LedgerRow()

#: A player and who sends for it.
Sender = tuple[str, Caller]


class Allowances:
    """Opens sheets: what a group of submissions may still take.

    Args:
        settings: the limits for whom nothing else is said.
        store: quotas and ledgers.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def sheet(self, senders: Collection[Sender], now: float) -> AllowanceSheet:
        """Read everything that is needed for these; call it under the write lock to take."""
        sheet = AllowanceSheet(self._settings, now)
        quotas = {subject for sender in senders for subject in sheet.limits_of(*sender)}
        ledgers = {subject for sender in senders for subject in sheet.budgets_of(*sender)}
        found = self._store.allowances.quotas_and_overrides(quotas, now)
        sheet.marks, sheet.overrides = found
        sheet.ledgers = self._store.allowances.ledgers(ledgers)
        tickets = {caller.ticket.identity for _, caller in senders if caller.ticket is not None}
        if tickets:
            sheet.uses = self._store.ticket_uses.used(tickets)
        return sheet

    def write(self, sheet: AllowanceSheet) -> None:
        """Note what was taken; call it in the transaction that stores what took it."""
        if sheet.touched:
            marks = {subject: sheet.marks[subject] for subject in sheet.touched}
            self._store.allowances.write_quotas(marks)
        if sheet.tickets:
            self._store.ticket_uses.write(
                {
                    identity: (sheet.uses[identity], ticket.expires_at)
                    for identity, ticket in sheet.tickets.items()
                }
            )


class AllowanceSheet:
    """What may still be taken, for one transaction.

    The store's triggers keep the ledgers; the sheet follows them in memory, so that the second of
    two contributions in one group sees the first.
    """

    def __init__(self, settings: Settings, now: float) -> None:
        self._settings = settings
        self._window_us = int(settings.quota_window_s * MICROSECONDS)
        self._trust = TrustRules(
            settings.trust_start,
            settings.trust_per_refunded,
            settings.trust_per_forfeited,
            settings.trust_most,
        )
        self._now_us = int(now * MICROSECONDS)
        self._day = int(now) // SECONDS_PER_DAY
        self._seconds_of_day = int(now) % SECONDS_PER_DAY
        self._quotas: dict[tuple[str, int], dict[str, Quota]] = {}
        self.marks: dict[str, int] = {}
        #: Submissions in a window that an operator has set for somebody.
        self.overrides: dict[str, int] = {}
        self.ledgers: dict[str, LedgerRow] = {}
        self.uses: dict[str, int] = {}
        #: Tickets that something was taken of.
        self.tickets: dict[str, PlayTicket] = {}
        #: Quotas that something was taken of.
        self.touched: set[str] = set()

    def quotas_of(self, player: str, caller: Caller) -> dict[str, Quota]:
        """Return the quotas that a submission counts in, the narrowest first."""
        known = self._quotas.get((player, id(caller)))
        if known is not None:
            return known
        quotas = {
            subject: Quota(self.overrides.get(subject, limit), self._window_us)
            for subject, limit in self.limits_of(player, caller).items()
        }
        self._quotas[player, id(caller)] = quotas
        return quotas

    def limits_of(self, player: str, caller: Caller) -> dict[str, int]:
        """Return the limits of settings and keys that a submission counts in.

        A game that sends with its key does so for all of its players: its network does not count.
        """
        limits = {f"player:{player}": self._settings.player_quota}
        if caller.network is not None and not caller.holds_key:
            limits[f"network:{caller.network}"] = self._settings.network_quota
        if caller.key is not None:
            own = caller.key.quota
            limits[f"key:{caller.key.id}"] = self._settings.key_quota if own is None else own
        return limits

    def budgets_of(self, player: str, caller: Caller) -> dict[str, int | None]:
        """Return the daily budgets that a contribution is charged to, in gwei; None: any."""
        budgets = {f"player:{player}": self._settings.player_daily_budget_gwei}
        if caller.key is not None:
            own = caller.key.daily_budget_gwei
            default = self._settings.key_daily_budget_gwei
            budgets[f"key:{caller.key.id}"] = default if own is None else own
        return {**budgets, HOUSE: self._settings.daily_budget_gwei}

    def refusal(self, player: str, caller: Caller, cost_gwei: int) -> Refusal | None:
        """Return what stands against a contribution, if anything does; nothing is taken yet."""
        return (
            self.submission_refusal(player, caller)
            or self._trust_refusal(player)
            or self._budget_refusal(player, caller, cost_gwei)
        )

    def submission_refusal(self, player: str, caller: Caller) -> Refusal | None:
        """Return what stands against a contribution or validation, beside what it costs."""
        return self._ticket_refusal(player, caller.ticket) or self.quota_refusal(player, caller)

    def quota_refusal(self, player: str, caller: Caller) -> Refusal | None:
        """Return what stands against another submission of any kind, if anything does."""
        for subject, quota in self.quotas_of(player, caller).items():
            mark = self.marks.get(subject, 0)
            if quota.left(mark, self._now_us) < 1:
                return _exceeded(subject, quota, quota.wait_s(mark, self._now_us))
        return None

    def take(self, player: str, caller: Caller, cost_gwei: int) -> None:
        """Take a contribution's part of everything."""
        self.take_submission(player, caller)
        for subject in self.budgets_of(player, caller):
            row = self.ledgers.get(subject, _EMPTY)
            self.ledgers[subject] = LedgerRow(
                row.day_for(self._day),
                row.charged_on(self._day) + cost_gwei,
                row.open_count + 1,
                row.refunded,
                row.forfeited,
            )

    def take_submission(self, player: str, caller: Caller) -> None:
        """Take a contribution's or validation's part of quotas and of its ticket."""
        self.take_quota(player, caller)
        if caller.ticket is not None:
            identity = caller.ticket.identity
            self.uses[identity] = self.uses.get(identity, 0) + 1
            self.tickets[identity] = caller.ticket

    def take_quota(self, player: str, caller: Caller) -> None:
        """Take one submission of every quota that it counts in."""
        for subject, quota in self.quotas_of(player, caller).items():
            self.marks[subject] = quota.taken(self.marks.get(subject, 0), self._now_us)
            self.touched.add(subject)

    def rate_limits(self, players: Collection[str], caller: Caller) -> dict[str, str]:
        """Return headers that tell what is left of the quotas, and when they are full again.

        Args:
            players: whose submissions were taken; of several, only what they share is told.
            caller: who sent them.
        """
        (player, *others) = players
        policies, rates = [], []
        for subject, quota in self.quotas_of(player, caller).items():
            if others and subject.startswith("player:"):
                continue
            debt_us = quota.debt_us(self.marks.get(subject, 0), self._now_us)
            policy, kind, step_us, depth_us = _told(subject[: subject.index(":")], quota)
            policies.append(policy)
            left, full_in_s = (depth_us - debt_us) // step_us, -(-debt_us // MICROSECONDS)
            rates.append(f"{kind};r={max(0, left)};t={full_in_s}")
        return {POLICY: ", ".join(policies), RATE: ", ".join(rates)} if policies else {}

    def open_limit(self, player: str) -> int:
        """Return how many open contributions a player may have."""
        row = self.ledgers.get(f"player:{player}", _EMPTY)
        return self._trust.open_limit(row.refunded, row.forfeited)

    def open_count(self, player: str) -> int:
        """Return how many open contributions a player has."""
        return self.ledgers.get(f"player:{player}", _EMPTY).open_count

    def charged_gwei(self, subject: str) -> int:
        """Return what somebody is charged today."""
        return self.ledgers.get(subject, _EMPTY).charged_on(self._day)

    @property
    def midnight_in_s(self) -> int:
        """Seconds until budgets begin anew."""
        return SECONDS_PER_DAY - self._seconds_of_day

    def _ticket_refusal(self, player: str, ticket: PlayTicket | None) -> Refusal | None:
        if ticket is None:
            return None
        if ticket.player not in (None, player):
            return BadTicket(
                f"The play ticket is for {ticket.player}, and not for {player}. Get one for this "
                "player from the game."
            )
        if self._now_us >= ticket.expires_at * MICROSECONDS:
            return BadTicket("The play ticket is over. Get a new one from the game.")
        if self.uses.get(ticket.identity, 0) < ticket.uses:
            return None
        return TicketUsedUp(
            f"The play ticket has been used as often as it may be ({ticket.uses}). Get a new one "
            "from the game with the next round."
        )

    def _trust_refusal(self, player: str) -> Refusal | None:
        most = self.open_limit(player)
        if self.open_count(player) < most:
            return None
        return TooManyOpen(
            f"{player} has {self.open_count(player)} open contributions, and {most} are allowed. "
            "Each that is refunded allows more; send the same request again when some are settled.",
            headers={"Retry-After": str(OPEN_RETRY_S)},
        )

    def _budget_refusal(self, player: str, caller: Caller, cost_gwei: int) -> Refusal | None:
        for subject, budget_gwei in self.budgets_of(player, caller).items():
            if budget_gwei is None or self.charged_gwei(subject) + cost_gwei <= budget_gwei:
                continue
            kind = HouseBudgetUsedUp if subject == HOUSE else DailyAllowanceUsedUp
            whose = "The house's" if subject == HOUSE else f"The {subject.partition(':')[0]}'s"
            return kind(
                f"{whose} budget for today is used up. Send the same request again after 00:00 "
                "UTC; the signature stays valid until its deadline.",
                headers={"Retry-After": str(self.midnight_in_s)},
            )
        return None


def _exceeded(subject: str, quota: Quota, wait_s: int) -> QuotaExceeded:
    """The refusal, with headers that say when to send again."""
    kind, _, name = subject.partition(":")
    window_s = quota.window_us // MICROSECONDS
    return QuotaExceeded(
        f"The {kind} {name} may send {quota.limit} submissions in {window_s} s. Send the same "
        f"request again in {wait_s} s.",
        headers={
            "Retry-After": str(max(1, wait_s)),
            POLICY: _told(kind, quota)[0],
            RATE: f'"{kind}";r=0;t={max(1, wait_s)}',
        },
    )


@lru_cache(maxsize=1_024)
def _told(kind: str, quota: Quota) -> tuple[str, str, int, int]:
    """What is the same in all headers about a quota: policy, quoted kind, step and depth."""
    policy = f'"{kind}";q={quota.limit};w={quota.window_us // MICROSECONDS}'
    return policy, f'"{kind}"', quota.step_us, quota.depth_us


def senders_of(players: Iterable[str], caller: Caller) -> list[Sender]:
    """Return the senders of one caller's submissions."""
    return [(player, caller) for player in players]
