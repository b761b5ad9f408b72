"""The one list of names for verdicts, alerts, runbooks and rules of Prometheus."""

from __future__ import annotations

from enum import StrEnum


class VerdictName(StrEnum):
    """What is judged; `relayer/ops/runbooks/<name>.md` says what to do about it."""

    WORKER = "worker-heartbeat"
    NODE = "node-in-sync"
    CHAIN_ID = "chain-id"
    CLOCK = "clock-skew"
    SIGNERS = "signer-balance"
    RUNWAY = "runway"
    TANK = "tank-reserved"
    BUDGET = "budget-left"
    FEE_CAP = "fee-cap"
    QUEUE = "oldest-queued"
    STUCK = "stuck-nonce"
    FAILURES = "failure-ratio"
    FORFEITS = "forfeits"
    PAUSES = "pauses"
    WEBHOOKS = "webhook-backlog"
    BOOKS = "books"
    REORGANISATION = "reorganisation"
    BACKUP = "backup-age"
    VERSION = "version"


class VerdictLevel(StrEnum):
    """How much it matters."""

    GREEN = "green"  #: as it should be
    AMBER = "amber"  #: look at it today
    RED = "red"  #: mend it now

    @property
    def rank(self) -> int:
        """The worst first."""
        return (VerdictLevel.RED, VerdictLevel.AMBER, VerdictLevel.GREEN).index(self)
