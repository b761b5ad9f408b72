"""The form of what somebody may still send, and when it renews."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, with_config
from typing_extensions import TypedDict

from relayer.api.forms.shared import PUBLISHED, Count, Gwei, UnixTime


@with_config(PUBLISHED)
class QuotaLeft(TypedDict):
    """Submissions in a window; one more is earned every window_s / limit seconds."""

    limit: Count
    left: Count
    window_s: Count
    renews_at: UnixTime
    """When everything is left again, if nothing is sent."""


@with_config(PUBLISHED)
class BudgetLeft(TypedDict):
    """What may be spent in a day (UTC)."""

    limit_gwei: Gwei
    left_gwei: Gwei
    renews_at: UnixTime


@with_config(PUBLISHED)
class OpenLeft(TypedDict):
    """Contributions that are not settled yet. Each that is refunded allows more."""

    limit: Count
    left: Count


@with_config(PUBLISHED)
class BanTold(TypedDict):
    """Why somebody is kept out, and until when."""

    reason: str
    expires_at: UnixTime | None
    """Null: until the operator says so."""


@with_config(PUBLISHED)
class PlayerAllowance(TypedDict):
    """What a player may still send."""

    quota: QuotaLeft
    open_contributions: OpenLeft
    daily_budget: BudgetLeft | None
    """Null: no limit."""
    ban: BanTold | None


@with_config(PUBLISHED)
class HouseAllowance(TypedDict):
    """Who may send here, and what is left for whoever asks."""

    admission: Annotated[str, Field(pattern="^(open|keys)$")]
    """Open: everybody may submit; keys: games with a key."""
    obstacle: str | None
    """Why nothing is accepted at the moment: a pause, or too many failures. Null: it is."""
    quota: QuotaLeft | None
    """Of the network that asks, or of the game whose key came along."""
    daily_budget: BudgetLeft | None
    """Of the game whose key came along. Null: no limit, or no key."""
    house_daily_budget: BudgetLeft | None
    """Null: no limit."""
