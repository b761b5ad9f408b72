"""Rows of the store as the JSON that clients see."""

from __future__ import annotations

from collections.abc import Sequence

from relayer.api import forms
from relayer.chain.validation_wire import contribution_number
from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.contributions import Contribution
from relayer.store.histories import TransactionHistory
from relayer.store.statuses import ContributionStatus
from relayer.store.validations import Validation
from relayer.store.withdrawals import Withdrawal

_NOTHING = TransactionHistory()


def contributions(
    store: Store, rows: Sequence[Contribution], base: str
) -> list[forms.Contribution]:
    """Return contributions with everything that became of them.

    Args:
        store: where the transactions are looked up, all at once.
        rows: what to show.
        base: path under which the routes are mounted, for links.
    """
    if all(row.batch_id is None for row in rows):
        return [_contribution(row, None, _NOTHING, None, base) for row in rows]
    batch_ids = {row.batch_id for row in rows if row.batch_id is not None}
    settlement_ids = {row.settlement_id for row in rows if row.settlement_id is not None}
    histories = store.histories.of_batches(batch_ids) if batch_ids else {}
    hashes = store.histories.settlement_hashes(settlement_ids) if settlement_ids else {}
    chain_ids = store.batches.chain_ids(batch_ids) if batch_ids else {}
    return [
        _contribution(
            row,
            _number(row, chain_ids.get(row.batch_id or 0)),
            histories.get(row.batch_id or 0, _NOTHING),
            hashes.get(row.settlement_id or 0),
            base,
        )
        for row in rows
    ]


def _number(row: Contribution, chain_batch_id: int | None) -> int | None:
    """What validators sign; only final blocks give a number that stays."""
    if chain_batch_id is None or row.record_index is None:
        return None
    return contribution_number(chain_batch_id, row.record_index)


def _contribution(
    row: Contribution,
    number: int | None,
    history: TransactionHistory,
    settlement_hash: str | None,
    base: str,
) -> forms.Contribution:
    return {
        "id": row.id,
        "contribution_number": number,
        "status": row.status,
        "reason": row.reason,
        "detail": row.detail,
        "trainer": row.trainer,
        "player": row.player,
        "nonce": row.nonce,
        "label": row.label,
        "sample": f"0x{row.sample.hex()}",
        "max_fee_gwei": row.max_fee_gwei,
        "deadline_at": row.deadline_at,
        "accepted_at": row.accepted_at,
        "batch_id": row.batch_id,
        "transactions": attempts(history),
        "block_number": history.block_number,
        "stake_wei": wei(row.stake_wei),
        "settlement": _settlement(row, settlement_hash),
        "links": {
            "self": f"{base}/v1/contributions/{row.id}",
            "batch": None if row.batch_id is None else f"{base}/v1/batches/{row.batch_id}",
            "player": f"{base}/v1/players/{row.player}",
        },
    }


def _settlement(row: Contribution, transaction_hash: str | None) -> forms.Settlement | None:
    if row.status is not ContributionStatus.SETTLED:
        return None
    return {
        "outcome": row.outcome,
        "reward_wei": wei(row.reward_wei),
        "fee_wei": wei(row.fee_wei),
        "fee_from_rewards_wei": wei(row.fee_from_rewards_wei),
        "transaction_hash": transaction_hash,
        "settled_at": row.settled_at,
    }


def attempts(history: TransactionHistory) -> list[forms.Attempt]:
    """Return all attempts of a transaction."""
    return [
        {
            "hash": attempt.hash,
            "nonce": attempt.nonce,
            "max_fee_per_gas_wei": str(attempt.max_fee_per_gas_wei),
            "broadcast_at": attempt.broadcast_at,
            "mined": attempt.mined,
        }
        for attempt in history.attempts
    ]


def validations(store: Store, rows: Sequence[Validation], base: str) -> list[forms.Validation]:
    """Return validations with the attempts of their transactions."""
    settlement_ids = {row.settlement_id for row in rows if row.settlement_id is not None}
    histories = store.histories.of_settlements(settlement_ids) if settlement_ids else {}
    return [_validation(row, histories.get(row.settlement_id or 0, _NOTHING), base) for row in rows]


def _validation(row: Validation, history: TransactionHistory, base: str) -> forms.Validation:
    return {
        "id": row.id,
        "status": row.status,
        "reason": row.reason,
        "detail": row.detail,
        "trainer": row.trainer,
        "validator": row.validator,
        "contribution": row.contribution_number,
        "contribution_id": row.contribution_id,
        "nonce": row.nonce,
        "max_fee_gwei": row.max_fee_gwei,
        "deadline_at": row.deadline_at,
        "accepted_at": row.accepted_at,
        "transactions": attempts(history),
        "block_number": history.block_number,
        "links": {
            "self": f"{base}/v1/validations/{row.id}",
            "contribution": f"{base}/v1/contributions/{row.contribution_id}",
            "player": f"{base}/v1/players/{row.validator}",
        },
    }


def withdrawals(store: Store, rows: Sequence[Withdrawal], base: str) -> list[forms.Withdrawal]:
    """Return withdrawals with the attempts of their transactions."""
    transaction_ids = {row.transaction_id for row in rows if row.transaction_id is not None}
    histories = store.histories.of_transactions(transaction_ids) if transaction_ids else {}
    return [
        _withdrawal(row, histories.get(row.transaction_id or 0, _NOTHING), base) for row in rows
    ]


def _withdrawal(row: Withdrawal, history: TransactionHistory, base: str) -> forms.Withdrawal:
    return {
        "id": row.id,
        "status": row.status,
        "reason": row.reason,
        "player": row.player,
        "to": row.to_address,
        "amount_wei": str(row.amount_wei),
        "nonce": row.nonce,
        "max_fee_gwei": row.max_fee_gwei,
        "deadline_at": row.deadline_at,
        "accepted_at": row.accepted_at,
        "transactions": attempts(history),
        "paid_by_hash": row.paid_hash,
        "block_number": history.block_number if row.paid_block is None else row.paid_block,
        "links": {
            "self": f"{base}/v1/withdrawals/{row.id}",
            "player": f"{base}/v1/players/{row.player}",
        },
    }


def batches(store: Store, rows: Sequence[Batch], base: str) -> list[forms.ListedBatch]:
    """Return batches with their transactions, but without what `batch` looks up for each."""
    histories = store.histories.of_batches([row.id for row in rows])
    return [_batch(row, histories.get(row.id, _NOTHING), base) for row in rows]


def _batch(row: Batch, history: TransactionHistory, base: str) -> forms.ListedBatch:
    return {
        "id": row.id,
        "status": row.status,
        "trainer": row.trainer,
        "item_count": row.item_count,
        "chain_batch_id": row.chain_batch_id,
        "added_at": row.added_at,
        "due_at": row.due_at,
        "closed_at": row.closed_at,
        "transactions": attempts(history),
        "block_number": history.block_number,
        "links": {"self": f"{base}/v1/batches/{row.id}"},
    }


def batch(store: Store, row: Batch, base: str) -> forms.Batch:
    """Return a batch, its transactions, its settling calls and its members."""
    (listed,) = batches(store, [row], base)
    transaction = store.transactions.get(row.transaction_id)
    members = store.contributions.of_batch(row.id)
    return {
        **listed,
        "gas_used": None if transaction is None else transaction.gas_used,
        "effective_gas_price_wei": (
            None if transaction is None else wei(transaction.effective_gas_price_wei)
        ),
        "settlements": [
            {
                "status": settlement.status,
                "transaction_hash": settlement.transaction_hash,
                "refunded_map": settlement.refunded_map,
                "forfeited_map": settlement.forfeited_map,
                "fees_wei": settlement.fees_wei,
                "from_rewards_wei": settlement.from_rewards_wei,
            }
            for settlement in store.histories.settlements_of(row.id)
        ],
        "contributions": [
            {"id": member.id, "status": member.status, "player": member.player}
            for member in members
        ],
    }


def wei(amount_wei: int | None) -> str | None:
    """Return an amount in wei as a decimal string: JSON numbers lose digits in browsers."""
    return None if amount_wei is None else str(amount_wei)
