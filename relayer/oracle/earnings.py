"""Settles requests that owe this responder a share, and takes its money out, if it is worth it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from relayer.chain.answers import Block
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.oracle.calls import (
    BASE_GAS,
    CLAIM_GAS,
    SETTLE_GAS,
    OracleCalls,
    expected_price_wei,
)
from relayer.oracle.contract import Oracle, as_bytes
from relayer.store import Store
from relayer.store.statuses import TransactionKind

log = logging.getLogger(__name__)

#: What is taken in must be worth so many times the gas that is paid once for taking it in.
WORTH_PER_COST: Final = 10
#: What a settling transaction, each request in it, and claiming use, as far as can be expected.
FIXED_COST_GAS: Final = 35_000
SETTLE_COST_GAS: Final = 40_000
CLAIM_COST_GAS: Final = 45_000
#: Most requests that are looked at in one turn.
MAX_EARNED: Final = 200


class Earnings:
    """The part of a responder that is paid.

    Args:
        store: the database.
        node: is asked what can be claimed.
        oracle: who pays.
        calls: sends.
        signer: the responder's account.
    """

    def __init__(
        self, store: Store, node: Node, oracle: Oracle, calls: OracleCalls, signer: str
    ) -> None:
        self._store = store
        self._node = node
        self._oracle = oracle
        self._calls = calls
        self._signer = signer

    def step(self, head: Block, fees: Fees) -> None:
        """Settles and claims what is worth it.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        self._settle(head, fees)
        self._claim(head, fees)

    def _settle(self, head: Block, fees: Fees) -> None:
        earned = self._store.oracle_requests.earned(self._oracle.address, MAX_EARNED)
        shares = {
            request.id: request.share_wei
            for request in earned
            if not self._calls.is_under_way(request.settle_id)
        }
        due = list(shares)[: self._calls.fits(SETTLE_GAS)]
        if not self._is_worth_settling([shares[key] for key in due], head, fees):
            return
        taken = self._calls.taken("settle", _arguments, due)
        if not self._is_worth_settling([shares[key] for key in taken], head, fees):
            return
        if self._calls.send(
            TransactionKind.ORACLE_SETTLE,
            "settle",
            _arguments(taken),
            BASE_GAS + SETTLE_GAS * len(taken),
            head,
            (taken, "settle_id"),
        ):
            log.info("settling %d requests", len(taken), extra={"action": "settle"})

    def _claim(self, head: Block, fees: Fees) -> None:
        if self._store.lanes.has_pending(self._signer, TransactionKind.ORACLE_CLAIM):
            return
        amount_wei = int(self._oracle.contract.read(self._node, "claimableWei", self._signer))
        if not _is_worth_it(amount_wei, CLAIM_COST_GAS, head, fees):
            return
        if self._calls.send(TransactionKind.ORACLE_CLAIM, "claim", [], CLAIM_GAS, head):
            log.info("claiming %d wei", amount_wei, extra={"action": "claim"})

    @staticmethod
    def _is_worth_settling(shares_wei: Sequence[int], head: Block, fees: Fees) -> bool:
        """What is left of the shares after their own cost against what every batch costs."""
        own_cost_wei = SETTLE_COST_GAS * len(shares_wei) * expected_price_wei(fees, head)
        return _is_worth_it(sum(shares_wei) - own_cost_wei, FIXED_COST_GAS, head, fees)


def _is_worth_it(amount_wei: int, gas: int, head: Block, fees: Fees) -> bool:
    return amount_wei > 0 and amount_wei >= WORTH_PER_COST * gas * expected_price_wei(fees, head)


def _arguments(ids: Sequence[str]) -> list[Any]:
    return [[as_bytes(key) for key in ids]]
