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
    ticket_max_life_s: float = field(
        default=86_400.0, metadata=about("longest that a play ticket is taken", least=1)
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=about("addresses or networks of proxies whose X-Forwarded-For is believed"),
    )
    quota_window_s: float = field(
        default=60.0, metadata=about("time in which a quota is earned again", least=1)
    )
    player_quota: int = field(
        default=120, metadata=about("submissions that one player may send in a window", least=1)
    )
    network_quota: int = field(
        default=1_200,
        metadata=about("submissions that may come from one network in a window", least=1),
    )
    key_quota: int = field(
        default=60_000,
        metadata=about(
            "submissions that a game may send in a window, unless its key says", least=0
        ),
    )
    daily_budget_gwei: int | None = field(
        default=None, metadata=about("most that contributions may cost in a day", least=0)
    )
    key_daily_budget_gwei: int | None = field(
        default=None,
        metadata=about(
            "most that those of one game may cost in a day, unless its key says", least=0
        ),
    )
    player_daily_budget_gwei: int | None = field(
        default=None, metadata=about("most that those of one player may cost in a day", least=0)
    )
    trust_start: int = field(
        default=100, metadata=about("open contributions that a new player may have", least=1)
    )
    trust_per_refunded: int = field(
        default=1, metadata=about("how many more for each that was refunded", least=0)
    )
    trust_per_forfeited: int = field(
        default=5, metadata=about("how many fewer for each that was forfeited", least=0)
    )
    trust_most: int = field(
        default=1_000, metadata=about("open contributions that anybody may have", least=1)
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
