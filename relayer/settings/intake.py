"""What is accepted."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class IntakeSettings:
    """What is accepted."""

    max_contributions_per_request: int = field(
        default=100, metadata=about("most contributions in one request", least=1)
    )
    min_deadline_s: int = field(
        default=60, metadata=about("least time from acceptance to deadline", least=0)
    )
    max_deadline_s: int = field(
        default=86_400, metadata=about("most time from acceptance to deadline", least=1)
    )
    heartbeat_stale_s: float = field(
        default=30.0,
        metadata=about("age of the worker's heartbeat from which on nothing is accepted", least=1),
    )
    idempotency_keep_s: int = field(
        default=86_400,
        metadata=about("how long an answer is kept for its Idempotency-Key", least=60),
    )
