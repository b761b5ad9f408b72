"""A signer's lane of nonces as it is drawn: what is final, on its way, missing, or next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relayer.store import Store
from relayer.store.chain_state import SignerSnapshot
from relayer.store.lane_views import LaneEnds, LaneNonce

#: Nonces that are drawn at most, and how many of them lie before the first that waits.
_DRAWN: Final = 48
_BEFORE: Final = 8
#: Foreign transactions that are listed.
_FOREIGN: Final = 10

#: States that no transaction of ours has.
GAP, NEXT, FOREIGN = "gap", "next", "foreign"
_TAKEN: Final = "nonce-taken-elsewhere"


@dataclass(frozen=True, slots=True)
class Place:
    """One nonce of a lane."""

    nonce: int
    state: str  #: status of its transaction, or ``gap``, ``foreign``, ``next``
    transaction: LaneNonce | None

    @property
    def meaning(self) -> str:
        """The state in words."""
        if self.state == GAP:
            return "handed out, and nothing of ours has it: everything behind it waits"
        if self.state == FOREIGN:
            return "used by a transaction that this relayer did not send"
        if self.state == NEXT or self.transaction is None:
            return "the next one that is handed out"
        tries = self.transaction.attempts
        return f"{self.transaction.kind}, {self.state}, {tries} attempt{'' if tries == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Lane:
    """A signer and its nonces."""

    signer: str
    snapshot: SignerSnapshot | None  #: as the worker saw it last; None: it works no more
    next_nonce: int
    chain_nonce: int | None  #: how many the chain has used; None: nobody looked
    pending: int  #: transactions that no block holds
    places: Sequence[Place]
    gaps: Sequence[int]
    foreign: Sequence[int]  #: nonces that others used, as far as they are known

    @property
    def warning(self) -> str | None:
        """What is wrong, in a sentence."""
        if self.chain_nonce is not None and self.chain_nonce > self.next_nonce:
            return (
                f"The chain has used {self.chain_nonce} nonces and only {self.next_nonce} were "
                "handed out here: somebody else sends with this key."
            )
        if self.foreign:
            return (
                f"{len(self.foreign)} of its nonces were used by transactions that this relayer "
                "did not send: somebody else has this key."
            )
        if self.gaps:
            return f"Nonce {self.gaps[0]} belongs to nothing, and everything behind it waits."
        return None


def lane_of(store: Store, signer: str, snapshot: SignerSnapshot | None) -> Lane:
    """Return a signer's lane around the first nonce that waits."""
    ends = store.lane_views.ends(signer) or LaneEnds(0, None, 0)
    chain_nonce = None if snapshot is None else snapshot.chain_nonce
    first = min(
        (each for each in (ends.first_pending, chain_nonce) if each is not None),
        default=ends.next_nonce,
    )
    start = max(0, min(first, ends.next_nonce) - _BEFORE)
    owned = {each.nonce: each for each in store.lane_views.nonces(signer, start, _DRAWN)}
    end = min(ends.next_nonce, start + _DRAWN)
    numbers = range(min(owned, default=start), end)
    places = [_place(nonce, owned.get(nonce), chain_nonce) for nonce in numbers]
    taken = [each.nonce for each in store.lane_views.taken_elsewhere(signer, _FOREIGN)]
    seen = [place.nonce for place in places if place.state == FOREIGN]
    if end == ends.next_nonce:
        places.append(Place(ends.next_nonce, NEXT, None))
    return Lane(
        signer=signer,
        snapshot=snapshot,
        next_nonce=ends.next_nonce,
        chain_nonce=chain_nonce,
        pending=ends.pending,
        places=places,
        gaps=[place.nonce for place in places if place.state == GAP],
        foreign=sorted({*taken, *seen}),
    )


def _place(nonce: int, owner: LaneNonce | None, chain_nonce: int | None) -> Place:
    if owner is None:
        is_used = chain_nonce is not None and nonce < chain_nonce
        return Place(nonce, FOREIGN if is_used else GAP, None)
    return Place(nonce, FOREIGN if owner.reason == _TAKEN else owner.status, owner)
