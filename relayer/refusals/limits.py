"""Who may not send, or not so much."""

from __future__ import annotations

from relayer.errors import Refusal


class Banned(Refusal):
    """Contributions of this player or from this network are not taken.

    Read the detail: it tells why and until when. If it is a mistake, ask the operator.
    """

    code, status = "banned", 403


class CircuitOpen(Refusal):
    """Too many contributions failed of late, and the intake has closed for a while.

    Send the same request again after the time that Retry-After names.
    """

    code, status, retryable = "circuit-open", 503, True
