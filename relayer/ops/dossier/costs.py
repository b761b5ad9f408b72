"""What a contribution cost, what came back, and who paid; whole wei throughout."""

from __future__ import annotations

from dataclasses import dataclass

from relayer.store.batches import Batch
from relayer.store.contributions import Contribution
from relayer.store.transactions import Transaction

_GWEI = 10**9


@dataclass(frozen=True, slots=True)
class Costs:
    """Amounts in wei; None: not known yet, or never."""

    gas_used: int | None  #: of the whole transaction
    gas_price_wei: int | None
    transaction_wei: int | None  #: gas used x price
    shared_by: int | None  #: items of the batch
    share_wei: int | None  #: of one item, rounded up
    stake_wei: int | None
    stake_back: bool | None  #: whether the stake came back; None: it is open
    reward_wei: int | None  #: credited to the player
    fee_wei: int | None  #: credited to the relayer, by the public schedule
    fee_from_rewards_wei: int | None  #: of that, what the player's rewards paid
    fee_from_tank_wei: int | None  #: of that, what the sponsor's tank paid
    reserved_wei: int  #: what was set aside when it was accepted
    charged_wei: int | None  #: what budgets are charged; None: what was reserved counts
    most_fee_wei: int  #: what the player signed


def costs_of(row: Contribution, batch: Batch | None, transaction: Transaction | None) -> Costs:
    """Return the costs of a contribution as far as they are known."""
    gas_used = None if transaction is None else transaction.gas_used
    price_wei = None if transaction is None else transaction.effective_gas_price_wei
    total_wei = None if gas_used is None or price_wei is None else gas_used * price_wei
    items = None if batch is None else batch.item_count
    is_known = row.fee_wei is not None and row.fee_from_rewards_wei is not None
    return Costs(
        gas_used=gas_used,
        gas_price_wei=price_wei,
        transaction_wei=total_wei,
        shared_by=items,
        share_wei=None if total_wei is None or items is None else -(-total_wei // items),
        stake_wei=row.stake_wei,
        stake_back=None if row.outcome is None else row.outcome == "refunded",
        reward_wei=row.reward_wei,
        fee_wei=row.fee_wei,
        fee_from_rewards_wei=row.fee_from_rewards_wei,
        fee_from_tank_wei=(
            (row.fee_wei or 0) - (row.fee_from_rewards_wei or 0) if is_known else None
        ),
        reserved_wei=row.reserved_gwei * _GWEI,
        charged_wei=None if row.charged_gwei is None else row.charged_gwei * _GWEI,
        most_fee_wei=row.max_fee_gwei * _GWEI,
    )
