"""How things stand at a moment, as the store tells it."""

from __future__ import annotations

from relayer.intake.fees import GWEI
from relayer.series.names import Level
from relayer.store import Store

#: By name and label; amounts in the unit that the name tells.
Levels = dict[tuple[Level, str], int]


def read_levels(store: Store, now: float) -> Levels:
    """Return how things stand; what is not known is left out.

    Args:
        store: everything is read from it.
        now: unix seconds, for ages.
    """
    return {**_money(store), **_queues(store, now)}


def _money(store: Store) -> Levels:
    view = store.chain_state.view()
    claims = store.countings.claims().values()
    stakes_wei = sum(claim.stake_wei for claim in claims)
    found: Levels = {
        (Level.CLAIMS, ""): sum(claim.count for claim in claims),
        (Level.CLAIMS_GWEI, ""): sum(claim.reserve_wei for claim in claims) // GWEI,
    }
    if view.tank is not None:
        held_wei = view.tank.available_wei + view.tank.reserved_wei
        found[Level.TANK_AVAILABLE_GWEI, ""] = view.tank.available_wei // GWEI
        found[Level.TANK_RESERVED_GWEI, ""] = view.tank.reserved_wei // GWEI
        found[Level.SPONSOR_GWEI, ""] = (held_wei + stakes_wei) // GWEI
    if view.head is not None:
        found[Level.BASE_FEE_WEI, ""] = view.head.base_fee_wei
    for address, trainer in view.trainers.items():
        found[Level.STAKE_GWEI, address] = trainer.stake_wei // GWEI
    for signer in view.signers:
        found[Level.SIGNER_GWEI, signer.address] = signer.balance_wei // GWEI
    return found


def _queues(store: Store, now: float) -> Levels:
    found: Levels = {(Level.IN_FLIGHT, ""): sum(store.tallies.pending().values())}
    for queue in store.tallies.queues():
        age_s = 0.0 if queue.oldest_at is None else max(0.0, now - queue.oldest_at)
        found[Level.QUEUE_DEPTH, queue.kind] = queue.depth
        found[Level.QUEUE_AGE_S, queue.kind] = int(age_s)
    return found
