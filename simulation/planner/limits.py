"""What no plan can answer to: each refusal names the term and says what to do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from simulation.bounds import SEEDS, require_within
from simulation.errors import ParameterError

if TYPE_CHECKING:
    from simulation.planner.question import Question

_GWEI: Final = 10**9
_DAY_S: Final = 86_400

#: By the name of the term.
LEAST: Final = {
    **dict.fromkeys(("players", "days", "seeds", "labels", "stake_wei", "fee_percent"), 1),
    **dict.fromkeys(("refund_wait_s", "lapse_wait_s", "max_batch_items", "known_words"), 1),
    **dict.fromkeys(("settle_max_delay_s", "volatility", "tip_wei"), 0),
    "sample_bytes": 2,
    "base_fee_wei": 1,
}
_ABOVE_ZERO: Final = ("rounds_per_day", "max_wait_s", "block_s", "currency_per_ether")
#: Beyond these no game is, and no formula holds.
MOST: Final = {
    "players": 10**9,
    "rounds_per_day": 10**5,
    "stake_wei": 10**24,
    # What a schedule of the contracts holds, and the largest model whose gas was measured.
    "fee_percent": 1_000,
    "labels": 256,
    **dict.fromkeys(("refund_wait_s", "forfeit_wait_s", "lapse_wait_s"), 10 * 365 * _DAY_S),
    **dict.fromkeys(("max_wait_s", "settle_max_delay_s"), 30 * _DAY_S),
    **dict.fromkeys(("base_fee_wei", "tip_wei", "price_cap_wei"), 10**18),
    "volatility": 3,
    "block_s": 3_600,
    "currency_per_ether": 10**9,
    "days": 3_650,
    "seeds": 10**6,
}


def check(question: Question) -> None:
    """Require a question that can be answered.

    Raises:
        ParameterError: it cannot.
    """
    _check_ranges(question)
    _check_shares(question)
    _check_waits(question)
    _check_prices(question)


def _check_ranges(question: Question) -> None:
    for name, least in LEAST.items():
        if getattr(question, name) < least:
            raise ParameterError(f"{_spoken(name)} must be at least {least}: raise it.", name)
    if not math.isfinite(question.currency_per_ether):
        raise ParameterError("The price of an ether is a number: correct it.", "currency_per_ether")
    require_within(question, {"seed": SEEDS, "volatility": (0, 10**9)})
    for name in _ABOVE_ZERO:
        if not getattr(question, name) > 0:
            raise ParameterError(f"{_spoken(name)} must be above 0: raise it.", name)
    for name, most in MOST.items():
        if (getattr(question, name) or 0) > most:
            raise ParameterError(f"{_spoken(name)} must be at most {most:,}: lower it.", name)


def _check_shares(question: Question) -> None:
    for name in ("liars", "caught", "mistaken", "confirmed"):
        if not 0 <= getattr(question, name) <= 1:
            raise ParameterError(
                f"{_spoken(name)} is a share and must lie between 0 % and 100 %, "
                f"not {getattr(question, name):.0%}: correct it.",
                name,
            )


def _check_waits(question: Question) -> None:
    if question.is_gamified:
        return
    if question.refund_wait_s >= question.forfeit_wait_s:
        raise ParameterError(
            f"The refund wait ({question.refund_wait_s} s) must be shorter than the forfeit wait "
            f"({question.forfeit_wait_s} s): shorten it, or let stakes be forfeited later.",
            "refund_wait_s",
        )
    if question.forfeit_wait_s >= question.days * _DAY_S:
        raise ParameterError(
            f"In {question.days} days nothing is forfeited yet after {question.forfeit_wait_s} s, "
            "so no reward can pay anything back: plan more days or a shorter forfeit wait.",
            "forfeit_wait_s",
        )


def _check_prices(question: Question) -> None:
    usual_wei = question.base_fee_wei + question.tip_wei
    if question.cap_wei < usual_wei:
        raise ParameterError(
            f"The price cap ({question.cap_wei / _GWEI:g} gwei) is below the usual price of gas "
            f"({usual_wei / _GWEI:g} gwei), so that the relayer never gets back what it spends: "
            "raise the cap, or choose a cheaper chain.",
            "price_cap_wei",
        )


def _spoken(name: str) -> str:
    return name.removesuffix("_wei").removesuffix("_s").replace("_", " ").capitalize()
