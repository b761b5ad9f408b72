"""Who may send how much."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class LimitSettings:
    """Who may send how much, and when the intake closes by itself."""

    admission: str = field(
        default="open",
        metadata=about("who may submit: `open`: everybody; `keys`: games with a key"),
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=about("addresses or networks of proxies whose X-Forwarded-For is believed"),
    )
    breaker_percent: int = field(
        default=50,
        metadata=about(
            "share of contributions that failed or were forfeited at which the intake closes",
            least=1,
        ),
    )
    breaker_least_ends: int = field(
        default=20, metadata=about("ended contributions that the share is taken of", least=1)
    )
    breaker_window_s: float = field(
        default=600.0, metadata=about("how far back the share is taken", least=1)
    )
    breaker_pause_s: float = field(
        default=60.0, metadata=about("how long the intake then stays closed", least=1)
    )
    breaker_probes: int = field(
        default=5, metadata=about("contributions that are then let in to see how they end", least=1)
    )
