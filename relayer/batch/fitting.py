"""How many contributions fit into a batch by gas, and the gas limit of its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.batch.dry_run import encode_add
from relayer.batch.policy import BatchPolicy
from relayer.chain.answers import Block
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.store.contributions import Contribution

#: First guess until a batch has been estimated.
FIRST_GAS_PER_ITEM = 60_000
#: What the state may change between estimate and block: slots that an earlier batch took.
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


class Fitting:
    """Estimates batches and remembers what a contribution takes, by trainer.

    Args:
        node: for estimates.
        system: the contracts.
        policy: the operator's bounds.
    """

    def __init__(self, node: Node, system: System, policy: BatchPolicy) -> None:
        self._node = node
        self._system = system
        self._policy = policy
        self._gas_per_item: dict[str, int] = {}

    def full_size(self, trainer: str) -> int:
        """Contributions that make a batch of this trainer full."""
        return self._policy.full_size(self._gas_per_item.get(trainer, FIRST_GAS_PER_ITEM))

    def fit(
        self,
        trainer: str,
        members: Sequence[Contribution],
        signer: str,
        fees: Fees,
        head: Block,
        *,
        reverts: int,
    ) -> Draft:
        """Cuts a batch to the gas that one may use, and sets its gas limit.

        Args:
            trainer: whose model learns.
            members: contributions that the chain would take now.
            signer: the account that sends.
            fees: the offer, which the estimate depends on.
            head: for the block's own gas limit.
            reverts: batches that reverted lately; each widens the margin.

        Raises:
            NodeError: the node does not answer, or the batch reverts by now.
        """
        ceiling = min(self._policy.max_gas, head.gas_limit, TRANSACTION_GAS_CAP)
        percent = 100 + GAS_MARGIN_PERCENT + GAS_MARGIN_PERCENT_PER_REVERT * reverts
        while True:
            data = encode_add(self._system, trainer, members)
            estimate = self._node.estimate_gas(
                self._system.forwarder.address, data, sender=signer, fees=fees
            )
            self._gas_per_item[trainer] = estimate // len(members)
            gas_limit = estimate * percent // 100 + GAS_MARGIN
            if gas_limit <= ceiling or len(members) == 1:
                return Draft(trainer, members, data, min(gas_limit, ceiling), signer)
            fitting = len(members) * ceiling // gas_limit
            members = members[: min(len(members) - 1, max(1, fitting))]
