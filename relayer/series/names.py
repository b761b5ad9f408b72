"""What is counted, and how finely time is cut."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MINUTE_S: Final = 60
TEN_MINUTES_S: Final = 600
HOUR_S: Final = 3_600
DAY_S: Final = 86_400

#: How long each step of time is kept, in seconds; None: for ever.
KEEP_S: Final[dict[int, int | None]] = {
    MINUTE_S: 2 * DAY_S,
    TEN_MINUTES_S: 8 * DAY_S,
    HOUR_S: None,
}


class Series(StrEnum):
    """What happened in a step of time; amounts end in ``_wei``."""

    GAS_WEI = "gas_wei"  #: paid for gas, by kind of transaction
    GAS = "gas"  #: units of it, by kind of transaction
    EARNED_WEI = "earned_wei"  #: credited for fees: out of `rewards`, `tank`, `withdrawals`
    WITHDRAWN_WEI = "withdrawn_wei"  #: credits that signers took out of the Forwarder
    CONFIRMED = "confirmed"  #: contributions that took effect in a final block
    SETTLED = "settled"  #: contributions, by outcome
    STAKE_WEI = "stake_wei"  #: their stakes, by outcome
    ENDED = "ended"  #: contributions that came to a bad end, by reason
    TRIED = "tried"  #: contributions that a model was tried on before it learnt, by trainer
    RIGHT = "right"  #: those of them whose label it gave, by trainer
    QUEUED_SENT = "queued_sent"  #: durations, by bucket: from acceptance to the first broadcast
    SENT_MINED = "sent_mined"
    MINED_CONFIRMED = "mined_confirmed"
    CONFIRMED_SETTLED = "confirmed_settled"

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in wei."""
        return self.value.endswith("_wei")


#: The steps of a contribution's life, in order.
DURATIONS: Final = (
    Series.QUEUED_SENT,
    Series.SENT_MINED,
    Series.MINED_CONFIRMED,
    Series.CONFIRMED_SETTLED,
)


class Level(StrEnum):
    """How something stood at a moment."""

    TANK_AVAILABLE_GWEI = "tank_available_gwei"
    TANK_RESERVED_GWEI = "tank_reserved_gwei"
    SPONSOR_GWEI = "sponsor_gwei"  #: what is in the tank, and stakes that may come back to it
    CLAIMS_GWEI = "claims_gwei"  #: set aside for fees of open contributions
    CLAIMS = "claims"  #: open contributions in final blocks
    SIGNER_GWEI = "signer_gwei"  #: by signer
    QUEUE_DEPTH = "queue_depth"  #: by kind of request
    QUEUE_AGE_S = "queue_age_s"  #: of the oldest, by kind of request
    IN_FLIGHT = "in_flight"  #: transactions that no block holds
    BASE_FEE_WEI = "base_fee_wei"
    STAKE_GWEI = "stake_gwei"  #: that a contribution would put down, by trainer


class MarkKind(StrEnum):
    """Why a moment is marked."""

    WORKER = "worker"  #: it started
    VERSION = "version"  #: another version of the relayer, or another deployment
    PAUSE = "pause"
    RESUME = "resume"
    REORGANISATION = "reorganisation"  #: deeper than what counted as final
