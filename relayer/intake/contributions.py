"""Admission of contributions: verified, within policy and budget, queued; or refused whole.

The order is size, form, signature, and then, in one database transaction, deadline, data, fee,
nonce and budget. Nothing is written before the signature is known to be good, and a refusal
writes nothing at all. The same digest again is not a second contribution: the first is returned.
What is returned as admitted is on the disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relayer.chain.eip712 import Domain
from relayer.clock import Clock
from relayer.deployment import Deployment
from relayer.errors import Refusal
from relayer.intake import policy
from relayer.intake.fees import budget_gwei, expected_price_wei, reservation_gwei
from relayer.intake.gathering import Gathering
from relayer.intake.ledger import Candidate, Ledger, Terms
from relayer.intake.schemas import read_contribution
from relayer.intake.signatures import SignedContribution, verify_contribution
from relayer.limits import Caller
from relayer.limits.allowances import Allowances, AllowanceSheet
from relayer.limits.gate import Gate, GateSheet
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import ChainView
from relayer.store.contributions import Contribution, NewContribution


@dataclass(frozen=True, slots=True)
class Admission:
    """A contribution that is in the store."""

    contribution: Contribution
    is_new: bool  #: False: the same digest had been accepted before
    allowances: AllowanceSheet  #: what is left after it


class ContributionIntake:
    """Takes contributions in; safe to share between threads."""

    def __init__(
        self, settings: Settings, deployment: Deployment, store: Store, clock: Clock
    ) -> None:
        self._settings = settings
        self._deployment = deployment
        self._domain = Domain(deployment.chain_id, deployment.forwarder)
        self._store = store
        self._clock = clock
        self._gate = Gate(store)
        self._allowances = Allowances(settings, store)
        self._gathering: Gathering[Candidate, Admission | Refusal] = Gathering(
            self._admit, store.quick_transaction, self._make_durable
        )

    def submit(self, requests: Sequence[Any], caller: Caller) -> list[Admission | Refusal]:
        """Admit or refuse each request, a parsed JSON value, on its own.

        Args:
            requests: from one caller.
            caller: who sends them.

        Returns:
            One outcome for each request, in order.
        """
        examined = [self._verified(request, caller) for request in requests]
        candidates = [element for element in examined if isinstance(element, Candidate)]
        outcomes = iter(self._gathering.submit(candidates) if candidates else ())
        return [
            next(outcomes) if isinstance(element, Candidate) else element for element in examined
        ]

    def _make_durable(self, outcomes: Sequence[Admission | Refusal]) -> None:
        # Also for what was accepted before: that may have been a moment ago.
        if any(isinstance(outcome, Admission) for outcome in outcomes):
            self._store.flush()

    def _verified(self, request: Any, caller: Caller) -> Candidate | Refusal:
        try:
            return Candidate(verify_contribution(read_contribution(request), self._domain), caller)
        except Refusal as refusal:
            return refusal

    def _check(self, signed: SignedContribution, view: ChainView, now: float) -> Terms:
        """Apply the policy and return where the contribution goes and what it may cost.

        Raises:
            Refusal: the policy is against it; see `relayer.intake.policy`.
        """
        policy.check_deadline(signed.deadline_at, now, self._settings)
        entry = policy.find_trainer(signed.trainer, self._deployment)
        policy.check_data(signed, entry, view.trainers.get(entry.address))
        head, tank, trainer = policy.require_chain(view, entry, now, self._settings)
        policy.check_fee(signed, head, tank, trainer)
        reserved_gwei = reservation_gwei(
            trainer,
            len(signed.sample),
            add_price_wei=expected_price_wei(head, tank),
            settle_price_wei=tank.price_cap_wei,
        )
        return Terms(entry.address, reserved_gwei)

    def _admit(self, candidates: Sequence[Candidate]) -> list[Admission | Refusal]:
        """Admit or refuse candidates, of one request or of several, in one transaction."""
        with self._store.transaction():
            now, view = self._clock.now(), self._store.chain_state.view()
            known = self._store.contributions.get_many(c.signed.id for c in candidates)
            gate = self._gate.sheet(frozenset().union(*(c.names for c in candidates)), now)
            allowances = self._allowances.sheet({c.sender for c in candidates}, now)
            ledger = self._open_ledger(candidates, gate, allowances, view, now)
            decisions = [self._decide(each, known, ledger, view, now) for each in candidates]
            rows = [decision for decision in decisions if isinstance(decision, NewContribution)]
            stored = {row.id: row for row in self._store.contributions.insert(rows)}
            self._gate.write(gate)
            self._allowances.write(allowances)
        return [
            Admission(stored[decision.id], is_new=True, allowances=allowances)
            if isinstance(decision, NewContribution)
            else _resolved(decision, known, stored, allowances)
            for decision in decisions
        ]

    def _open_ledger(
        self,
        candidates: Sequence[Candidate],
        gate: GateSheet,
        allowances: AllowanceSheet,
        view: ChainView,
        now: float,
    ) -> Ledger:
        pairs = {(candidate.signed.player, candidate.signed.nonce) for candidate in candidates}
        budget = 0 if view.tank is None else budget_gwei(view.tank, now)
        return Ledger(
            gate=gate,
            allowances=allowances,
            owners=self._store.nonces.owners(pairs),
            windows=self._store.nonces.windows({player for player, _ in pairs}),
            left_gwei=budget - self._store.contributions.reserved_gwei(),
        )

    def _decide(
        self,
        candidate: Candidate,
        known: dict[str, Contribution],
        ledger: Ledger,
        view: ChainView,
        now: float,
    ) -> NewContribution | str | Refusal:
        """Say what a candidate becomes: a new row, the id of a row that exists, or a refusal."""
        signed = candidate.signed
        if signed.id in known or ledger.has_taken(signed.id):
            return signed.id
        try:
            terms = self._check(signed, view, now)
        except Refusal as objection:
            return objection
        return ledger.enter(candidate, terms, now)


def _resolved(
    decision: str | Refusal,
    known: dict[str, Contribution],
    stored: dict[str, Contribution],
    allowances: AllowanceSheet,
) -> Admission | Refusal:
    if isinstance(decision, Refusal):
        return decision
    row = known.get(decision) or stored[decision]
    return Admission(row, is_new=False, allowances=allowances)
