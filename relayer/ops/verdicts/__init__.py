"""How the house does, in one sentence for each thing that can go wrong.

::

    for verdict in judge(gather(store, settings, clock.now())):
        print(verdict.level, verdict.sentence)

Every verdict is a function of `Facts` alone. `VerdictName` is the one list of names for verdicts,
alerts, runbooks and rules of Prometheus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from relayer.ops.verdicts import flow, money, surroundings
from relayer.ops.verdicts.facts import Facts, gather
from relayer.ops.verdicts.names import VerdictLevel, VerdictName
from relayer.ops.verdicts.verdict import Remedy, Verdict

__all__ = [
    "JUDGES",
    "TITLES",
    "Facts",
    "Remedy",
    "Verdict",
    "VerdictLevel",
    "VerdictName",
    "gather",
    "judge",
]

JUDGES: Final[Mapping[VerdictName, Callable[[Facts], Verdict]]] = {
    VerdictName.WORKER: surroundings.worker_heartbeat,
    VerdictName.NODE: surroundings.node_in_sync,
    VerdictName.CHAIN_ID: surroundings.chain_id,
    VerdictName.SIGNERS: money.signer_balance,
    VerdictName.TANK: money.tank_reserved,
    VerdictName.RUNWAY: money.runway,
    VerdictName.BOOKS: money.books,
    VerdictName.STUCK: flow.stuck_nonce,
    VerdictName.QUEUE: flow.oldest_queued,
    VerdictName.PAUSES: flow.pauses,
    VerdictName.FAILURES: flow.failure_ratio,
    VerdictName.FEE_CAP: money.fee_cap,
    VerdictName.BUDGET: money.budget_left,
    VerdictName.FORFEITS: flow.forfeits,
    VerdictName.WEBHOOKS: flow.webhook_backlog,
    VerdictName.REORGANISATION: surroundings.reorganisation,
    VerdictName.CLOCK: surroundings.clock_skew,
    VerdictName.VERSION: surroundings.version,
    VerdictName.BACKUP: surroundings.backup_age,
}

TITLES: Final[Mapping[VerdictName, str]] = {
    VerdictName.WORKER: "Worker",
    VerdictName.NODE: "Node",
    VerdictName.CHAIN_ID: "Chain",
    VerdictName.CLOCK: "Clock",
    VerdictName.SIGNERS: "Signers",
    VerdictName.RUNWAY: "Runway",
    VerdictName.TANK: "Tank",
    VerdictName.BUDGET: "Budget",
    VerdictName.FEE_CAP: "Fee cap",
    VerdictName.QUEUE: "Queue",
    VerdictName.STUCK: "Nonces",
    VerdictName.FAILURES: "Failures",
    VerdictName.FORFEITS: "Forfeits",
    VerdictName.PAUSES: "Switches",
    VerdictName.WEBHOOKS: "Webhooks",
    VerdictName.BOOKS: "Books",
    VerdictName.REORGANISATION: "Reorganisations",
    VerdictName.BACKUP: "Backup",
    VerdictName.VERSION: "Version",
}


def judge(facts: Facts) -> list[Verdict]:
    """Return all verdicts, the worst first; among equals in the order of `JUDGES`."""
    verdicts = [judged(facts) for judged in JUDGES.values()]
    return sorted(verdicts, key=lambda verdict: verdict.level.rank)
