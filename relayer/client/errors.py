"""Everything that the client raises.

* RelayerClientError
    * TransportError: no answer came back; what the relayer did with the request is unknown
    * UnexpectedAnswerError: an answer came back that is not the relayer's
    * WaitTimeoutError: a contribution did not get where it was waited for in time
    * ApiError: the relayer refused; carries the problem details
        * InvalidRequestError: the request has to be changed
            * SignatureRefusedError: bad-signature, wrong-chain
            * SampleRefusedError: sample, features or label do not fit the model
            * DeadlineRefusedError: deadline-passed, deadline-too-far
            * MaxFeeTooLowError
            * MarketNotOpenError
            * BalanceTooLowError
            * ValidationRefusedError: no-validations, unknown-contribution, contribution-not-open,
              own-contribution, never-contributed, already-validated
        * NonceRefusedError: nonce-used, nonce-conflict
        * NotFoundError: not-found, no-snapshot
        * WebhookRefusedError: webhook-target-refused, too-many-webhooks
        * NotCancellableError
        * NotAdmittedError: banned, key-required, bad-key, scope-missing, bad-ticket,
          ticket-used-up
        * UnavailableError: may succeed later unchanged
            * TankEmptyError
            * ChainUnavailableError
            * LimitReachedError: quota-exceeded, too-many-open, daily-allowance-used-up,
              house-budget-used-up
            * IntakePausedError: intake-paused, circuit-open
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class RelayerClientError(Exception):
    """Base of everything that the client raises."""


class TransportError(RelayerClientError):
    """No answer came back. Sending a signed request again is harmless."""


class UnexpectedAnswerError(RelayerClientError):
    """An answer came back that is not the relayer's: check the URL and what stands in between."""


class WaitTimeoutError(RelayerClientError):
    """A contribution did not get where it was waited for in time; it goes on without us."""


class ApiError(RelayerClientError):
    """The relayer refused a request.

    Args:
        problem: the problem details (RFC 9457) as the relayer sent them.
    """

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{problem.get('code')}: {problem.get('detail')}")
        self.problem = dict(problem)
        #: The stable slug of the kind of refusal.
        self.code = str(problem.get("code", ""))
        #: The HTTP status.
        self.status = int(problem.get("status", 0))
        #: Whether the same request may succeed later.
        self.retryable = bool(problem.get("retryable", False))
        #: How long the relayer asks to wait before the same request is sent again; 0: it does not.
        self.retry_after_s = _seconds(problem.get("retry_after_s"))
        #: What to quote when asking the operator.
        self.request_id = str(problem.get("request_id", ""))


def _seconds(told: object) -> float:
    return float(told) if isinstance(told, int | float) else 0.0


class InvalidRequestError(ApiError):
    """The request has to be changed."""


class SignatureRefusedError(InvalidRequestError):
    """The signature is not the player's, or for another chain or Forwarder."""


class SampleRefusedError(InvalidRequestError):
    """Sample, features or label do not fit the trainer's model."""


class DeadlineRefusedError(InvalidRequestError):
    """The deadline is too close or too far; check the clock of this machine."""


class MaxFeeTooLowError(InvalidRequestError):
    """The signed maximum fee does not cover the fee; sign again with a higher one."""


class MarketNotOpenError(InvalidRequestError):
    """The prediction market takes no contributions at the moment."""


class ValidationRefusedError(InvalidRequestError):
    """The contribution cannot be validated, or not by this player; ``code`` tells why."""


class BalanceTooLowError(InvalidRequestError):
    """The player's balance does not cover the withdrawal."""


class NonceRefusedError(ApiError):
    """The nonce is used or taken; sign again with the player's next nonce."""


class NotFoundError(ApiError):
    """The relayer knows nothing under this id."""


class WebhookRefusedError(ApiError):
    """The webhook cannot be added; ``code`` tells why."""


class NotCancellableError(ApiError):
    """The contribution has left the queue."""


class NotAdmittedError(ApiError):
    """Whoever sends this may not; ``code`` tells why."""


class UnavailableError(ApiError):
    """The relayer cannot accept at the moment; the same request may succeed later."""


class TankEmptyError(UnavailableError):
    """The sponsor's tank or its limit for today is used up."""


class ChainUnavailableError(UnavailableError):
    """The relayer does not see the chain at the moment."""


class LimitReachedError(UnavailableError):
    """A quota, a budget or the number of open contributions is used up; ``code`` tells which."""


class IntakePausedError(UnavailableError):
    """Contributions are paused: by the sponsor, by the operator, or because too many failed."""


_CLASSES: dict[str, type[ApiError]] = {
    "bad-signature": SignatureRefusedError,
    "wrong-chain": SignatureRefusedError,
    "sample-malformed": SampleRefusedError,
    "sample-too-long": SampleRefusedError,
    "features-not-increasing": SampleRefusedError,
    "feature-out-of-range": SampleRefusedError,
    "vector-too-long": SampleRefusedError,
    "label-out-of-range": SampleRefusedError,
    "deadline-passed": DeadlineRefusedError,
    "deadline-too-far": DeadlineRefusedError,
    "max-fee-too-low": MaxFeeTooLowError,
    "market-not-open": MarketNotOpenError,
    "balance-too-low": BalanceTooLowError,
    "no-validations": ValidationRefusedError,
    "unknown-contribution": ValidationRefusedError,
    "contribution-not-open": ValidationRefusedError,
    "own-contribution": ValidationRefusedError,
    "never-contributed": ValidationRefusedError,
    "already-validated": ValidationRefusedError,
    "nonce-used": NonceRefusedError,
    "nonce-conflict": NonceRefusedError,
    "not-found": NotFoundError,
    "no-snapshot": NotFoundError,
    "webhook-target-refused": WebhookRefusedError,
    "too-many-webhooks": WebhookRefusedError,
    "not-cancellable": NotCancellableError,
    "tank-empty": TankEmptyError,
    "chain-unavailable": ChainUnavailableError,
    "bad-ticket": NotAdmittedError,
    "ticket-used-up": NotAdmittedError,
    "bad-key": NotAdmittedError,
    "key-required": NotAdmittedError,
    "scope-missing": NotAdmittedError,
    "quota-exceeded": LimitReachedError,
    "too-many-open": LimitReachedError,
    "daily-allowance-used-up": LimitReachedError,
    "house-budget-used-up": LimitReachedError,
    "banned": NotAdmittedError,
    "ops-token-required": NotAdmittedError,
    "bad-ops-token": NotAdmittedError,
    "role-missing": NotAdmittedError,
    "confirmation-needed": NotAdmittedError,
    "circuit-open": IntakePausedError,
    "intake-paused": IntakePausedError,
}


def api_error(problem: Mapping[str, Any]) -> ApiError:
    """Return the error that stands for problem details; codes of the future get their family."""
    code, status = str(problem.get("code", "")), int(problem.get("status", 0))
    kind = _CLASSES.get(code)
    if kind is None:
        kind = UnavailableError if problem.get("retryable") else ApiError
        if kind is ApiError and 400 <= status < 500:
            kind = InvalidRequestError
    return kind(problem)
