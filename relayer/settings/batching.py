"""When contributions leave together, and when they are settled."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class BatchingSettings:
    """When contributions leave together, and when they are settled."""

    max_wait_s: float = field(
        default=2.0, metadata=about("longest that a contribution waits for its batch", least=0)
    )
    dear_wait_factor: float = field(
        default=3.0,
        metadata=about("how many times max_wait_s they wait while the base fee is dear", least=1),
    )
    dear_fee_percent: int = field(
        default=150,
        metadata=about("share of its average above which a base fee is dear", least=101),
    )
    max_batch_items: int = field(
        default=100, metadata=about("most contributions in one batch", least=1)
    )
    max_batch_gas: int = field(
        default=8_000_000, metadata=about("most gas that one batch may use", least=100_000)
    )
    settle_min_items: int = field(
        default=20, metadata=about("open contributions that make settling worth it", least=1)
    )
    settle_max_delay_s: float = field(
        default=300.0,
        metadata=about("longest that fewer due contributions wait to be settled", least=0),
    )
