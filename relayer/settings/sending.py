"""How transactions are paid for, watched and replaced."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import about

#: Nodes refuse a replacement of a transaction that raises the fees by less.
LEAST_BUMP_PERCENT = 10


@dataclass(frozen=True, kw_only=True)
class SendingSettings:
    """How transactions are paid for, watched and replaced."""

    confirmations: int = field(
        default=2, metadata=about("blocks on top until a block counts as final", least=0)
    )
    poll_interval_s: float = field(
        default=0.5, metadata=about("pause between two looks at the chain", least=0.01)
    )
    max_fee_per_gas_cap_wei: int = field(
        default=200_000_000_000,
        metadata=about("most that an attempt offers per gas, tip included", least=1),
    )
    priority_fee_wei: int = field(
        default=1_000_000_000, metadata=about("most that a first attempt tips per gas", least=0)
    )
    tip_percentile: int = field(
        default=50,
        metadata=about(
            "which of the tips in the latest blocks a first attempt offers, from the cheapest; "
            "0: always priority_fee_wei",
            least=0,
        ),
    )
    max_tries: int = field(
        default=10,
        metadata=about(
            "transactions that may carry a request and come to nothing until it fails", least=1
        ),
    )
    resend_after_s: float = field(
        default=12.0, metadata=about("age of an attempt that is then bumped", least=0.1)
    )
    bump_percent: int = field(
        default=12,
        metadata=about(
            "by how much the first bump raises both fees; each later one adds as much again",
            least=LEAST_BUMP_PERCENT,
        ),
    )
