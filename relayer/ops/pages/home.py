"""The first page: what is wrong and what mends it, the figures of the day, and the plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request

from relayer.ops.alerts.messages import Addresses
from relayer.ops.mount import OpsMount
from relayer.ops.pages.sentences import Sentences
from relayer.ops.series import flow, money
from relayer.ops.series.curves import Plot
from relayer.ops.series.reading import SpanReader
from relayer.ops.series.sections import asked_span, section_of
from relayer.ops.verdicts.facts import NO_FAILURES
from relayer.ops.verdicts.pace import read_burn
from relayer.series.names import DAY_S, HOUR_S, Series
from relayer.store import Store
from relayer.store.orders import Order
from relayer.store.statuses import ContributionStatus

#: From when on the first page tells of an order that the worker has not carried out.
ORDER_TOLD_AFTER_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Today:
    """The figures of the tiles; days are those of UTC."""

    queued: int
    in_flight: int  #: contributions that are sent or mined
    confirmed: int
    failed: int
    spent_wei: int  #: for gas
    earned_wei: int


class HomePages:
    """Serves ``/ops/`` and its two parts, which are kept fresh at paces of their own."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._sentences = Sentences(mount)
        mount.page("/", "home", self.show, menu="Home")
        mount.page("/now", "now", self.now)
        mount.page("/plots", "plots", self.plots)

    def show(self) -> Response:
        """Show how the house does."""
        return self._mount.render("home.html", **self._now(), **self._plots())

    def now(self) -> Response:
        """Show the sentences and the figures of the day."""
        return self._mount.render("now.html", **self._now())

    def plots(self) -> Response:
        """Show the plots."""
        return self._mount.render("plots.html", **self._plots())

    def _now(self) -> dict[str, Any]:
        store, now = self._mount.store, self._mount.clock.now()
        return {
            **self._sentences.shown(),
            "waiting_order": read_waiting_order(store, now),
            "today": read_today(store, now),
            "runbooks": Addresses.of(self._mount.settings).runbooks,
        }

    def _plots(self) -> dict[str, Any]:
        store, now = self._mount.store, self._mount.clock.now()
        reader = asked_span(store, request.args.get("span", ""), now)
        plots = read_plots(reader, read_burn(store, now).tank_gwei_per_h)
        return {**section_of(store, reader, plots), "plots_page": "plots", "place": {}}


def read_waiting_order(store: Store, now: float) -> Order | None:
    """Return the order that has waited the longest, if that is long."""
    order = store.orders.oldest_open()
    return None if order is None or now - order.asked_at < ORDER_TOLD_AFTER_S else order


def read_today(store: Store, now: float) -> Today:
    """Return the figures of the day."""
    counts = store.tallies.contributions()
    ended = _of_today(store, Series.ENDED, now)
    return Today(
        queued=sum(queue.depth for queue in store.tallies.queues()),
        in_flight=counts.get(ContributionStatus.SENT, 0) + counts.get(ContributionStatus.MINED, 0),
        confirmed=sum(_of_today(store, Series.CONFIRMED, now).values()),
        failed=sum(count for reason, count in ended.items() if reason not in NO_FAILURES),
        spent_wei=sum(_of_today(store, Series.GAS_WEI, now).values()),
        earned_wei=sum(_of_today(store, Series.EARNED_WEI, now).values()),
    )


def read_plots(reader: SpanReader, tank_gwei_per_h: int | None) -> list[Plot]:
    """Return all plots of a span."""
    return [
        money.out_and_back(reader),
        money.tank(reader, tank_gwei_per_h),
        flow.queue(reader),
        *flow.durations(reader),
        money.gas(reader),
        money.prices(reader),
        money.stakes(reader),
        flow.failures(reader),
    ]


def _of_today(store: Store, name: Series, now: float) -> dict[str, int]:
    midnight = int(now) // DAY_S * DAY_S
    found: dict[str, int] = {}
    for point in store.series.points(name, HOUR_S, midnight, now + 1, DAY_S):
        found[point.label] = found.get(point.label, 0) + point.value
    return found
