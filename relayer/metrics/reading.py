"""Takes the values of all metrics from the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from relayer.intake.fees import budget_gwei
from relayer.metrics.catalogue import METRICS, Metric, MetricKind
from relayer.metrics.tallies import LOST_LINES, NODE_FAULTS, NODE_REQUESTS, REFUSALS
from relayer.store import Store
from relayer.store.chain_state import ChainView
from relayer.store.intake_breaker import BreakerState
from relayer.store.statuses import ContributionStatus
from relayer.store.switches import Switch
from relayer.store.tallies import TallyKey

GWEI: Final = 10**9
#: Of verdicts; the number of each is its place.
_LEVELS: Final = ("green", "amber", "red")

#: Values by the labels' values, which stand in the order of the metric's labels.
Values = Mapping[tuple[str, ...], float]

_Family = CounterMetricFamily | GaugeMetricFamily


def read_metrics(store: Store, now: float) -> dict[str, Values]:
    """Return the values of every metric by its name; an unknown one has none.

    Args:
        store: everything is read from it.
        now: unix seconds.
    """
    tallies, view = store.tallies.read(), store.chain_state.view()
    return {
        **_intake(store, tallies, now),
        **_sending(store, tallies, view),
        **_money(store, tallies, view, now),
        **_surroundings(store, tallies, view, now),
        **_switches(store, now),
        **_verdicts(store, now),
    }


def exposition(store: Store, now: float) -> bytes:
    """Return all metrics in the text format of Prometheus, version 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(read_metrics(store, now)))
    return generate_latest(registry)


class _Snapshot(Collector):
    """Values that were read already, as the library wants them."""

    def __init__(self, values: Mapping[str, Values]) -> None:
        self._values = values

    def collect(self) -> Iterable[_Family]:
        for metric in METRICS:
            yield _family(metric, self._values[metric.name])


def _family(metric: Metric, values: Values) -> _Family:
    kind = CounterMetricFamily if metric.kind is MetricKind.COUNTER else GaugeMetricFamily
    family = kind(metric.name, metric.text, labels=metric.labels)
    for labels, value in sorted(values.items()):
        family.add_metric(labels, value)
    return family


def _intake(store: Store, tallies: Mapping[TallyKey, int], now: float) -> dict[str, Values]:
    counts, queues = store.tallies.contributions(), store.tallies.queues()
    return {
        "relayer_accepted_total": _one_label(store.tallies.accepted()),
        "relayer_refused_total": _of(tallies, REFUSALS),
        "relayer_access_lines_lost_total": _known(tallies.get((LOST_LINES, "", ""), 0)),
        "relayer_contributions": {(s.value,): counts.get(s, 0) for s in ContributionStatus},
        "relayer_queue_depth": {(queue.kind,): queue.depth for queue in queues},
        "relayer_queue_oldest_age_seconds": {
            (queue.kind,): 0.0 if queue.oldest_at is None else max(0.0, now - queue.oldest_at)
            for queue in queues
        },
    }


def _sending(store: Store, tallies: Mapping[TallyKey, int], view: ChainView) -> dict[str, Values]:
    pending = store.tallies.pending()
    idle = {signer.address: 0 for signer in view.signers}
    return {
        "relayer_transactions_total": _of(tallies, "transactions", with_kind=True),
        "relayer_attempts_total": _of(tallies, "attempts"),
        "relayer_bumps_total": _of(tallies, "bumps"),
        "relayer_signer_balance_wei": {(s.address,): s.balance_wei for s in view.signers},
        "relayer_signer_pending": _one_label({**idle, **pending}),
    }


def _money(
    store: Store, tallies: Mapping[TallyKey, int], view: ChainView, now: float
) -> dict[str, Values]:
    tank, reserved_gwei = view.tank, store.contributions.reserved_gwei()
    fees_wei = tallies["fees", "gwei", ""] * GWEI + tallies["fees", "wei", ""]
    return {
        "relayer_tank_available_wei": _known(None if tank is None else tank.available_wei),
        "relayer_tank_reserved_wei": _known(None if tank is None else tank.reserved_wei),
        "relayer_budget_left_gwei": _known(
            None if tank is None else max(0, budget_gwei(tank, now) - reserved_gwei)
        ),
        "relayer_settled": _one_label(store.tallies.settled()),
        "relayer_fees_credited_wei": _known(fees_wei),
    }


def _surroundings(
    store: Store, tallies: Mapping[TallyKey, int], view: ChainView, now: float
) -> dict[str, Values]:
    beat = view.heartbeat
    depths = {
        "within": tallies.get(("reorganisations", "within", ""), 0),
        "beyond": store.tallies.deep_reorganisations(),
    }
    ended = {status: tallies.get(("messages", status, ""), 0) for status in ("delivered", "dead")}
    return {
        "relayer_node_requests_total": _of(tallies, NODE_REQUESTS),
        "relayer_node_faults_total": _of(tallies, NODE_FAULTS, with_kind=True),
        "relayer_node_reachable": _known(None if beat is None else beat.node_reachable),
        "relayer_head_block": _known(None if view.head is None else view.head.number),
        "relayer_reorganisations_total": _one_label(depths),
        "relayer_webhook_messages_total": _one_label(ended),
        "relayer_webhook_messages_waiting": _known(store.tallies.waiting_messages()),
        "relayer_worker_heartbeat_age_seconds": _known(
            None if beat is None else max(0.0, now - beat.at)
        ),
    }


def _switches(store: Store, now: float) -> dict[str, Values]:
    state = store.intake_breaker.read().state
    return {
        "relayer_breaker_state": {(s.value,): s is state for s in BreakerState},
        "relayer_paused": {(s.value,): store.switches.pause_of(s, now) is not None for s in Switch},
    }


def _verdicts(store: Store, now: float) -> dict[str, Values]:
    standings = store.alerts.all()
    looked_at = max((each.looked_at for each in standings.values()), default=None)
    return {
        "relayer_verdict": {(name,): _LEVELS.index(each.level) for name, each in standings.items()},
        "relayer_alert_raised": {(name,): each.is_raised for name, each in standings.items()},
        "relayer_verdicts_age_seconds": _known(
            None if looked_at is None else max(0.0, now - looked_at)
        ),
    }


def _known(value: float | None) -> Values:
    """The value of a metric without labels; what is not known is not told."""
    return {} if value is None else {(): value}


def _one_label(values: Mapping[str, float]) -> Values:
    return {(label,): value for label, value in values.items()}


def _of(tallies: Mapping[TallyKey, int], name: str, *, with_kind: bool = False) -> Values:
    found: Iterator[tuple[TallyKey, int]] = (item for item in tallies.items() if item[0][0] == name)
    return {((key[1], key[2]) if with_kind else (key[1],)): value for key, value in found}
