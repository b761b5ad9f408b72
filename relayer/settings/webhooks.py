"""How games are told of what became of their contributions."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """How games are told of what became of their contributions."""

    webhook_timeout_s: float = field(
        default=10.0, metadata=about("longest that a receiver of webhooks may take", least=0.1)
    )
    webhook_parallel: int = field(
        default=4, metadata=about("webhook messages under way at a time", least=1)
    )
    webhook_keep_s: float = field(
        default=604_800.0,
        metadata=about("how long ended webhook messages can be looked at and replayed", least=0),
    )
    webhook_private_targets: bool = field(
        default=False,
        metadata=about(
            "whether webhooks may go to private addresses and over plain HTTP; for development"
        ),
    )
