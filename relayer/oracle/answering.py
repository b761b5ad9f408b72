"""Commits to labels and reveals them, each once.

What is due is read from the oracle, not from memory: a seat that has committed is never committed
for again, whatever became of the process that did it. The database adds two things. A label is
stored before its commitment is signed, and while a transaction that carries an item is under way
the item is left alone. The salt follows from the key, so a lost database loses nothing: the label
is found by comparing the commitment with those of all labels.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from relayer.chain.answers import Block
from relayer.chain.fees import Fees
from relayer.clock import Clock
from relayer.keys import Signer
from relayer.oracle.calls import (
    BASE_GAS,
    COMMIT_GAS,
    REVEAL_GAS,
    OracleCalls,
    expected_price_wei,
)
from relayer.oracle.contract import Oracle, RequestView, Stage, as_bytes, commitment_of
from relayer.store import Store
from relayer.store.oracle_requests import OracleRequest
from relayer.store.statuses import TransactionKind

log = logging.getLogger(__name__)

#: A commitment that starts this close to the end of committing would come too late.
COMMIT_MARGIN_S: Final = 2.0
#: Gas that one answer costs a responder in the end, in batches of a few: what the fee is compared
#: with before the service is asked.
ANSWER_GAS: Final = 135_000
_SALT_PURPOSE: Final = b"on-the-house/oracle-salt/"
_NO_COMMITMENT: Final = bytes(32)

Item = tuple[OracleRequest, RequestView]


class Answering:
    """The part of a responder that speaks.

    Args:
        store: the database.
        oracle: who is answered.
        calls: sends.
        signer: the responder's key, for salts.
        cover_percent: how much of an answer's expected cost its share has to cover.
        clock: tells what is too late.
    """

    def __init__(
        self,
        store: Store,
        oracle: Oracle,
        calls: OracleCalls,
        signer: Signer,
        cover_percent: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._oracle = oracle
        self._calls = calls
        self._signer = signer
        self._cover_percent = cover_percent
        self._clock = clock
        # Commitments of no label of this key: another process wrote them with another secret.
        self._foreign: set[str] = set()

    def wants_label(self, item: Item, version: int, head: Block, fees: Fees) -> bool:
        """Whether the service is to be asked about a request."""
        request, view = item
        if request.label is not None or request.version != version:
            return False
        return self._may_commit(item, head) and self._is_worth_it(view, head, fees)

    def commit(self, items: Sequence[Item], head: Block) -> None:
        """Commits to every known label that is not committed to.

        Raises:
            NodeError: the node does not answer; what is due is done on a later turn.
        """
        due = [
            request.id
            for request, view in items
            if request.label is not None
            and self._may_commit((request, view), head)
            and not self._calls.is_under_way(request.commit_id)
        ]
        most = self._calls.fits(COMMIT_GAS)
        for start in range(0, len(due), most):
            self._commit_some(due[start : start + most], head)

    def reveal(self, items: Sequence[Item], head: Block) -> None:
        """Reveals every label that may be told.

        Raises:
            NodeError: the node does not answer; what is due is done on a later turn.
        """
        due = [
            request
            for request, view in items
            if view.stage(head.timestamp) is Stage.REVEALING
            and view.has_committed(request.seat)
            and not view.has_revealed(request.seat)
            and not self._calls.is_under_way(request.reveal_id)
            and request.id not in self._foreign
        ]
        most = self._calls.fits(REVEAL_GAS)
        for start in range(0, len(due), most):
            self._reveal_some(due[start : start + most], head)

    def salt(self, request_id: str) -> bytes:
        """The secret of one commitment: another one for each request, known without storing."""
        return self._signer.secret_for(_SALT_PURPOSE + as_bytes(request_id))

    def forget_commitments(self) -> None:
        """Believe no more what was read of commitments: the chain has dropped blocks."""
        self._foreign.clear()

    def _may_commit(self, item: Item, head: Block) -> bool:
        request, view = item
        now = max(float(head.timestamp), self._clock.now())
        if view.has_committed(request.seat) or now + COMMIT_MARGIN_S >= request.commit_until:
            return False
        return view.stage(head.timestamp) is Stage.COMMITTING

    def _is_worth_it(self, view: RequestView, head: Block, fees: Fees) -> bool:
        """Whether the share pays for the answer when the whole panel agrees."""
        cost_wei = ANSWER_GAS * expected_price_wei(fees, head)
        return 100 * (view.fee_wei // view.seats) >= self._cover_percent * cost_wei

    def _commit_some(self, ids: Sequence[str], head: Block) -> None:
        taken = self._calls.taken("commit", self._commit_arguments, ids)
        if taken and self._calls.send(
            TransactionKind.ORACLE_COMMIT,
            "commit",
            self._commit_arguments(taken),
            BASE_GAS + COMMIT_GAS * len(taken),
            head,
            (taken, "commit_id"),
        ):
            log.info("committing to %d labels", len(taken), extra={"action": "commit"})

    def _reveal_some(self, requests: Sequence[OracleRequest], head: Block) -> None:
        self._recall([request.id for request in requests])
        taken = self._calls.taken("reveal", self._reveal_arguments, self._known(requests))
        if taken and self._calls.send(
            TransactionKind.ORACLE_REVEAL,
            "reveal",
            self._reveal_arguments(taken),
            BASE_GAS + REVEAL_GAS * len(taken),
            head,
            (taken, "reveal_id"),
        ):
            log.info("revealing %d labels", len(taken), extra={"action": "reveal"})

    def _known(self, requests: Sequence[OracleRequest]) -> list[str]:
        rows = (self._store.oracle_requests.get(request.id) for request in requests)
        return [row.id for row in rows if row is not None and row.label is not None]

    def _recall(self, ids: Sequence[str]) -> None:
        """Makes the stored labels those that the commitments on chain bind to."""
        for request_id, commitment in self._oracle.commitments(ids, self._signer.address).items():
            row = self._store.oracle_requests.get(request_id)
            if row is None or commitment == _NO_COMMITMENT:
                continue
            if row.label is None or self._commitment(request_id, row.label) != commitment:
                self._find_label(request_id, commitment)

    def _find_label(self, request_id: str, commitment: bytes) -> None:
        for label in range(self._oracle.label_count):
            if self._commitment(request_id, label) == commitment:
                self._store.oracle_requests.correct_label(request_id, label)
                log.warning("found the label of request %s again", request_id)
                return
        self._foreign.add(request_id)
        log.error("request %s: the commitment on chain is of no label of this key", request_id)

    def _commitment(self, request_id: str, label: int) -> bytes:
        return commitment_of(request_id, self._signer.address, label, self.salt(request_id))

    def _labels(self, ids: Sequence[str]) -> list[int]:
        rows = [self._store.oracle_requests.get(request_id) for request_id in ids]
        return [row.label for row in rows if row is not None and row.label is not None]

    def _commit_arguments(self, ids: Sequence[str]) -> list[Any]:
        labels = self._labels(ids)
        pairs = zip(ids, labels, strict=True)
        return [[as_bytes(key) for key in ids], [self._commitment(*pair) for pair in pairs]]

    def _reveal_arguments(self, ids: Sequence[str]) -> list[Any]:
        keys, salts = [as_bytes(key) for key in ids], [self.salt(key) for key in ids]
        return [keys, self._labels(ids), salts]
