"""Admission of contributions: verified, within policy and budget, queued; or refused whole.

The order is size, form, signature, deadline, data, fee, and then, in one database transaction,
nonce and budget. Nothing is written before the signature is known to be good, and a refusal
writes nothing at all. The same digest again is not a second contribution: the first is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relayer.chain.eip712 import Domain
from relayer.chain.wire import NonceWindow
from relayer.clock import Clock
from relayer.deployment import Deployment, TrainerEntry
from relayer.errors import Refusal
from relayer.intake import policy
from relayer.intake.fees import budget_gwei, expected_price_wei, reservation_gwei
from relayer.intake.gathering import Gathering
from relayer.intake.schemas import read_contribution
from relayer.intake.signatures import SignedContribution, verify_contribution
from relayer.limits import Caller
from relayer.limits.gate import Gate, GateSheet
from relayer.refusals import NonceConflict, NonceUsed, TankEmpty
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import ChainView
from relayer.store.contributions import Contribution, NewContribution
from relayer.store.nonces import NonceOwner

_WAITING = frozenset({"queued", "sent"})


@dataclass(frozen=True, slots=True)
class Admission:
    """A contribution that is in the store."""

    contribution: Contribution
    is_new: bool  #: False: the same digest had been accepted before


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A verified contribution, and what speaks against it unless it is known already."""

    signed: SignedContribution
    trainer: str
    reserved_gwei: int
    objection: Refusal | None
    caller: Caller


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
        self._gathering: Gathering[_Candidate, Admission | Refusal] = Gathering(
            self._admit, store.transaction
        )

    def submit(self, requests: Sequence[Any], caller: Caller) -> list[Admission | Refusal]:
        """Admit or refuse each request, a parsed JSON value, on its own.

        Args:
            requests: from one caller.
            caller: who sends them.

        Returns:
            One outcome for each request, in order.
        """
        now, view = self._clock.now(), self._store.chain_state.view()
        examined = [self._examine(request, caller, view, now) for request in requests]
        candidates = [element for element in examined if isinstance(element, _Candidate)]
        outcomes = iter(self._known_or_admitted(candidates))
        return [
            next(outcomes) if isinstance(element, _Candidate) else element for element in examined
        ]

    def _examine(
        self, request: Any, caller: Caller, view: ChainView, now: float
    ) -> _Candidate | Refusal:
        try:
            signed = verify_contribution(read_contribution(request), self._domain)
        except Refusal as refusal:
            return refusal
        try:
            entry, reserved_gwei = self._check(signed, view, now)
        except Refusal as objection:
            return _Candidate(signed, signed.trainer, 0, objection, caller)
        return _Candidate(signed, entry.address, reserved_gwei, None, caller)

    def _check(
        self, signed: SignedContribution, view: ChainView, now: float
    ) -> tuple[TrainerEntry, int]:
        """Apply the policy and return what the contribution may cost the tank in gwei."""
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
        return entry, reserved_gwei

    def _known_or_admitted(self, candidates: Sequence[_Candidate]) -> Sequence[Admission | Refusal]:
        """Look for what is refused anyway without the lock, and admit the rest under it."""
        objections = [candidate.objection for candidate in candidates if candidate.objection]
        if len(objections) == len(candidates):
            ids = [candidate.signed.id for candidate in candidates]
            known = self._store.contributions.get_many(ids) if ids else {}
            return [
                Admission(known[key], is_new=False) if key in known else objection
                for key, objection in zip(ids, objections, strict=True)
            ]
        return self._gathering.submit(candidates)

    def _admit(self, candidates: Sequence[_Candidate]) -> list[Admission | Refusal]:
        """Admit or refuse candidates, of one request or of several, in one transaction."""
        with self._store.transaction():
            now, view = self._clock.now(), self._store.chain_state.view()
            known = self._store.contributions.get_many(c.signed.id for c in candidates)
            sheet = self._gate.sheet(_names(candidates), now)
            decisions = self._decide(candidates, known, sheet, view, now)
            rows = [decision for decision in decisions if isinstance(decision, NewContribution)]
            stored = {row.id: row for row in self._store.contributions.insert(rows)}
            self._gate.write(sheet)
        return [
            Admission(stored[decision.id], is_new=True)
            if isinstance(decision, NewContribution)
            else _resolved(decision, known, stored)
            for decision in decisions
        ]

    def _decide(
        self,
        candidates: Sequence[_Candidate],
        known: dict[str, Contribution],
        sheet: GateSheet,
        view: ChainView,
        now: float,
    ) -> list[NewContribution | str | Refusal]:
        """Say for each candidate: a new row, the id of a row that exists, or a refusal."""
        ledger = self._open_ledger(candidates, sheet, view, now)
        decisions: list[NewContribution | str | Refusal] = []
        for candidate in candidates:
            if candidate.signed.id in known or ledger.has_taken(candidate.signed.id):
                decisions.append(candidate.signed.id)
            elif candidate.objection:
                decisions.append(candidate.objection)
            else:
                decisions.append(ledger.enter(candidate, now))
        return decisions

    def _open_ledger(
        self, candidates: Sequence[_Candidate], sheet: GateSheet, view: ChainView, now: float
    ) -> _Ledger:
        pairs = {(candidate.signed.player, candidate.signed.nonce) for candidate in candidates}
        budget = 0 if view.tank is None else budget_gwei(view.tank, now)
        return _Ledger(
            sheet=sheet,
            owners=self._store.nonces.owners(pairs),
            windows=self._store.nonces.windows({player for player, _ in pairs}),
            left_gwei=budget - self._store.contributions.reserved_gwei(),
        )


class _Ledger:
    """Gate, nonces and budget while one request is decided; the write lock is held meanwhile."""

    def __init__(
        self,
        sheet: GateSheet,
        owners: dict[tuple[str, int], NonceOwner],
        windows: dict[str, NonceWindow],
        left_gwei: int,
    ) -> None:
        self._sheet = sheet
        self._owners = owners
        self._windows = windows
        self._left_gwei = left_gwei
        self._taken: set[str] = set()

    def has_taken(self, contribution_id: str) -> bool:
        """Whether an earlier element of the same request was this one."""
        return contribution_id in self._taken

    def enter(self, candidate: _Candidate, now: float) -> NewContribution | Refusal:
        """Take nonce and budget for a contribution, or tell why not."""
        signed = candidate.signed
        refusal = self._sheet.refusal(*_names([candidate])) or check_nonce(
            signed.player, signed.nonce, self._owners, self._windows
        )
        if refusal is not None:
            return refusal
        if candidate.reserved_gwei > self._left_gwei:
            return TankEmpty(
                "The sponsor's tank or its limit for today is used up. Send the same request "
                "again later; the signature stays valid until its deadline."
            )
        self._sheet.pass_one()
        self._left_gwei -= candidate.reserved_gwei
        self._taken.add(signed.id)
        self._owners[signed.player, signed.nonce] = NonceOwner(signed.id, "queued")
        return NewContribution(
            id=signed.id,
            trainer=candidate.trainer,
            player=signed.player,
            nonce=signed.nonce,
            deadline_at=signed.deadline_at,
            max_fee_gwei=signed.max_fee_gwei,
            label=signed.label,
            sample=signed.sample,
            signature=signed.signature,
            reserved_gwei=candidate.reserved_gwei,
            accepted_at=now,
            game=candidate.caller.game,
        )


def check_nonce(
    player: str,
    nonce: int,
    owners: dict[tuple[str, int], NonceOwner],
    windows: dict[str, NonceWindow],
) -> Refusal | None:
    """Tell what stands against using a nonce, if anything does."""
    owner, window = owners.get((player, nonce)), windows.get(player)
    place = (("/message/nonce", "taken"),)
    if owner is not None and owner.status in _WAITING:
        return NonceConflict(
            f"The nonce {nonce} belongs to the request {owner.id}, which is under way. Sign with "
            f"the next_nonce of GET /v1/players/{player}.",
            errors=place,
        )
    if owner is not None or (window is not None and not window.is_usable(nonce)):
        return NonceUsed(
            f"The nonce {nonce} of {player} has been used. Sign with the next_nonce of "
            f"GET /v1/players/{player}.",
            errors=place,
        )
    return None


def _names(candidates: Sequence[_Candidate]) -> set[str]:
    """Whom a ban may concern."""
    names = {candidate.signed.player for candidate in candidates}
    return names.union(*(candidate.caller.networks for candidate in candidates))


def _resolved(
    decision: str | Refusal, known: dict[str, Contribution], stored: dict[str, Contribution]
) -> Admission | Refusal:
    if isinstance(decision, Refusal):
        return decision
    return Admission(known.get(decision) or stored[decision], is_new=False)
