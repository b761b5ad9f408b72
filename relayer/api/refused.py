"""With which refusals signed requests may be answered, for the document."""

from __future__ import annotations

from typing import Final

from relayer.errors import Refusal
from relayer.refusals import (
    AlreadyValidated,
    BadSignature,
    BalanceTooLow,
    Banned,
    ChainUnavailable,
    CircuitOpen,
    ContributionNotOpen,
    DeadlinePassed,
    DeadlineTooFar,
    FeatureOutOfRange,
    FeaturesNotIncreasing,
    IntakePaused,
    LabelOutOfRange,
    MarketNotOpen,
    MaxFeeTooLow,
    NeverContributed,
    NonceConflict,
    NonceUsed,
    NoValidations,
    OwnContribution,
    SampleMalformed,
    SampleTooLong,
    TankEmpty,
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
    Banned,
    IntakePaused,
    CircuitOpen,
)

CONTRIBUTIONS_REFUSED: Final = (
    *_SIGNED,
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
    UnknownTrainer,
    NoValidations,
    UnknownContribution,
    ContributionNotOpen,
    OwnContribution,
    NeverContributed,
    AlreadyValidated,
)

WITHDRAWALS_REFUSED: Final = (*_SIGNED, BalanceTooLow)
