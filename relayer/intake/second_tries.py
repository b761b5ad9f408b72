"""Whether a contribution that failed may be tried again, and putting it back into the queue.

Its signature is still good, so nobody has to sign anew. It must never take effect twice: it
qualifies only while no block can hold it as it was (see `relayer.store.retries`), and the chain
takes its nonce once.
"""

from __future__ import annotations

from relayer.batch.batcher import EXPIRY_MARGIN_S
from relayer.intake.fees import budget_gwei
from relayer.intake.ledger import check_nonce
from relayer.store import Store
from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus


def obstacle(store: Store, contribution: Contribution, now: float) -> str | None:
    """Return why a contribution cannot be tried again, in words; None: it can.

    Args:
        store: the database; call it in the transaction that also requeues.
        contribution: as it stands.
        now: unix seconds.
    """
    if contribution.status is not ContributionStatus.FAILED:
        return f"it is {contribution.status.value}, and only what has failed is tried again"
    if not store.retries.is_free(contribution.id):
        return (
            "a block holds its batch, and the chain has refused it there: "
            f"{contribution.detail or contribution.reason}"
        )
    if contribution.deadline_at <= now + EXPIRY_MARGIN_S:
        return "its deadline has passed; the player has to sign it again"
    owners = store.nonces.owners([(contribution.player, contribution.nonce)])
    windows = store.nonces.windows([contribution.player])
    refusal = check_nonce(contribution.player, contribution.nonce, owners, windows)
    if refusal is not None:
        return f"its nonce {contribution.nonce} has been used by another request"
    tank = store.chain_state.view().tank
    left_gwei = 0 if tank is None else budget_gwei(tank, now) - store.contributions.reserved_gwei()
    if left_gwei < contribution.reserved_gwei:
        return (
            f"it may cost {contribution.reserved_gwei} gwei, and {max(0, left_gwei)} gwei are left "
            "in the tank or of its limit for today"
        )
    return None


def try_again(store: Store, contribution: Contribution, now: float) -> bool:
    """Put a contribution back into the queue; False when something stands against it."""
    with store.transaction():
        return obstacle(store, contribution, now) is None and store.retries.requeue(
            contribution.id, now
        )
