"""What the service cannot do at the moment."""

from __future__ import annotations

from relayer.errors import Refusal


class TankEmpty(Refusal):
    """The sponsor's tank does not cover this contribution at the moment.

    Send the same request again later: the sponsor refills the tank, and a daily limit ends at
    00:00 UTC.
    """

    code, status, retryable = "tank-empty", 503, True


class ChainUnavailable(Refusal):
    """The relayer has no recent view of the chain.

    Send the same request again in a few seconds.
    """

    code, status, retryable = "chain-unavailable", 503, True


class IntakePaused(Refusal):
    """The operator has paused contributions, the sponsor does not pay, or no account can pay.

    Send the same request again later.
    """

    code, status, retryable = "intake-paused", 503, True


class StoreUnavailable(Refusal):
    """The relayer cannot use its database at the moment.

    Send the same request again later; what was accepted before is not lost. Of a new webhook or
    secret, look first whether it is there: it may have been stored without an answer.
    """

    code, status, retryable = "store-unavailable", 503, True


class NotReady(Refusal):
    """A part of the service does not work at the moment.

    Look at parts: they name what has to be repaired.
    """

    code, status, retryable = "not-ready", 503, True


class MetricsClosed(Refusal):
    """The metrics are not for whoever asks.

    Send the operator's metrics_token as Authorization: Bearer.
    """

    code, status, retryable = "metrics-closed", 401, False


class InternalError(Refusal):
    """The relayer failed to answer; the fault is on its side.

    Send the same request again later, or report the request_id.
    """

    code, status, retryable = "internal-error", 500, True
