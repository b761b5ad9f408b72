"""Actions about the house's own money: settle now, top up, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.ops.actions.fields import (
    Field,
    FieldError,
    account,
    amount_wei,
    whole_number,
)
from relayer.ops.actions.framework import Action, Undertaking
from relayer.ops.actions.ordering import order, told
from relayer.orders.amounts import in_words
from relayer.orders.topping_up import TANK
from relayer.refusals.operators import ActionRefused
from relayer.settle.credit import COLLECT_GAS
from relayer.settle.settler import LONGEST_RECHECK_S
from relayer.store.chain_state import SignerSnapshot
from relayer.store.ops_users import Role
from relayer.store.orders import OrderKind
from relayer.store.statuses import BatchStatus
from relayer.watch.books import Owed

#: Due batches that a preview counts.
_MOST_COUNTED: Final = 1_000


def _target(value: str) -> str:
    """Take the tank, or the address of a signer."""
    if value == TANK:
        return value
    try:
        return account(value)
    except FieldError:
        raise FieldError("must be `tank` or the address of a signer") from None


def _describe_settling(undertaking: Undertaking) -> Sequence[str]:
    store, wanted = undertaking.store, undertaking.arguments["batch"]
    if wanted is not None:
        batch = store.batches.get(wanted)
        if batch is None:
            raise ActionRefused(f"There is no batch {wanted}.")
        if batch.status is not BatchStatus.CONFIRMED:
            raise ActionRefused(
                f"Batch {wanted} is {batch.status}; only a confirmed one can be settled."
            )
        batches = [batch]
    else:
        batches = store.settlements.due(
            int(undertaking.now) + LONGEST_RECHECK_S, limit=_MOST_COUNTED
        )
    open_count = sum(int(batch.open_map or "0x0", 16).bit_count() for batch in batches)
    settings = undertaking.settings
    return [
        f"{open_count} open contributions in {len(batches)} batches are asked about. What can be "
        "refunded or forfeited is settled at once, by a transaction for each batch, though "
        f"settle_min_items is {settings.settle_min_items}.",
        "Few contributions in a transaction cost more gas for each, which the house pays. What the "
        "model still disagrees with stays open.",
    ]


def _settle(undertaking: Undertaking) -> str:
    _describe_settling(undertaking)
    placed = order(undertaking, OrderKind.SETTLE, batch=undertaking.arguments["batch"])
    return told("what is due is to be settled", placed)


def _signer(undertaking: Undertaking, address: str) -> SignerSnapshot:
    signers = {each.address: each for each in undertaking.store.chain_state.view().signers}
    if address not in signers:
        raise ActionRefused(f"{address} is not one of the signers; money goes nowhere else.")
    return signers[address]


def _describe_top_up(undertaking: Undertaking) -> Sequence[str]:
    target = undertaking.arguments["target"]
    if undertaking.settings.treasury_keystore is None:
        other_way = (
            "have the sponsor fill the tank: `relayer fund`"
            if target == TANK
            else f"send ether to {_signer(undertaking, target).address} from elsewhere"
        )
        raise ActionRefused(f"There is no treasury; set treasury_keystore, or {other_way}.")
    if target == TANK:
        tank = undertaking.store.chain_state.view().tank
        holds = "" if tank is None else f", which has {in_words(tank.available_wei)} available"
        return [
            f"The treasury pays {in_words(_tank_amount_wei(undertaking))} into the sponsor's "
            f"tank{holds}. From there only the sponsor can take out what is not spent.",
        ]
    signer, high_wei = _signer(undertaking, target), undertaking.settings.signer_high_wei
    if undertaking.arguments["amount_wei"] is not None:
        raise ActionRefused("A signer is filled up to signer_high_wei; leave the amount empty.")
    if signer.balance_wei >= high_wei:
        raise ActionRefused(
            f"{target} holds {in_words(signer.balance_wei)}, not less than signer_high_wei."
        )
    return [
        f"The treasury pays {in_words(high_wei - signer.balance_wei)} to {target}, which held "
        f"{in_words(signer.balance_wei)} in block {signer.block_number}, up to signer_high_wei: "
        f"{in_words(high_wei)}."
    ]


def _tank_amount_wei(undertaking: Undertaking) -> int:
    most_wei = undertaking.settings.tank_top_up_most_wei
    if most_wei == 0:
        raise ActionRefused(
            "The treasury brings nothing into the tank; tank_top_up_most_wei allows it. The "
            "sponsor can: `relayer fund`."
        )
    given: int | None = undertaking.arguments["amount_wei"]
    amount = most_wei if given is None else given
    if not 0 < amount <= most_wei:
        raise ActionRefused(f"At most {in_words(most_wei)} at a time: tank_top_up_most_wei.")
    return amount


def _top_up(undertaking: Undertaking) -> str:
    _describe_top_up(undertaking)
    target = undertaking.arguments["target"]
    if target == TANK:
        amount = _tank_amount_wei(undertaking)
        placed = order(undertaking, OrderKind.TOP_UP, account=TANK, amount_wei=str(amount))
        return told(f"{in_words(amount)} is to go into the tank", placed)
    placed = order(undertaking, OrderKind.TOP_UP, account=target)
    return told(f"{target} is to be topped up", placed)


def _treasury(undertaking: Undertaking) -> str:
    to = undertaking.settings.treasury_address
    if to is None:
        raise ActionRefused("There is no address to withdraw to; set treasury_address.")
    return to


def _describe_withdrawal(undertaking: Undertaking) -> Sequence[str]:
    to = _treasury(undertaking)
    view = undertaking.store.chain_state.view()
    base_fee_wei = 0 if view.head is None else view.head.base_fee_wei
    cost_wei = COLLECT_GAS * (2 * base_fee_wei + undertaking.settings.priority_fee_wei)
    owed = Owed.of(undertaking.store)
    amount = (
        "How much that is nobody has looked up yet"
        if owed is None
        else f"At block {owed.block_number} that was {in_words(owed.total_wei)}"
    )
    return [
        f"What the Forwarder owes the {len(view.signers)} signers goes to {to}: treasury_address "
        "of the settings, and no other.",
        f"{amount}; the worker reads it again from the chain. Each signer pays up to "
        f"{in_words(cost_wei)} of gas, and a credit that is worth less stays.",
    ]


def _withdraw(undertaking: Undertaking) -> str:
    to = _treasury(undertaking)
    placed = order(undertaking, OrderKind.WITHDRAW, to=to)
    return told(f"the signers' credits are to go to {to}", placed)


ACTIONS: Final = (
    Action(
        name="settle-now",
        title="Settle what is due",
        role=Role.OPERATOR,
        fields=(Field("batch", "Batch", whole_number, "empty: all that are due", required=False),),
        dry_run=_describe_settling,
        perform=_settle,
    ),
    Action(
        name="top-up",
        title="Top up a signer or the tank",
        role=Role.OPERATOR,
        fields=(
            Field("target", "What", _target, "the address of a signer, or `tank`"),
            Field(
                "amount_wei",
                "Amount in wei",
                amount_wei,
                "for the tank; empty: tank_top_up_most_wei",
                required=False,
            ),
        ),
        dry_run=_describe_top_up,
        perform=_top_up,
        sample={"target": "tank", "amount_wei": "1"},
        needs_confirmation=True,
    ),
    Action(
        name="withdraw-credits",
        title="Withdraw credits to the treasury",
        role=Role.ADMIN,
        fields=(),
        dry_run=_describe_withdrawal,
        perform=_withdraw,
        needs_confirmation=True,
    ),
)
