"""What one player may cost a house in a day."""

from __future__ import annotations

import math
from typing import Final

from relayer.intake.fees import FULL_BATCH
from simulation.house.fees import Added, reserve_wei
from simulation.planner.question import GWEI, Question

#: A player may contribute so many times as much as is usual: see the study of attacks
#: (`simulation.attacks.quotas`). It turns down nobody who plays, and floods become small.
TIMES_THE_USUAL: Final = 4


def player_daily_budget_gwei(question: Question) -> int:
    """What the setting of this name is best set to: for so many contributions a day.

    A contribution is charged with its stake and with what is set aside for its fees, as in a batch
    of eight, at the sponsor's highest price.
    """
    terms = question.rules.terms(question.cap_wei - question.tip_wei)
    batch = Added(accepted=FULL_BATCH, sample_bytes=FULL_BATCH * question.sample_bytes)
    each_wei = question.staked_wei + reserve_wei(terms, batch) // FULL_BATCH
    count = math.ceil(TIMES_THE_USUAL * question.rounds_per_day)
    return -(-count * each_wei // GWEI)
