"""Nonces, allowances and the tank while a group of contributions is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from relayer.chain.wire import NonceWindow
from relayer.errors import Refusal
from relayer.intake.signatures import SignedContribution
from relayer.limits import Caller
from relayer.limits.allowances import AllowanceSheet
from relayer.limits.gate import GateSheet
from relayer.refusals import NonceConflict, NonceUsed, TankEmpty
from relayer.store.contributions import NewContribution
from relayer.store.nonces import NonceOwner

_WAITING = frozenset({"queued", "sent"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contribution whose signature is good, and who sends it."""

    signed: SignedContribution
    caller: Caller

    @property
    def names(self) -> frozenset[str]:
        """Whom a ban may concern."""
        return self.caller.networks | {self.signed.player}

    @property
    def sender(self) -> tuple[str, Caller]:
        """Whose allowances it takes of."""
        return self.signed.player, self.caller


class Terms(NamedTuple):
    """What the policy makes of a contribution that it takes."""

    trainer: str  #: checksummed
    reserved_gwei: int  #: what it may cost the tank


class Ledger:
    """Decides candidates one after the other; the write lock is held meanwhile.

    Args:
        gate: whether the house takes anything in, and from whom.
        allowances: what may still be taken.
        owners: who holds the nonces that are asked for.
        windows: which nonces the chain has seen.
        left_gwei: what is left in the tank.
    """

    def __init__(
        self,
        gate: GateSheet,
        allowances: AllowanceSheet,
        owners: dict[tuple[str, int], NonceOwner],
        windows: dict[str, NonceWindow],
        left_gwei: int,
    ) -> None:
        self._gate = gate
        self._allowances = allowances
        self._owners = owners
        self._windows = windows
        self._left_gwei = left_gwei
        self._taken: set[str] = set()

    def has_taken(self, contribution_id: str) -> bool:
        """Whether an earlier element of the same group was this one."""
        return contribution_id in self._taken

    def enter(self, candidate: Candidate, terms: Terms, now: float) -> NewContribution | Refusal:
        """Take everything that a contribution needs, or tell why not and take nothing."""
        signed, cost_gwei = candidate.signed, terms.reserved_gwei
        refusal = (
            self._gate.refusal(*candidate.names)
            or check_nonce(signed.player, signed.nonce, self._owners, self._windows)
            or self._tank_refusal(cost_gwei)
            or self._allowances.refusal(*candidate.sender, cost_gwei)
        )
        if refusal is not None:
            return refusal
        self._gate.pass_one()
        self._allowances.take(*candidate.sender, cost_gwei)
        self._left_gwei -= cost_gwei
        self._taken.add(signed.id)
        self._owners[signed.player, signed.nonce] = NonceOwner(signed.id, "queued")
        return _row(candidate, terms, now)

    def _tank_refusal(self, cost_gwei: int) -> Refusal | None:
        if cost_gwei <= self._left_gwei:
            return None
        return TankEmpty(
            "The sponsor's tank or its limit for today is used up. Send the same request "
            "again later; the signature stays valid until its deadline."
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
            f"The nonce {nonce} of {player} has been used: by another request, or by this one if "
            "somebody else has brought it to the chain. If it is not there, sign with the "
            f"next_nonce of GET /v1/players/{player}.",
            errors=place,
        )
    return None


def _row(candidate: Candidate, terms: Terms, now: float) -> NewContribution:
    signed = candidate.signed
    return NewContribution(
        id=signed.id,
        trainer=terms.trainer,
        player=signed.player,
        nonce=signed.nonce,
        deadline_at=signed.deadline_at,
        max_fee_gwei=signed.max_fee_gwei,
        label=signed.label,
        sample=signed.sample,
        signature=signed.signature,
        reserved_gwei=terms.reserved_gwei,
        accepted_at=now,
        game=candidate.caller.game,
        request_id=candidate.caller.request_id,
    )
