"""An answer in words and numbers: the same at the command line and on the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from simulation.planner.chance import Spread
from simulation.planner.elsewhere import PriceRow
from simulation.planner.question import Question

#: Heads of the columns of amounts.
USUALLY: Final = "usually"
WORSE: Final = "1 in 100 is worse"

_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400


class Answer(Protocol):
    """What a plan and an estimate have in common."""

    @property
    def batch_size(self) -> float:
        """Contributions in a batch."""

    @property
    def waited_s(self) -> float:
        """Seconds from acceptance to sending."""

    @property
    def tank(self) -> Spread:
        """What the tank must hold to last without a top-up."""

    @property
    def day_outflow(self) -> Spread:
        """Most that leaves the tank on one day."""

    @property
    def daily_gas(self) -> Spread:
        """Gas of a day."""

    @property
    def daily_cost(self) -> Spread:
        """Out of pocket a day."""

    @property
    def daily_fees_wei(self) -> int:
        """Fees that come back to the relayer a day."""

    @property
    def daily_from_rewards_wei(self) -> int:
        """The part of them that rewards pay."""

    @property
    def daily_to_players_wei(self) -> int:
        """What of forfeited stakes is left to players."""

    @property
    def share_from_rewards(self) -> float:
        """Share of the fees that rewards pay."""

    @property
    def share_reimbursed(self) -> float:
        """Share of its gas that the relayer gets back."""

    @property
    def reimbursed_after_s(self) -> float:
        """How long the relayer waits for its fees."""


@dataclass(frozen=True)
class AmountRow:
    """One amount that somebody has to have."""

    words: str
    spread: Spread


def amount_rows(answer: Answer, laid_out: Spread | None = None) -> list[AmountRow]:
    """Return the amounts as rows of a table.

    Args:
        answer: whose.
        laid_out: most that the relayer lays out; None: nothing says.
    """
    rows = [
        AmountRow("tank, to last without a top-up", answer.tank),
        AmountRow("daily limit, at least", answer.day_outflow),
        AmountRow("cost of a day", answer.daily_cost),
    ]
    if laid_out is not None:
        rows.append(AmountRow("the relayer lays out, at most", laid_out))
    return rows


def headline(question: Question) -> str:
    """Return what was asked, in one line."""
    return (
        f"{question.players:,} players, {question.contributions_per_day:,.0f} contributions a day, "
        f"{question.days} days"
    )


def sentences(question: Question, answer: Answer) -> list[str]:
    """Return what becomes of the house's money."""
    return [
        f"batches of {answer.batch_size:.1f}, sent {answer.waited_s:.1f} s after a contribution",
        f"the relayer gets back {answer.share_reimbursed:.1%} of its gas, after "
        f"{_length(answer.reimbursed_after_s)} on average, {_length(question.late_wait_s)} at most",
        f"rewards pay {answer.share_from_rewards:.1%} of the fees",
    ]


def _length(duration_s: float) -> str:
    if duration_s < 2 * _MINUTE_S:
        return f"{duration_s:.0f} seconds"
    if duration_s < 2 * _HOUR_S:
        return f"{duration_s / _MINUTE_S:.0f} minutes"
    return f"{duration_s / _HOUR_S:.1f} hours"


def remedy(answer: Answer) -> str | None:
    """Return what to do when not all of the gas comes back; None: all of it does."""
    short = 1 - answer.share_reimbursed
    if short <= 0:
        return None
    return (
        f"The relayer is left with {short:.1%} of its gas: let batches wait longer (--max-wait-s, "
        "--settle-max-delay-s), raise the price cap, or pay a higher --fee."
    )


def to_json(
    question: Question,
    answer: Answer,
    prices: Iterable[PriceRow],
    laid_out: Spread | None = None,
) -> dict[str, Any]:
    """Return an answer for programs: wei as integers, currency as text, shares as numbers."""
    spreads = {
        "tank": answer.tank,
        "daily_limit": answer.day_outflow,
        **({} if laid_out is None else {"relayer_float": laid_out}),
        "daily_gas": answer.daily_gas,
        "daily_cost": answer.daily_cost,
    }
    amounts: dict[str, Any] = {}
    for name, spread in spreads.items():
        amounts[f"{name}_wei"] = spread.mean_wei
        amounts[f"{name}_worst_wei"] = spread.worst_wei
        amounts[f"{name}_in_currency"] = str(question.in_currency(spread.mean_wei))
        amounts[f"{name}_worst_in_currency"] = str(question.in_currency(spread.worst_wei))
    return {
        "batch_size": round(answer.batch_size, 2),
        "waited_s": round(answer.waited_s, 2),
        **amounts,
        "daily_fees_wei": answer.daily_fees_wei,
        "daily_from_rewards_wei": answer.daily_from_rewards_wei,
        "daily_to_players_wei": answer.daily_to_players_wei,
        "share_from_rewards": round(answer.share_from_rewards, 4),
        "share_reimbursed": round(answer.share_reimbursed, 4),
        "days_until_reimbursement": round(answer.reimbursed_after_s / _DAY_S, 4),
        "longest_days_until_reimbursement": round(question.late_wait_s / _DAY_S, 4),
        "currency_per_ether": str(question.currency_per_ether),
        "prices": [row.to_json(question) for row in prices],
    }


def estimate_json(question: Question, answer: Answer, prices: Iterable[PriceRow]) -> dict[str, Any]:
    """Return an answer by formulas for programs."""
    return {
        "seeds": 0,
        "days": question.days,
        "contributions_per_day": round(question.contributions_per_day),
        **to_json(question, answer, prices),
    }
