"""Admission of validations: verified, about an open contribution of somebody else, queued.

The order is form, signature, and then, in one database transaction, everything that the store
knows. A validation costs the tank nothing that is not set aside already, so there is no budget to
look at: the fee was reserved when the contribution was added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relayer.chain.eip712 import Domain
from relayer.chain.validation_wire import parts_of_number
from relayer.clock import Clock
from relayer.deployment import Deployment, TrainerEntry
from relayer.errors import Refusal
from relayer.intake import policy
from relayer.intake.fees import validation_fee_gwei
from relayer.intake.ledger import check_nonce
from relayer.intake.schemas import read_validation
from relayer.intake.signatures import SignedValidation, verify_validation
from relayer.limits import Caller
from relayer.limits.allowances import Allowances, AllowanceSheet, senders_of
from relayer.limits.gate import Gate, GateSheet
from relayer.refusals import (
    AlreadyValidated,
    ContributionNotOpen,
    MaxFeeTooLow,
    NeverContributed,
    NoValidations,
    OwnContribution,
    UnknownContribution,
)
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.chain_state import ChainView
from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus
from relayer.store.validations import NewValidation, Validation

_CONTRIBUTION = "/message/contribution"
_VALIDATOR = "/message/validator"


@dataclass(frozen=True, slots=True)
class ValidationAdmission:
    """A validation that is in the store."""

    validation: Validation
    is_new: bool  #: False: the same digest had been accepted before
    allowances: AllowanceSheet  #: what is left after it


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who sends, and what stands against it."""

    caller: Caller
    gate: GateSheet
    allowances: AllowanceSheet

    def refusal(self, validator: str) -> Refusal | None:
        return self.gate.validation_refusal(
            validator, *self.caller.networks
        ) or self.allowances.submission_refusal(validator, self.caller)


class ValidationIntake:
    """Takes validations in; safe to share between threads."""

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

    def submit(
        self, requests: Sequence[Any], caller: Caller
    ) -> list[ValidationAdmission | Refusal]:
        """Admit or refuse each request, a parsed JSON value, on its own.

        Args:
            requests: from one caller.
            caller: who sends them.

        Returns:
            One outcome for each request, in order.
        """
        examined = [self._verify(request) for request in requests]
        validators = {e.validator for e in examined if isinstance(e, SignedValidation)}
        if not validators:
            return [element for element in examined if isinstance(element, Refusal)]
        with self._store.transaction():
            now, view = self._clock.now(), self._store.chain_state.view()
            desk = _Desk(
                caller,
                self._gate.sheet(validators | caller.networks, now),
                self._allowances.sheet(senders_of(validators, caller), now),
            )
            outcomes = [
                element if isinstance(element, Refusal) else self._admit(element, desk, view, now)
                for element in examined
            ]
            self._allowances.write(desk.allowances)
        return outcomes

    def _verify(self, request: Any) -> SignedValidation | Refusal:
        try:
            return verify_validation(read_validation(request), self._domain)
        except Refusal as refusal:
            return refusal

    def _admit(
        self, signed: SignedValidation, desk: _Desk, view: ChainView, now: float
    ) -> ValidationAdmission | Refusal:
        """Admit one validation; call it under the write lock."""
        known = self._store.validations.get(signed.id)
        if known is not None:
            return ValidationAdmission(known, is_new=False, allowances=desk.allowances)
        obstacle = desk.refusal(signed.validator)
        if obstacle is not None:
            return obstacle
        try:
            row = self._check(signed, view, now)
        except Refusal as refusal:
            return refusal
        self._store.validations.insert(row)
        desk.allowances.take_submission(signed.validator, desk.caller)
        stored = self._store.validations.get(signed.id)
        if stored is None:
            raise LookupError(f"the validation {signed.id} vanished after it was stored")
        return ValidationAdmission(stored, is_new=True, allowances=desk.allowances)

    def _check(self, signed: SignedValidation, view: ChainView, now: float) -> NewValidation:
        policy.check_deadline(signed.deadline_at, now, self._settings)
        entry = policy.find_trainer(signed.trainer, self._deployment)
        if not entry.mechanism.takes_validations:
            raise NoValidations(
                f"The trainer {entry.address} settles without validations. Validate contributions "
                "of trainers whose mechanism has takes_validations.",
                errors=(("/message/trainer", "takes no validations"),),
            )
        batch, contribution = self._find(signed, entry)
        self._check_validator(signed, contribution, entry)
        self._check_fee(signed, batch, contribution, view, now)
        refusal = check_nonce(
            signed.validator,
            signed.nonce,
            self._store.nonces.owners([(signed.validator, signed.nonce)]),
            self._store.nonces.windows([signed.validator]),
        )
        if refusal is not None:
            raise refusal
        return _row(signed, batch, contribution, now)

    def _find(self, signed: SignedValidation, entry: TrainerEntry) -> tuple[Batch, Contribution]:
        """The contribution that is named; only final blocks give numbers that stay."""
        chain_batch_id, record_index = parts_of_number(signed.contribution)
        batch = self._store.settlements.find_batch(entry.address, chain_batch_id)
        found = batch and self._store.contributions.of_record(batch.id, record_index)
        if batch is None or not found:
            raise UnknownContribution(
                f"There is no confirmed contribution with the number {signed.contribution}. Sign "
                "the contribution_number of GET /v1/contributions/{id}, which is there as soon as "
                "the contribution is confirmed.",
                errors=((_CONTRIBUTION, "not a number of a confirmed contribution"),),
            )
        if found.status is not ContributionStatus.CONFIRMED:
            raise ContributionNotOpen(
                f"The contribution {found.id} is {found.status}: somebody else has confirmed it, "
                "or it has lapsed. Nothing needs to be done.",
                errors=((_CONTRIBUTION, "not open"),),
            )
        return batch, found

    def _check_validator(
        self, signed: SignedValidation, contribution: Contribution, entry: TrainerEntry
    ) -> None:
        if contribution.player == signed.validator:
            raise OwnContribution(
                f"The contribution {contribution.id} is the validator's own. Only other players "
                "can confirm it.",
                errors=((_VALIDATOR, "the author"),),
            )
        if not self._has_contributed(signed.validator, entry):
            raise NeverContributed(
                f"{signed.validator} has not contributed to {entry.name}. Whoever confirms must "
                "have contributed: contribute first.",
                errors=((_VALIDATOR, "never contributed"),),
            )
        other = self._store.validations.living(signed.validator, contribution.id)
        if other is not None:
            raise AlreadyValidated(
                f"The validation {other} of the same player confirms the contribution "
                f"{contribution.id}. One is enough.",
                errors=((_CONTRIBUTION, "validated by this player"),),
            )

    def _has_contributed(self, validator: str, entry: TrainerEntry) -> bool:
        """By what this relayer brought, or by what the chain says of direct contributions."""
        if self._store.contributions.has_taken_effect(validator, entry.address):
            return True
        snapshot = self._store.players.get(validator)
        standing = None if snapshot is None else snapshot.standings.get(entry.address)
        return standing is not None and standing.contributed > 0

    def _check_fee(
        self,
        signed: SignedValidation,
        batch: Batch,
        contribution: Contribution,
        view: ChainView,
        now: float,
    ) -> None:
        head = policy.require_head(view, now, self._settings)
        least_gwei = validation_fee_gwei(batch.terms or "{}", len(contribution.sample), head)
        if signed.max_fee_gwei < least_gwei:
            raise MaxFeeTooLow(
                f"The signed maximum fee is {signed.max_fee_gwei} gwei, the fee may reach "
                f"{least_gwei} gwei. The sponsor pays it; sign again with the "
                "suggested_max_fee_gwei of GET /v1/config.",
                errors=(("/message/maxFeeGwei", f"must be at least {least_gwei}"),),
            )


def _row(
    signed: SignedValidation, batch: Batch, contribution: Contribution, now: float
) -> NewValidation:
    return NewValidation(
        id=signed.id,
        trainer=contribution.trainer,
        validator=signed.validator,
        contribution_number=signed.contribution,
        contribution_id=contribution.id,
        batch_id=batch.id,
        record_index=parts_of_number(signed.contribution)[1],
        nonce=signed.nonce,
        deadline_at=signed.deadline_at,
        max_fee_gwei=signed.max_fee_gwei,
        signature=signed.signature,
        accepted_at=now,
    )
