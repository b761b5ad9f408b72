"""How many contributions fit into a batch by gas, and the gas limit of its transaction.

`eth_estimateGas` runs a batch a dozen times to find its least gas. So it is asked only now and
then; in between the dry run itself is given an allowance that was learnt from the last estimate.
A dry run that succeeds within its allowance proves that the allowance is enough, and the
transaction gets a margin on top of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.batch.policy import BatchPolicy
from relayer.chain.answers import Block
from relayer.store.contributions import Contribution

#: First guess until a batch has been estimated.
FIRST_GAS_PER_ITEM = 60_000
#: About what a batch takes beside its contributions.
FIXED_GAS = 300_000
#: What a later batch may take more per contribution than the one that was estimated.
ALLOWANCE_PERCENT = 125
#: Batches after which the estimate is renewed.
USES_OF_ESTIMATE = 20
#: What the state may change between dry run and block: slots that an earlier batch took.
GAS_MARGIN_PERCENT = 20
GAS_MARGIN = 50_000
GAS_MARGIN_PERCENT_PER_REVERT = 20
#: Most gas that a transaction may ask for (EIP-7825).
TRANSACTION_GAS_CAP = 1 << 24


@dataclass(frozen=True)
class Draft:
    """A batch about to be sent."""

    trainer: str
    members: Sequence[Contribution]
    data: bytes
    gas_limit: int
    signer: str


@dataclass
class _Learnt:
    gas_per_item: int
    uses_left: int


class Fitting:
    """What batches of each trainer take.

    Args:
        policy: the operator's bounds.
    """

    def __init__(self, policy: BatchPolicy) -> None:
        self._policy = policy
        self._learnt: dict[str, _Learnt] = {}

    def full_size(self, trainer: str) -> int:
        """Contributions that make a batch of this trainer full."""
        learnt = self._learnt.get(trainer)
        gas_per_item = FIRST_GAS_PER_ITEM if learnt is None else learnt.gas_per_item
        return self._policy.full_size(gas_per_item)

    def allowance(self, trainer: str, items: int) -> int | None:
        """Gas that a batch should manage with; None when an estimate is due."""
        learnt = self._learnt.get(trainer)
        if learnt is None or learnt.uses_left <= 0:
            return None
        learnt.uses_left -= 1
        return FIXED_GAS + items * learnt.gas_per_item * ALLOWANCE_PERCENT // 100

    def learn(self, trainer: str, estimate: int, items: int) -> None:
        """Remember an estimate; the few items of a small batch say little about a large one."""
        gas_per_item = max(1, (estimate - FIXED_GAS) // items, estimate // (2 * items))
        self._learnt[trainer] = _Learnt(gas_per_item, USES_OF_ESTIMATE)

    def forget(self, trainer: str) -> None:
        """An allowance was too small: the next batch is estimated."""
        self._learnt.pop(trainer, None)

    def ceiling(self, head: Block) -> int:
        """Most gas that a batch may ask for now."""
        return min(self._policy.max_gas, head.gas_limit, TRANSACTION_GAS_CAP)


def gas_limit_for(gas: int, reverts: int) -> int:
    """The limit of a transaction that takes this gas now; each late revert widens the margin."""
    percent = 100 + GAS_MARGIN_PERCENT + GAS_MARGIN_PERCENT_PER_REVERT * reverts
    return gas * percent // 100 + GAS_MARGIN
