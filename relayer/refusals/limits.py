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


class CircuitOpen(Refusal):
    """Too many contributions failed of late, and the intake has closed for a while.

    Send the same request again after the time that Retry-After names.
    """

    code, status, retryable = "circuit-open", 503, True
