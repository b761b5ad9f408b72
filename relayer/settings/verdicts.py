"""From where on the dashboard and its alerts call something amber, and from where on red."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class VerdictSettings:
    """From where on the dashboard and its alerts call something amber, and from where on red."""

    runway_amber_h: float = field(
        default=48.0,
        metadata=about("hours of money left, of tank or signers: amber below", least=0),
    )
    runway_red_h: float = field(
        default=12.0, metadata=about("hours of money left: red below", least=0)
    )
    head_amber_s: float = field(
        default=120.0, metadata=about("time without a new block: amber from", least=1)
    )
    head_red_s: float = field(
        default=600.0, metadata=about("time without a new block: red from", least=1)
    )
    queue_amber_s: float = field(
        default=60.0, metadata=about("wait of the oldest queued request: amber from", least=1)
    )
    queue_red_s: float = field(
        default=300.0, metadata=about("wait of the oldest queued request: red from", least=1)
    )
    stuck_amber_s: float = field(
        default=60.0,
        metadata=about("wait of a signer's first transaction for its block: amber from", least=1),
    )
    stuck_red_s: float = field(
        default=180.0, metadata=about("wait of a signer's first transaction: red from", least=1)
    )
    failures_amber_percent: int = field(
        default=5,
        metadata=about("share of contributions that failed in 15 minutes: amber from", least=1),
    )
    failures_red_percent: int = field(
        default=20,
        metadata=about("share of contributions that failed in 15 minutes: red from", least=1),
    )
    forfeits_amber_percent: int = field(
        default=25,
        metadata=about("share of what was settled in a day and forfeited: amber from", least=1),
    )
    forfeits_red_percent: int = field(
        default=50,
        metadata=about("share of what was settled in a day and forfeited: red from", least=1),
    )
    fee_amber_percent: int = field(
        default=75, metadata=about("base fee against the lowest fee cap: amber from", least=1)
    )
    budget_amber_percent: int = field(
        default=20, metadata=about("what is left of a daily budget: amber below", least=0)
    )
    budget_red_percent: int = field(
        default=5, metadata=about("what is left of a daily budget: red below", least=0)
    )
    promised_amber_percent: int = field(
        default=80,
        metadata=about("share of the tank that is promised to the queue: amber from", least=1),
    )
    webhooks_amber: int = field(
        default=100, metadata=about("webhook messages that wait: amber from", least=1)
    )
    webhooks_red: int = field(
        default=1_000, metadata=about("webhook messages that wait: red from", least=1)
    )
    backup_amber_h: float = field(
        default=26.0,
        metadata=about("age of the newest backup: amber from; 0: not watched", least=0),
    )
    backup_red_h: float = field(
        default=72.0, metadata=about("age of the newest backup: red from", least=0)
    )
    clock_amber_s: float = field(
        default=5.0, metadata=about("how far the clock is behind a new block: amber from", least=1)
    )
    clock_red_s: float = field(
        default=30.0, metadata=about("how far the clock is behind a new block: red from", least=1)
    )
