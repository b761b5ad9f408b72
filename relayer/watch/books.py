"""Holds the store's books against the contracts': what is open, what is set aside, what is there.

Both sides are read at one final block, and only while the store has written down everything up to
it. Others may add to the same contracts, so the chain may hold more than the store knows of; less
means that money is not where it should be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from relayer.chain.answers import Block
from relayer.chain.contracts import Contract
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.clock import Clock
from relayer.store import Store
from relayer.store.countings import Claim

#: Pause between two looks.
INTERVAL_S: Final = 60.0
CHECK: Final = "books"
_NOTHING: Final = Claim("", 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Owed:
    """What the Forwarder owed the signers at a final block."""

    block_number: int
    credits_wei: Mapping[str, int]  #: by signer

    @property
    def total_wei(self) -> int:
        """All together."""
        return sum(self.credits_wei.values())

    @classmethod
    def of(cls, store: Store) -> Owed | None:
        """Read what the last look found; None: nobody has looked."""
        check = store.checks.read().get(CHECK)
        if check is None or "credits_wei" not in check.value:
            return None
        found = check.value["credits_wei"]
        return cls(
            check.value["block_number"], {signer: int(text) for signer, text in found.items()}
        )


class Books:
    """Looks at the books of the Forwarder and of the mechanisms.

    Args:
        store: what is compared, and where the outcome is written.
        node: is asked.
        system: the contracts.
        signers: whose credits the Forwarder owes.
        confirmations: blocks on top from which on a block is final.
        clock: spaces the looks.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        signers: tuple[str, ...],
        confirmations: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._signers = signers
        self._confirmations = confirmations
        self._clock = clock
        self._next_at = float("-inf")

    def step(self, head: Block) -> bool:
        """Look when it is time to, and when both sides can be compared; return whether it did.

        Raises:
            NodeError: the node does not answer, or keeps no state of the final block.
        """
        final = head.number - self._confirmations
        if self._clock.monotonic() < self._next_at or not self._is_settled(final):
            return False
        claims = self._store.countings.claims()
        self._next_at = self._clock.monotonic() + INTERVAL_S
        forwarder_wei = self._node.balance_wei(self._system.forwarder.address, final)
        forwarder = self._system.forwarder
        credits_wei = {
            signer: self._read(forwarder, "credit", signer, block=final) for signer in self._signers
        }
        faults = [
            *self._faults_of_forwarder(forwarder_wei, sum(credits_wei.values()), claims, final),
            *self._faults_of_mechanisms(claims, final),
        ]
        found = {
            "block_number": final,
            "forwarder_wei": str(forwarder_wei),
            "credits_wei": {signer: str(amount) for signer, amount in credits_wei.items()},
            "faults": faults,
        }
        self._store.checks.write(CHECK, found, self._clock.now())
        return True

    def _is_settled(self, final: int) -> bool:
        """Whether the store has written down everything up to a block, and has counted it."""
        return (
            self._store.settlements.scanned_until() == final and not self._store.countings.waiting()
        )

    def _faults_of_forwarder(
        self, forwarder_wei: int, credits_wei: int, claims: Mapping[str, Claim], final: int
    ) -> Iterator[str]:
        forwarder, sponsor = self._system.forwarder, self._system.sponsor
        tank: dict[str, Any] = self._read(forwarder, "tank", sponsor, block=final)
        owed_wei = tank["availableWei"] + tank["reservedWei"] + credits_wei
        if forwarder_wei < owed_wei:
            yield f"the Forwarder holds {forwarder_wei} wei and owes tank and signers {owed_wei}"
        for address, contracts in self._system.trainers.items():
            reserved_wei = self._read(forwarder, "reservedFor", sponsor, address, block=final)
            open_wei = claims.get(address, _NOTHING).reserve_wei
            if reserved_wei < open_wei:
                yield (
                    f"for {contracts.entry.name} the tank has {reserved_wei} wei set aside and "
                    f"the open contributions of the store claim {open_wei}"
                )

    def _faults_of_mechanisms(self, claims: Mapping[str, Claim], final: int) -> Iterator[str]:
        for address, contracts in self._system.paying_dividends.items():
            mechanism, name = contracts.mechanism, contracts.entry.name
            stakes_wei = self._read(mechanism, "openStakesWei", block=final)
            open_wei = claims.get(address, _NOTHING).stake_wei
            if stakes_wei < open_wei:
                yield (
                    f"the mechanism of {name} has open stakes of {stakes_wei} wei and those of "
                    f"the store are {open_wei}"
                )
            held_wei = self._node.balance_wei(mechanism.address, final)
            owed_wei = stakes_wei + sum(
                self._read(mechanism, each, block=final)
                for each in ("rewardPoolWei", "totalClaimableWei")
            )
            if held_wei < owed_wei:
                yield f"the mechanism of {name} holds {held_wei} wei and owes {owed_wei}"

    def _read(self, contract: Contract, name: str, *given: Any, block: int) -> Any:
        return contract.read(self._node, name, *given, block=block)
