"""The report of one whole life: `demo-report.json`, and the ledger as a table for people."""

import json
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from sample_game.demo.chain_book import ChainBook, ServiceCost
from sample_game.demo.ledger import Ledger


@dataclass(frozen=True)
class Submissions:
    """What the players sent, and what the relayer's API said became of it in the end."""

    submitted: int
    accepted: int
    #: Accepted contributions that ended as failed or expired, each with a reason.
    failed: int
    #: Accepted contributions that are neither settled nor failed with a reason.
    unfinished: int


@dataclass(frozen=True)
class ModelScore:
    """How well the model on the chain guesses clues that nobody played with."""

    contributions: int
    top1: float
    top5: float


@dataclass(frozen=True)
class Report:
    """One whole life in figures. All but `submissions` and `model` are read from the chain."""

    submissions: Submissions
    book: ChainBook
    ledger: Ledger
    model: ModelScore
    seconds: float
    #: Blocks on the way at which a book was off.
    unbalanced_blocks: tuple[int, ...] = ()
    #: Whether players can earn money, so that some of it must have been taken out.
    pays_players: bool = True

    def to_json(self) -> dict[str, Any]:
        """The content of `demo-report.json`: wei as integers, percentages with two decimals."""
        book, ledger = self.book, self.ledger
        spent_wei = ledger.relayer_spent_on_gas_wei
        return {
            "contributions": {
                "submitted": self.submissions.submitted,
                "accepted": self.submissions.accepted,
                "mined": book.mined,
                "settled": book.settled,
                "refunded": book.refunded,
                "forfeited": book.forfeited,
                "failed": self.submissions.failed,
            },
            "batches": book.batches,
            "gas": {
                "add_per_contribution": _per_contribution(book.costs["addBatch"], book.mined),
                "settle_per_contribution": _per_contribution(book.settling, book.settled),
            },
            "wei": {
                "tank_deposited": ledger.tank_deposited_wei,
                "tank_available": ledger.tank_available_wei,
                "tank_reserved": ledger.tank_reserved_wei,
                "open_stakes": ledger.open_stakes_wei,
                "player_balances": ledger.player_balances_wei,
                "relayer_credited": ledger.relayer_credited_wei,
                "relayer_withdrawn": ledger.relayer_withdrawn_wei,
                "relayer_spent_on_gas": spent_wei,
                "rewards_distributed": ledger.rewards_distributed_wei,
            },
            "books_balance": ledger.books_balance and not self.unbalanced_blocks,
            "reimbursed_from_rewards_percent": percent(ledger.fees_from_rewards_wei, spent_wei),
            "reimbursed_total_percent": percent(ledger.relayer_credited_wei, spent_wei),
            "model": {
                "contributions": self.model.contributions,
                "top1_on_held_out_clues": round(self.model.top1, 4),
                "top5_on_held_out_clues": round(self.model.top5, 4),
            },
            "seconds": round(self.seconds, 1),
        }

    def write(self, path: Path) -> None:
        """Write the report for machines."""
        path.write_text(json.dumps(self.to_json(), indent=2) + "\n", encoding="utf-8")

    def failures(self) -> list[str]:
        """Why this life does not count as whole, one sentence each; empty when it does."""
        sentences = []
        finished = self.submissions.accepted - self.submissions.unfinished
        if self.submissions.unfinished:
            sentences.append(
                f"{self.submissions.unfinished} accepted contributions are neither settled nor "
                "failed with a reason: see .demo/logs/worker.log."
            )
        elif self.book.settled != finished - self.submissions.failed:
            sentences.append(
                f"The relayer reports {finished - self.submissions.failed} settled contributions, "
                f"the chain has {self.book.settled}."
            )
        if self.pays_players and self.book.player_withdrawals == 0:
            sentences.append("No player withdrew anything.")
        if not self.ledger.relayer_withdrawn_wei:
            sentences.append("The relayer withdrew none of its credits.")
        if self.unbalanced_blocks:
            sentences.append(f"The books were off at the blocks {list(self.unbalanced_blocks)}.")
        gaps = (
            ("Forwarder", self.ledger.forwarder_gap_wei),
            ("incentive mechanism", self.ledger.mechanism_gap_wei),
        )
        sentences += [f"The {name} holds {gap} wei beyond its books." for name, gap in gaps if gap]
        return sentences

    def table(self) -> str:
        """The ledger for people, amounts in ETH of the local chain with the wei behind them."""
        figures = self.to_json()
        counts, wei, gas, model = (figures[key] for key in ("contributions", "wei", "gas", "model"))
        lines = ["", "Contributions"]
        lines += [_row(name, f"{count:,}") for name, count in counts.items()]
        lines += [_row("batches", f"{figures['batches']:,}"), "", "Gas per contribution"]
        lines += [_row(name.split("_")[0], f"{used:,}") for name, used in gas.items()]
        lines += ["", "Money                                     ETH                         wei"]
        lines += [
            _row(name.replace("_", " "), f"{eth(amount)} {amount:>27,}")
            for name, amount in wei.items()
        ]
        lines += ["", "Reimbursement of the relayer's gas"]
        lines += [_row("from rewards", f"{figures['reimbursed_from_rewards_percent']:.2f} %")]
        lines += [_row("in all", f"{figures['reimbursed_total_percent']:.2f} %")]
        lines += [_row("books balance to the wei", "yes" if figures["books_balance"] else "NO")]
        lines += [
            "",
            f"The model after {model['contributions']:,} contributions, on held-out clues",
        ]
        lines += [_row("first guess right", f"{self.model.top1:.1%}")]
        lines += [_row("among its five best", f"{self.model.top5:.1%}"), ""]
        return "\n".join(lines)


def eth(amount_wei: int, decimals: int = 9) -> str:
    """An amount in ETH, rounded, computed without floats."""
    unit = Decimal(1).scaleb(-decimals)
    return f"{Decimal(amount_wei).scaleb(-18).quantize(unit, ROUND_HALF_UP):,f}"


def percent(part_wei: int, whole_wei: int) -> float:
    """A share in percent with two decimals, rounded half up; 0 of nothing is 0."""
    if whole_wei == 0:
        return 0.0
    exact = Decimal(part_wei * 100) / Decimal(whole_wei)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _per_contribution(cost: ServiceCost, contributions: int) -> int:
    return cost.gas_used // contributions if contributions else 0


def _row(name: str, value: str) -> str:
    return f"  {name:<28}{value:>16}"
