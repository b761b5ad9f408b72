"""The books of the reference simulations: deposit, refund, take. Only for the exact mode.

Amounts are whole units, but rewards are floats that nobody rounds. Contributions are numbered as
they come. From the refund time on the author may take the deposit back when the model agrees, and
each other agent once the part of it that its validated contributions are of all validated ones,
when the model disagrees; a reward beyond what is left takes all of it. From the claim time on
whoever comes first takes what is left.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import isqrt
from typing import Final

REFUND_TIME_S: Final = 86_400
CLAIM_TIME_S: Final = 9 * 86_400
#: Deposit one second after the last contribution.
FULL_COST: Final = 60


@dataclass
class Deposit:
    """What is kept of one contribution."""

    author: str
    label: int
    added_at: int
    initial: int
    claimable: float
    claimed_by: set[str] = field(default_factory=set)


class ReferenceBooks:
    """All deposits and balances.

    Args:
        balances: what each agent has at the start.
    """

    def __init__(self, balances: dict[str, float]) -> None:
        self.balances = balances
        self.held = 0.0
        self.deposits: list[Deposit] = []
        self.validated: Counter[str] = Counter()
        #: How often what happened, by kind, agent and author.
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self._last_at = 0

    def cost(self, now: int) -> int | None:
        """Deposit of a contribution at this time; None within the second of the last one."""
        waited_s = now - self._last_at
        return max(1, FULL_COST // isqrt(waited_s)) if waited_s > 0 else None

    def add(self, author: str, label: int, now: int, cost: int) -> None:
        """Take the deposit of a contribution."""
        self.deposits.append(Deposit(author, label, now, cost, cost))
        self.balances[author] -= cost
        self.held += cost
        self._last_at = now

    def claim(self, number: int, agent: str, now: int, *, agrees: bool) -> bool:
        """Let an agent try to get something of one deposit.

        Args:
            number: which contribution.
            agent: who tries.
            now: the time.
            agrees: whether the model agrees with the contribution's label.

        Returns:
            Whether nothing is left of the deposit.
        """
        deposit = self.deposits[number]
        kind, amount = self._due(deposit, agent, now - deposit.added_at, agrees)
        if amount > 0:
            self.counts[kind, agent, deposit.author] += 1
            deposit.claimed_by.add(agent)
            deposit.claimable -= amount
            paid = min(amount, self.held)
            self.held -= paid
            self.balances[agent] += paid
        return deposit.claimable <= 0

    def _due(self, deposit: Deposit, agent: str, age_s: int, agrees: bool) -> tuple[str, float]:
        """What this try is called and brings."""
        own = deposit.author == agent
        # At exactly the claim time the agents still ask the author for a refund of its own.
        if age_s > CLAIM_TIME_S or (age_s == CLAIM_TIME_S and not own):
            return "take" if age_s > CLAIM_TIME_S else "report", deposit.claimable
        if age_s <= REFUND_TIME_S or agrees != own:
            return "refused", 0.0
        if own:
            self.validated[agent] += 1
            return "refund", deposit.claimable
        if agent in deposit.claimed_by or not self.validated[agent]:
            return "refused", 0.0
        reward = deposit.initial * self.validated[agent] / self.validated.total()
        return "report", min(reward, deposit.claimable)
