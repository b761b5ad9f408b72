"""With which refusals signed requests may be answered, for the document."""

from __future__ import annotations

from typing import Final

from relayer.errors import Refusal
from relayer.refusals import (
    AlreadyValidated,
    BadKey,
    BadSignature,
    BadTicket,
    BalanceTooLow,
    Banned,
    ChainUnavailable,
    CircuitOpen,
    ContributionNotOpen,
    DailyAllowanceUsedUp,
    DeadlinePassed,
    DeadlineTooFar,
    FeatureOutOfRange,
    FeaturesNotIncreasing,
    HouseBudgetUsedUp,
    IntakePaused,
    KeyRequired,
    LabelOutOfRange,
    MarketNotOpen,
    MaxFeeTooLow,
    NeverContributed,
    NonceConflict,
    NonceUsed,
    NoValidations,
    OwnContribution,
    QuotaExceeded,
    SampleMalformed,
    SampleTooLong,
    ScopeMissing,
    TankEmpty,
    TicketUsedUp,
    TooManyOpen,
    UnknownContribution,
    UnknownTrainer,
    VectorTooLong,
    WrongChain,
)

#: Whatever it is that a player signed.
_SIGNED: Final[tuple[type[Refusal], ...]] = (
    BadSignature,
    WrongChain,
    NonceUsed,
    NonceConflict,
    DeadlinePassed,
    DeadlineTooFar,
    MaxFeeTooLow,
    ChainUnavailable,
)

#: By who sends it, or because nothing is taken at the moment.
_KEPT_OUT: Final[tuple[type[Refusal], ...]] = (
    KeyRequired,
    BadKey,
    ScopeMissing,
    BadTicket,
    TicketUsedUp,
    Banned,
    IntakePaused,
    QuotaExceeded,
)

CONTRIBUTIONS_REFUSED: Final = (
    *_SIGNED,
    *_KEPT_OUT,
    CircuitOpen,
    TooManyOpen,
    DailyAllowanceUsedUp,
    HouseBudgetUsedUp,
    UnknownTrainer,
    LabelOutOfRange,
    SampleMalformed,
    SampleTooLong,
    FeaturesNotIncreasing,
    FeatureOutOfRange,
    VectorTooLong,
    MarketNotOpen,
    TankEmpty,
)

VALIDATIONS_REFUSED: Final = (
    *_SIGNED,
    *_KEPT_OUT,
    UnknownTrainer,
    NoValidations,
    UnknownContribution,
    ContributionNotOpen,
    OwnContribution,
    NeverContributed,
    AlreadyValidated,
)

WITHDRAWALS_REFUSED: Final = (*_SIGNED, BadKey, BadTicket, QuotaExceeded, BalanceTooLow)
