"""Admission of relayed withdrawals; the chain takes the fee out of the amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from relayer.chain.eip712 import Domain
from relayer.clock import Clock
from relayer.deployment import Deployment
from relayer.errors import Refusal
from relayer.intake import policy
from relayer.intake.fees import GWEI, WITHDRAWAL_UNITS
from relayer.intake.ledger import check_nonce
from relayer.intake.schemas import WithdrawalRequest, read_withdrawal
from relayer.intake.signatures import SignedWithdrawal, verify_withdrawal
from relayer.limits import Caller
from relayer.limits.allowances import Allowances, AllowanceSheet
from relayer.refusals import BalanceTooLow, ChainUnavailable, MaxFeeTooLow, SchemaViolation
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import ChainView
from relayer.store.withdrawals import NewWithdrawal, Withdrawal

_MAX_UINT256 = 2**256 - 1
_ZERO_ADDRESS = "0x" + "00" * 20


@dataclass(frozen=True, slots=True)
class WithdrawalAdmission:
    """A withdrawal that is in the store."""

    withdrawal: Withdrawal
    is_new: bool  #: False: the same digest had been accepted before
    allowances: AllowanceSheet | None  #: what is left after it; None: it was not looked at


class WithdrawalIntake:
    """Takes withdrawals in; safe to share between threads."""

    def __init__(
        self, settings: Settings, deployment: Deployment, store: Store, clock: Clock
    ) -> None:
        self._settings = settings
        self._domain = Domain(deployment.chain_id, deployment.forwarder)
        self._store = store
        self._clock = clock
        self._allowances = Allowances(settings, store)

    def submit(self, value: Any, caller: Caller) -> WithdrawalAdmission:
        """Admit a withdrawal.

        Args:
            value: parsed JSON.
            caller: who sends it.

        Raises:
            Refusal: it is not accepted, and nothing was stored.
        """
        request = read_withdrawal(value)
        _check_amount_and_receiver(request)
        signed = verify_withdrawal(request, self._domain)
        now, view = self._clock.now(), self._store.chain_state.view()
        with self._store.transaction():
            known = self._store.withdrawals.get(signed.id)
            if known is not None:
                return WithdrawalAdmission(known, is_new=False, allowances=None)
            policy.check_deadline(signed.deadline_at, now, self._settings)
            self._check_nonce(signed)
            allowances = self._allowances.sheet([(signed.player, caller)], now)
            refusal = allowances.quota_refusal(signed.player, caller)
            if refusal is not None:
                raise refusal
            self._check_money(signed, view, now)
            allowances.take_quota(signed.player, caller)
            self._allowances.write(allowances)
            self._store.withdrawals.insert(_row(signed, now))
            stored = self._store.withdrawals.get(signed.id)
        if stored is None:
            raise LookupError(f"the withdrawal {signed.id} vanished after it was stored")
        return WithdrawalAdmission(stored, is_new=True, allowances=allowances)

    def _check_nonce(self, signed: SignedWithdrawal) -> None:
        refusal: Refusal | None = check_nonce(
            signed.player,
            signed.nonce,
            self._store.nonces.owners([(signed.player, signed.nonce)]),
            self._store.nonces.windows([signed.player]),
        )
        if refusal is not None:
            raise refusal

    def _check_money(self, signed: SignedWithdrawal, view: ChainView, now: float) -> None:
        if not view.is_fresh(now, self._settings.heartbeat_stale_s) or view.head is None:
            raise ChainUnavailable(
                "The relayer has not seen the chain lately, so nothing is accepted. Send the "
                "same request again in a few seconds."
            )
        price_wei = view.head.base_fee_wei + self._settings.priority_fee_wei
        fee_wei = WITHDRAWAL_UNITS * price_wei
        least_gwei = -(-fee_wei // GWEI)
        if signed.max_fee_gwei < least_gwei:
            raise MaxFeeTooLow(
                f"The signed maximum fee is {signed.max_fee_gwei} gwei, the fee is about "
                f"{least_gwei} gwei at the moment. Sign again with a higher maximum.",
                errors=(("/message/maxFeeGwei", f"must be at least {least_gwei}"),),
            )
        player = self._store.players.get(signed.player)
        balance_wei = 0 if player is None else player.balance_wei + player.unclaimed_wei
        pending_wei = self._store.withdrawals.pending_wei(signed.player)
        if signed.amount_wei > balance_wei - pending_wei or signed.amount_wei <= fee_wei:
            raise BalanceTooLow(
                f"The withdrawal asks for {signed.amount_wei} wei; {balance_wei - pending_wei} "
                f"wei can be withdrawn, and the fee of about {fee_wei} wei is taken from the "
                "amount. Sign again with an amount in between, or wait for more rewards.",
                errors=(("/message/amountWei", "more than there is, or less than the fee"),),
            )


def _check_amount_and_receiver(request: WithdrawalRequest) -> None:
    message = request["message"]
    if int(message["amountWei"]) > _MAX_UINT256:
        raise SchemaViolation(
            "The amount does not fit 256 bits.",
            errors=(("/message/amountWei", "must fit 256 bits"),),
        )
    if message["to"] == _ZERO_ADDRESS:
        raise SchemaViolation(
            "The receiver is the zero address, where money is lost. Name your own address.",
            errors=(("/message/to", "must not be the zero address"),),
        )


def _row(signed: SignedWithdrawal, now: float) -> NewWithdrawal:
    return NewWithdrawal(
        id=signed.id,
        player=signed.player,
        to_address=to_checksum_address(signed.to_address),
        amount_wei=signed.amount_wei,
        nonce=signed.nonce,
        deadline_at=signed.deadline_at,
        max_fee_gwei=signed.max_fee_gwei,
        signature=signed.signature,
        accepted_at=now,
    )
