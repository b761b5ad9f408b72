"""Chooses the signer of the next transaction.

Each signer is a lane: its transactions are mined in the order of their nonces, so one that is stuck
holds up those behind it and nothing else. What is under way is read from the store each time; the
rest was noted by those who looked at the chain last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relayer.store import Store
from relayer.store.statuses import TransactionKind

#: Transactions of one signer that may wait for a block at the same time; geth keeps 64.
MAX_PENDING = 16
#: What the first transaction of a new store may ask for.
FIRST_GAS = 1_000_000
#: What the Forwarder takes only from accounts that the sponsor allows.
_NEEDS_PERMISSION = frozenset({TransactionKind.ADD})


class Lanes:
    """The lanes of nonces of the signers that work.

    Args:
        store: tells what is under way.
        signers: the accounts, in the order of the settings.
    """

    def __init__(self, store: Store, signers: Sequence[str]) -> None:
        self._store = store
        self._signers = tuple(signers)
        self._allowed: dict[str, bool] = {}
        self._stuck: set[str] = set()
        self._balances: dict[str, int] = {}
        self._price_wei = 0

    @property
    def addresses(self) -> tuple[str, ...]:
        """The accounts, in the order of the settings."""
        return self._signers

    def note_allowed(self, allowed: Mapping[str, bool]) -> None:
        """Remembers which signers the sponsor lets spend from its tank."""
        self._allowed.update(allowed)

    def is_allowed(self, signer: str) -> bool:
        """Whether the sponsor lets a signer spend, as far as was noted."""
        return self._allowed.get(signer, True)

    def note_money(self, balances: Mapping[str, int], price_wei: int) -> None:
        """Remembers what the signers hold, and the most that is offered per gas now."""
        self._balances.update(balances)
        self._price_wei = price_wei

    def balance_wei(self, signer: str) -> int | None:
        """What a signer holds, as far as was noted; None: nobody has looked yet."""
        return self._balances.get(signer)

    def need_wei(self) -> int:
        """What the next transaction may cost: the gas of the dearest of late, at today's price."""
        return self._price_wei * (self._store.purses.dearest_gas() or FIRST_GAS)

    def affordable_gas(self, signer: str, price_wei: int) -> int | None:
        """The gas that a signer's whole balance pays at this price; None: nobody has looked yet.

        Nodes refuse even a free call that asks for more.
        """
        balance_wei = self._balances.get(signer)
        return None if balance_wei is None else balance_wei // max(1, price_wei)

    def note_stuck(self, signer: str, *, stuck: bool) -> None:
        """Remembers whether the first transaction of a lane waits longer than it should."""
        if stuck:
            self._stuck.add(signer)
        else:
            self._stuck.discard(signer)

    def choose(self, kind: TransactionKind | None = None) -> str | None:
        """The signer that had best send a transaction of this kind; None: none may or can.

        Lanes that move come before lanes that are stuck, and among them the emptiest one. What
        was never noted counts as good: the node and the contracts check it all again. A lane with
        something that is not signed yet gets nothing more.
        """
        need_wei, resting = self.need_wei(), self._store.resting_signers.all()
        open_lanes = [
            (signer in self._stuck, pending, place, signer)
            for place, signer in enumerate(self._signers)
            if signer not in resting
            and self._may_send(signer, kind)
            and not self._store.lanes.has_unsigned(signer)
            and (pending := self._store.lanes.pending_count(signer)) < MAX_PENDING
            and self._can_pay(signer, need_wei)
        ]
        return min(open_lanes)[-1] if open_lanes else None

    def _may_send(self, signer: str, kind: TransactionKind | None) -> bool:
        return kind not in _NEEDS_PERMISSION or self.is_allowed(signer)

    def _can_pay(self, signer: str, need_wei: int) -> bool:
        """Whether the balance covers one more transaction beside all that is under way.

        Nodes refuse a transaction that those before it could leave without money.
        """
        balance_wei = self._balances.get(signer)
        if balance_wei is None:
            return True
        committed_wei = self._store.purses.committed_wei(signer, self._price_wei)
        return balance_wei - committed_wei >= need_wei
