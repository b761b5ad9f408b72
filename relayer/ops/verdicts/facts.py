"""Everything that verdicts are made of, read from the store once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relayer import __version__
from relayer.ops.verdicts.names import VerdictName
from relayer.ops.verdicts.pace import Burn, read_burn
from relayer.ops.verdicts.seen import seen_until
from relayer.series.names import DAY_S, HOUR_S, MINUTE_S, Series
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.allowances import LedgerRow
from relayer.store.chain_state import ChainView
from relayer.store.checks import Check
from relayer.store.intake_breaker import BreakerState
from relayer.store.signs import StuckLane
from relayer.store.statuses import ContributionStatus
from relayer.store.switches import Pause, Switch
from relayer.store.tallies import Queue
from relayer.store.trail import Reorganisation

#: Ends that nobody has to mend.
NO_FAILURES: Final = frozenset({ContributionStatus.EXPIRED, ContributionStatus.CANCELLED})
#: How far back failures are looked at.
FAILURE_WINDOW_S: Final = 15 * MINUTE_S
#: How far back forfeits are looked at.
FORFEIT_WINDOW_S: Final = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Facts:
    """How the house stands at a moment."""

    now: float
    settings: Settings
    view: ChainView
    checks: Mapping[str, Check]
    queues: tuple[Queue, ...]
    promised_gwei: int  #: reserved for what is queued and sent
    lanes: tuple[StuckLane, ...]  #: the first transaction of each signer that no block holds
    confirmed: int  #: contributions in the window of failures
    failed: int
    refunded: int  #: in the window of forfeits
    forfeited: int
    burn: Burn
    charged: LedgerRow  #: what contributions cost the house today
    webhooks_waiting: int
    pauses: Mapping[Switch, Pause]
    breaker: BreakerState
    reorganisation: Reorganisation | None
    version: str  #: of the process that judges


def gather(store: Store, settings: Settings, now: float) -> Facts:
    """Return the facts as of now; nothing is asked of a node, and no long table is read."""
    pauses = {switch: store.switches.pause_of(switch, now) for switch in Switch}
    checks = store.checks.read()
    confirmed, failed = _recent_ends(store, checks, now)
    refunded, forfeited = _recent_settlements(store, checks, now)
    return Facts(
        now=now,
        settings=settings,
        view=store.chain_state.view(),
        checks=checks,
        queues=tuple(store.tallies.queues()),
        promised_gwei=store.contributions.reserved_gwei(),
        lanes=tuple(store.signs.stuck_lanes()),
        confirmed=confirmed,
        failed=failed,
        refunded=refunded,
        forfeited=forfeited,
        burn=read_burn(store, now),
        charged=store.signs.house(),
        webhooks_waiting=store.signs.waiting_messages(),
        pauses={switch: pause for switch, pause in pauses.items() if pause is not None},
        breaker=store.intake_breaker.read().state,
        reorganisation=store.trail.latest_reorganisation(),
        version=__version__,
    )


def _recent_ends(store: Store, checks: Mapping[str, Check], now: float) -> tuple[int, int]:
    since = max(now - FAILURE_WINDOW_S, seen_until(checks, VerdictName.FAILURES))
    confirmed = _by_label(store, Series.CONFIRMED, since, now)
    ended = _by_label(store, Series.ENDED, since, now)
    failed = sum(count for reason, count in ended.items() if reason not in NO_FAILURES)
    return sum(confirmed.values()), failed


def _recent_settlements(store: Store, checks: Mapping[str, Check], now: float) -> tuple[int, int]:
    since = max(now - FORFEIT_WINDOW_S, seen_until(checks, VerdictName.FORFEITS))
    counts = _by_label(store, Series.SETTLED, since, now)
    return counts.get("refunded", 0), counts.get("forfeited", 0)


def _by_label(store: Store, name: Series, since: float, now: float) -> dict[str, int]:
    """Sums of whole minutes, by label."""
    found: Counter[str] = Counter()
    for point in store.series.points(name, MINUTE_S, since, now + MINUTE_S, DAY_S):
        found[point.label] += point.value
    return dict(found)
