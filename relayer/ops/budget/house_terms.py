"""The planner's terms as the house that runs has them, so that nobody has to look them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from relayer.deployment import Deployment, GamifiedEntry, SelfAssessmentEntry, TrainerEntry
from relayer.ops.verdicts.verdict import in_words
from relayer.series.names import DAY_S, HOUR_S, TEN_MINUTES_S, Level, Series
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import ChainView
from relayer.store.exploring import TransactionFilter
from relayer.store.transactions import Transaction

#: Contributions that a player is taken to make in a day, as the planner takes it.
_ROUNDS: Final = 20
#: Fewer contributions in a day tell nothing about a usual one.
_LEAST_CONTRIBUTIONS: Final = 100
#: The kind of model whose labels the planner knows.
_PLANNED_MODEL: Final = "naive-bayes"
#: What the planner takes of the false and of the honest contributions to be disagreed with.
CAUGHT: Final = 0.85
MISTAKEN: Final = 0.02
#: Fewer settled contributions tell nothing about liars; and how far back they are looked at.
_LEAST_SETTLED: Final = 100
_SETTLED_DAYS: Final = 7
#: Transactions from the newest one back to the one whose block its block is compared with, and
#: the least number of blocks between the two.
_TRANSACTIONS_BACK: Final = 200
_LEAST_BLOCKS: Final = 50
_LOOKED_AT: Final = 5


class HouseTerm(NamedTuple):
    """A value, and where the house has it."""

    value: Any
    whence: str


#: By the name of the term.
HouseTerms = Mapping[str, HouseTerm]


def read_house_terms(
    store: Store, settings: Settings, deployment: Deployment | None, now: float
) -> HouseTerms:
    """Return what the house knows; what it does not know is left out."""
    view = store.chain_state.view()
    entry = None if deployment is None else _planned(deployment)
    return {
        **_of_traffic(store, now),
        **_of_settings(settings),
        **_of_prices(store, view, now),
        **_of_blocks(store),
        **_of_liars(store, now),
        **({} if entry is None else _of_trainer(entry, view)),
    }


def _planned(deployment: Deployment) -> TrainerEntry | None:
    """The first trainer whose mechanism the planner knows."""
    kinds = (SelfAssessmentEntry, GamifiedEntry)
    return next((each for each in deployment.trainers if isinstance(each.mechanism, kinds)), None)


def _of_traffic(store: Store, now: float) -> HouseTerms:
    """Players who together make as many contributions as came in the last day, or since."""
    begun_at = store.series.first(Level.QUEUE_DEPTH)
    since = now - DAY_S if begun_at is None else max(now - DAY_S, begun_at)
    points = store.series.points(Series.CONFIRMED, TEN_MINUTES_S, since, now + 1)
    count = sum(point.value for point in points)
    if count < _LEAST_CONTRIBUTIONS:
        return {}
    watched_s = max(TEN_MINUTES_S, now - since)
    daily = round(count * DAY_S / watched_s)
    players = daily // _ROUNDS
    whence = f"for {count:,} contributions in {in_words(watched_s)}"
    return {
        "players": HouseTerm(players, whence),
        "rounds_per_day": HouseTerm(round(daily / players, 2), whence),
    }


def _of_settings(settings: Settings) -> HouseTerms:
    names = ("max_wait_s", "settle_max_delay_s")
    values = {name: getattr(settings, name) for name in names}
    whence = "as this house is set"
    # A wait of zero is none that the planner knows.
    return {name: HouseTerm(float(value), whence) for name, value in values.items() if value}


def _of_prices(store: Store, view: ChainView, now: float) -> HouseTerms:
    found: dict[str, HouseTerm] = {}
    if view.tank is not None:
        found["price_cap_wei"] = HouseTerm(view.tank.price_cap_wei, "as the sponsor set it")
    stands = store.series.stands(Level.BASE_FEE_WEI, HOUR_S, now - DAY_S, now + 1)
    if not stands:
        if view.head is not None:
            found["base_fee_wei"] = HouseTerm(max(1, view.head.base_fee_wei), "of the newest block")
        return found
    mean_wei = sum(stand.last for stand in stands) // len(stands)
    found["base_fee_wei"] = HouseTerm(max(1, _rounded(mean_wei)), "mean of the last 24 hours")
    paid_wei = _paid_wei(store, now)
    if paid_wei is not None:
        tip_wei = _rounded(max(0, paid_wei - mean_wei))
        found["tip_wei"] = HouseTerm(tip_wei, "paid above it in the last 24 hours")
    return found


def _paid_wei(store: Store, now: float) -> int | None:
    """What a unit of gas cost on average; None: none was used."""
    spent_wei, gas = (
        sum(point.value for point in store.series.points(name, HOUR_S, now - DAY_S, now + 1))
        for name in (Series.GAS_WEI, Series.GAS)
    )
    return spent_wei // gas if gas else None


def _rounded(price_wei: int) -> int:
    """A price with three digits that count."""
    step: int = 10 ** max(0, len(str(price_wei)) - 3)
    return (price_wei + step // 2) // step * step


def _of_blocks(store: Store) -> HouseTerms:
    """Seconds between two blocks, by when transactions were mined."""
    newest = _mined(store, None)
    oldest = None if newest is None else _mined(store, max(2, newest.id - _TRANSACTIONS_BACK))
    if newest is None or oldest is None:
        return {}
    blocks = (newest.block_number or 0) - (oldest.block_number or 0)
    passed_s = (newest.mined_at or 0.0) - (oldest.mined_at or 0.0)
    block_s = round(passed_s / blocks, 1) if blocks >= _LEAST_BLOCKS else 0.0
    return {"block_s": HouseTerm(block_s, f"in {blocks:,} blocks")} if block_s > 0 else {}


def _mined(store: Store, before: int | None) -> Transaction | None:
    """The newest transaction that a block holds, among the latest before one."""
    found = store.exploring.transactions(TransactionFilter(), before, _LOOKED_AT)
    return next((each for each in found.rows if each.mined_at is not None), None)


def _of_liars(store: Store, now: float) -> HouseTerms:
    """As many liars as make the share that was forfeited, by what the planner takes them for."""
    since = now - _SETTLED_DAYS * DAY_S
    counts: Counter[str] = Counter()
    for point in store.series.points(Series.SETTLED, HOUR_S, since, now + 1):
        counts[point.label] += point.value
    settled = counts["refunded"] + counts["forfeited"]
    if settled < _LEAST_SETTLED:
        return {}
    late = counts["forfeited"] / settled
    liars = min(1.0, max(0.0, (late - MISTAKEN) / (CAUGHT - MISTAKEN)))
    whence = f"as {late:.1%} were forfeited in the last {_SETTLED_DAYS} days"
    return {"liars": HouseTerm(round(liars, 3), whence)}


def _of_trainer(entry: TrainerEntry, view: ChainView) -> HouseTerms:
    snapshot, mechanism, whence = (
        view.trainers.get(entry.address),
        entry.mechanism,
        f"of {entry.name}",
    )
    values: dict[str, Any] = {"mechanism": mechanism.kind}
    if entry.classifier.kind == _PLANNED_MODEL:
        grown = None if snapshot is None else snapshot.label_count
        values["labels"] = grown or len(entry.labels)
    if isinstance(mechanism, SelfAssessmentEntry):
        values |= {
            "refund_wait_s": mechanism.refund_wait_s,
            "forfeit_wait_s": mechanism.forfeit_wait_s,
        }
    if isinstance(mechanism, GamifiedEntry):
        values["lapse_wait_s"] = mechanism.lapse_wait_s
    if snapshot is not None and isinstance(mechanism, SelfAssessmentEntry):
        values["stake_wei"] = snapshot.stake_wei
    return {name: HouseTerm(value, whence) for name, value in values.items() if value}
