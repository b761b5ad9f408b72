"""All metrics: name, type, labels, meaning. docs/reference/metrics.md lists the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MetricKind(StrEnum):
    """What Prometheus may do with the numbers."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; the values of its labels come from settings and from lists in this code."""

    name: str
    kind: MetricKind
    labels: tuple[str, ...]
    text: str


def _counter(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, MetricKind.COUNTER, labels, text)


def _gauge(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, MetricKind.GAUGE, labels, text)


METRICS: Final = (
    _counter("relayer_accepted_total", "requests that were accepted", "kind"),
    _counter("relayer_refused_total", "requests that were refused, by error code", "code"),
    _counter("relayer_access_lines_lost_total", "lines about requests that could not be written"),
    _gauge("relayer_contributions", "contributions that stand there", "status"),
    _gauge("relayer_queue_depth", "requests that wait to be sent", "kind"),
    _gauge("relayer_queue_oldest_age_seconds", "how long the oldest of them has waited", "kind"),
    _counter(
        "relayer_transactions_total",
        "nonces that were used; of the kind add: batches",
        "signer",
        "kind",
    ),
    _counter("relayer_attempts_total", "signed versions of transactions", "signer"),
    _counter("relayer_bumps_total", "those of them that replaced an earlier one", "signer"),
    _gauge("relayer_signer_balance_wei", "what the account holds", "signer"),
    _gauge("relayer_signer_pending", "its transactions that no block holds", "signer"),
    _gauge("relayer_tank_available_wei", "what the tank may still spend"),
    _gauge("relayer_tank_reserved_wei", "what the tank has set aside for settling"),
    _gauge("relayer_budget_left_gwei", "what may still be accepted of tank and daily limit"),
    _gauge("relayer_settled", "contributions that were settled", "outcome"),
    _gauge("relayer_fees_credited_wei", "fees that settlements have credited"),
    _counter("relayer_node_requests_total", "requests that the worker sent", "node"),
    _counter("relayer_node_faults_total", "what went wrong with them", "node", "kind"),
    _gauge("relayer_node_reachable", "1: a node answered in the worker's last turn"),
    _gauge("relayer_head_block", "number of the newest block that the worker saw"),
    _counter(
        "relayer_reorganisations_total",
        "blocks dropped by the chain; `beyond`: some had counted as final",
        "depth",
    ),
    _counter("relayer_webhook_messages_total", "messages that came to an end", "status"),
    _gauge("relayer_webhook_messages_waiting", "messages that are not delivered yet"),
    _gauge("relayer_worker_heartbeat_age_seconds", "since the worker's last sign of life"),
    _gauge("relayer_breaker_state", "1 for the state that the intake's breaker is in", "state"),
    _gauge("relayer_paused", "1: an operator has paused it", "switch"),
    _gauge("relayer_verdict", "0: green, 1: amber, 2: red", "verdict"),
    _gauge("relayer_alert_raised", "1: its alert is raised", "verdict"),
    _gauge("relayer_verdicts_age_seconds", "since the verdicts were looked at"),
)
