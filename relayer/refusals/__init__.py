"""Every reason for which the HTTP API refuses a request; each class is one problem ``code``.

* Refusal
    * `requests`: MalformedJson, BadRequest, BodyTooLarge, RequestTooSlow, AddressTooLong,
      HeadersTooLarge, ExpectationFailed, JsonTooDeep, UnsupportedMediaType,
      IdempotencyKeyMalformed, IdempotencyKeyInFlight, IdempotencyKeyReused, NotFound,
      MethodNotAllowed, SchemaViolation
    * `signed`: BadSignature, WrongChain, NonceUsed, NonceConflict, DeadlinePassed,
      DeadlineTooFar, MaxFeeTooLow, UnknownTrainer, BalanceTooLow, NotCancellable
    * `data`: LabelOutOfRange, SampleMalformed, SampleTooLong, FeaturesNotIncreasing,
      FeatureOutOfRange, VectorTooLong, NoSnapshot, MarketNotOpen
    * `validations`: NoValidations, UnknownContribution, ContributionNotOpen, OwnContribution,
      NeverContributed, AlreadyValidated
    * `limits`: Banned, KeyRequired, BadKey, ScopeMissing, BadTicket, TicketUsedUp, QuotaExceeded,
      TooManyOpen, DailyAllowanceUsedUp, HouseBudgetUsedUp, CircuitOpen
    * `webhooks`: WebhookTargetRefused, TooManyWebhooks
    * `operators`: OpsTokenRequired, BadOpsToken, RoleMissing, ConfirmationNeeded, ActionRefused
    * `service`: TankEmpty, ChainUnavailable, IntakePaused, StoreUnavailable, NotReady,
      MetricsClosed, InternalError

The docstring of a refusal is its title and what to do about it, as ``/docs/errors`` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from relayer.errors import Refusal
from relayer.refusals import (
    data,
    limits,
    operators,
    requests,
    service,
    signed,
    validations,
    webhooks,
)
from relayer.refusals.data import (
    FeatureOutOfRange,
    FeaturesNotIncreasing,
    LabelOutOfRange,
    MarketNotOpen,
    NoSnapshot,
    SampleMalformed,
    SampleTooLong,
    VectorTooLong,
)
from relayer.refusals.limits import (
    BadKey,
    BadTicket,
    Banned,
    CircuitOpen,
    DailyAllowanceUsedUp,
    HouseBudgetUsedUp,
    KeyRequired,
    QuotaExceeded,
    ScopeMissing,
    TicketUsedUp,
    TooManyOpen,
)
from relayer.refusals.operators import (
    ActionRefused,
    BadOpsToken,
    ConfirmationNeeded,
    OpsTokenRequired,
    RoleMissing,
)
from relayer.refusals.requests import (
    AddressTooLong,
    BadRequest,
    BodyTooLarge,
    ExpectationFailed,
    HeadersTooLarge,
    IdempotencyKeyInFlight,
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
    JsonTooDeep,
    MalformedJson,
    MethodNotAllowed,
    NotFound,
    RequestTooSlow,
    SchemaViolation,
    UnsupportedMediaType,
)
from relayer.refusals.service import (
    ChainUnavailable,
    IntakePaused,
    InternalError,
    MetricsClosed,
    NotReady,
    StoreUnavailable,
    TankEmpty,
)
from relayer.refusals.signed import (
    BadSignature,
    BalanceTooLow,
    DeadlinePassed,
    DeadlineTooFar,
    MaxFeeTooLow,
    NonceConflict,
    NonceUsed,
    NotCancellable,
    UnknownTrainer,
    WrongChain,
)
from relayer.refusals.validations import (
    AlreadyValidated,
    ContributionNotOpen,
    NeverContributed,
    NoValidations,
    OwnContribution,
    UnknownContribution,
)
from relayer.refusals.webhooks import TooManyWebhooks, WebhookTargetRefused

__all__ = [
    "ActionRefused",
    "AddressTooLong",
    "AlreadyValidated",
    "BadKey",
    "BadOpsToken",
    "BadRequest",
    "BadSignature",
    "BadTicket",
    "BalanceTooLow",
    "Banned",
    "BodyTooLarge",
    "ChainUnavailable",
    "CircuitOpen",
    "ConfirmationNeeded",
    "ContributionNotOpen",
    "DailyAllowanceUsedUp",
    "DeadlinePassed",
    "DeadlineTooFar",
    "ExpectationFailed",
    "FeatureOutOfRange",
    "FeaturesNotIncreasing",
    "HeadersTooLarge",
    "HouseBudgetUsedUp",
    "IdempotencyKeyInFlight",
    "IdempotencyKeyMalformed",
    "IdempotencyKeyReused",
    "IntakePaused",
    "InternalError",
    "JsonTooDeep",
    "KeyRequired",
    "LabelOutOfRange",
    "MalformedJson",
    "MarketNotOpen",
    "MaxFeeTooLow",
    "MethodNotAllowed",
    "MetricsClosed",
    "NeverContributed",
    "NoSnapshot",
    "NoValidations",
    "NonceConflict",
    "NonceUsed",
    "NotCancellable",
    "NotFound",
    "NotReady",
    "OpsTokenRequired",
    "OwnContribution",
    "QuotaExceeded",
    "RequestTooSlow",
    "RoleMissing",
    "SampleMalformed",
    "SampleTooLong",
    "SchemaViolation",
    "ScopeMissing",
    "StoreUnavailable",
    "TankEmpty",
    "TicketUsedUp",
    "TooManyOpen",
    "TooManyWebhooks",
    "UnknownContribution",
    "UnknownTrainer",
    "UnsupportedMediaType",
    "VectorTooLong",
    "WebhookTargetRefused",
    "WrongChain",
    "refusals",
]


def refusals() -> Iterator[type[Refusal]]:
    """Every kind of refusal, room by room, in the order in which the rooms define them."""
    for room in (requests, signed, data, validations, limits, webhooks, operators, service):
        for value in vars(room).values():
            if isinstance(value, type) and value is not Refusal and issubclass(value, Refusal):
                yield value
