"""Who may not send, or not so much."""

from __future__ import annotations

from relayer.errors import Refusal


class Banned(Refusal):
    """Contributions of this player or from this network are not taken.

    Read the detail: it tells why and until when. If it is a mistake, ask the operator.
    """

    code, status = "banned", 403


class KeyRequired(Refusal):
    """This needs a key of a game.

    Send it in the header Authorization: Bearer, from your server and never from a browser. The
    operator gives keys out.
    """

    code, status = "key-required", 401


class BadKey(Refusal):
    """The key is malformed, unknown, revoked or expired.

    Ask the operator for a new one.
    """

    code, status = "bad-key", 401


class ScopeMissing(Refusal):
    """The key does not allow this.

    Use a key with the scope that the detail names.
    """

    code, status = "scope-missing", 403


class BadTicket(Refusal):
    """The play ticket is malformed, forged, over, or for another player.

    Get a new one from the game, for this player and this round.
    """

    code, status = "bad-ticket", 403


class TicketUsedUp(Refusal):
    """The play ticket has brought as many submissions as it is good for.

    Get a new one from the game, with the next round.
    """

    code, status = "ticket-used-up", 403


class QuotaExceeded(Refusal):
    """Too many submissions of this player, network or game in a short time.

    Send the same request again after the time that Retry-After names.
    """

    code, status, retryable = "quota-exceeded", 429, True


class TooManyOpen(Refusal):
    """The player has as many open contributions as its record allows.

    Send the same request again when some are settled; each that is refunded allows more.
    """

    code, status, retryable = "too-many-open", 429, True


class DailyAllowanceUsedUp(Refusal):
    """What this player or game may cost in a day is used up.

    Send the same request again after 00:00 UTC, as Retry-After says.
    """

    code, status, retryable = "daily-allowance-used-up", 429, True


class HouseBudgetUsedUp(Refusal):
    """What the house spends in a day is used up.

    Send the same request again after 00:00 UTC, as Retry-After says.
    """

    code, status, retryable = "house-budget-used-up", 503, True


class CircuitOpen(Refusal):
    """Too many contributions failed of late, and the intake has closed for a while.

    Send the same request again after the time that Retry-After names.
    """

    code, status, retryable = "circuit-open", 503, True
