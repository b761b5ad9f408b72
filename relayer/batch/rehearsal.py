"""Rehearses a batch: what the chain would do with each item, and the gas that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.batch.dry_run import Outcome, Verdict, dry_run, encode_add
from relayer.batch.fitting import Draft, Fitting, gas_limit_for
from relayer.chain.answers import Block
from relayer.chain.errors import NodeRefusalError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.store.contributions import Contribution


@dataclass(frozen=True)
class Rehearsed:
    """The verdicts on a batch, and the gas within which it was rehearsed, if it was limited."""

    verdicts: Sequence[Verdict]
    proven_gas: int | None

    @property
    def members(self) -> list[Contribution]:
        """The contributions that the chain would take now."""
        return [v.contribution for v in self.verdicts if v.outcome is Outcome.ACCEPTED]

    @property
    def is_over_budget(self) -> bool:
        """Whether the tank or its daily limit does not cover all of them."""
        return any(verdict.outcome is Outcome.OVER_BUDGET for verdict in self.verdicts)


class Rehearsal:
    """Rehearses batches on the newest state.

    Args:
        node: is asked.
        system: the contracts.
        fitting: what batches have taken so far.
    """

    def __init__(self, node: Node, system: System, fitting: Fitting) -> None:
        self._node = node
        self._system = system
        self._fitting = fitting

    def run(
        self,
        trainer: str,
        queue: Sequence[Contribution],
        signer: str,
        fees: Fees,
        head: Block,
        affordable_gas: int | None = None,
    ) -> Rehearsed:
        """One free call, within the learnt allowance of gas when there is one.

        Args:
            trainer: whose model learns.
            queue: the contributions, in order.
            signer: the account that would send.
            fees: the offer.
            head: the newest block.
            affordable_gas: what the signer's balance pays; None: as much as the node allows.

        Raises:
            CallRevertedError: the whole batch is refused.
            NodeError: the node does not answer.
        """
        allowance = self._fitting.allowance(trainer, len(queue))
        if allowance is not None and allowance <= self._fitting.ceiling(head):
            try:
                verdicts = self._dry_run(trainer, queue, signer, fees, allowance)
                return Rehearsed(verdicts, allowance)
            except NodeRefusalError:
                # Perhaps it was too little gas: ask again without a limit before judging.
                self._fitting.forget(trainer)
        gas = None if affordable_gas is None else min(affordable_gas, head.gas_limit)
        return Rehearsed(self._dry_run(trainer, queue, signer, fees, gas), None)

    def draft(
        self,
        trainer: str,
        rehearsed: Rehearsed,
        signer: str,
        fees: Fees,
        head: Block,
        reverts: int,
    ) -> Draft:
        """The batch of what passed, cut to the gas that it may use, with its gas limit.

        Raises:
            NodeError: the node does not answer, or the batch reverts by now.
        """
        members: Sequence[Contribution] = rehearsed.members
        ceiling = self._fitting.ceiling(head)
        while True:
            data = encode_add(self._system, trainer, members)
            gas = rehearsed.proven_gas or self._estimate(trainer, data, members, signer, fees)
            gas_limit = gas_limit_for(gas, reverts)
            if rehearsed.proven_gas or gas_limit <= ceiling or len(members) == 1:
                return Draft(trainer, members, data, min(gas_limit, ceiling), signer)
            fitting = len(members) * ceiling // gas_limit
            members = members[: min(len(members) - 1, max(1, fitting))]

    def _dry_run(
        self,
        trainer: str,
        queue: Sequence[Contribution],
        signer: str,
        fees: Fees,
        gas: int | None,
    ) -> list[Verdict]:
        return dry_run(self._node, self._system, trainer, queue, signer=signer, fees=fees, gas=gas)

    def _estimate(
        self,
        trainer: str,
        data: bytes,
        members: Sequence[Contribution],
        signer: str,
        fees: Fees,
    ) -> int:
        estimate = self._node.estimate_gas(
            self._system.forwarder.address, data, sender=signer, fees=fees
        )
        self._fitting.learn(trainer, estimate, len(members))
        return estimate
