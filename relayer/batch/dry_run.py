"""One free call that tells what would become of every item of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.responses import reading
from relayer.chain.system import System
from relayer.chain.wire import Item, Record, pack_items
from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus


class Outcome(IntEnum):
    """The Forwarder's verdict on an item, in the contract's own numbering."""

    ACCEPTED = 0
    EXPIRED = 1
    NONCE_USED = 2
    FEE_ABOVE_MAX = 3
    BAD_SIGNATURE = 4
    OVER_BUDGET = 5
    UNFIT = 6
    NOT_OPEN = 7
    OWN_CONTRIBUTION = 8
    NEVER_CONTRIBUTED = 9
    SAME_VALIDATOR_AGAIN = 10

    @property
    def status(self) -> ContributionStatus:
        """Where an item with this verdict goes; over budget is no fault of the item."""
        special = {
            Outcome.ACCEPTED: ContributionStatus.CONFIRMED,
            Outcome.EXPIRED: ContributionStatus.EXPIRED,
            Outcome.OVER_BUDGET: ContributionStatus.QUEUED,
        }
        return special.get(self, ContributionStatus.FAILED)

    @property
    def reason(self) -> str | None:
        """The reason slug of the verdict."""
        return None if self is Outcome.ACCEPTED else self.name.lower().replace("_", "-")

    @property
    def detail(self) -> str | None:
        """The verdict in a sentence for the player."""
        return _DETAILS.get(self)


_DETAILS = {
    Outcome.EXPIRED: "Its deadline passed before the chain took it.",
    Outcome.NONCE_USED: "Its nonce was used first, by another request or by this one elsewhere.",
    Outcome.FEE_ABOVE_MAX: "The fee rose above the signed maximum.",
    Outcome.BAD_SIGNATURE: "The contract does not accept the signature.",
    Outcome.UNFIT: "It does not fit the model, or its market was full or over.",
    Outcome.NOT_OPEN: "The contribution was confirmed by somebody else, or has lapsed.",
    Outcome.OWN_CONTRIBUTION: "Nobody confirms own contributions.",
    Outcome.NEVER_CONTRIBUTED: "Who confirms must have contributed to the model.",
    Outcome.SAME_VALIDATOR_AGAIN: "Others have to confirm this author before the same one may.",
}


@dataclass(frozen=True)
class Verdict:
    """A contribution and what the chain would do with it."""

    contribution: Contribution
    outcome: Outcome


def pack(contributions: Sequence[Contribution]) -> bytes:
    """The calldata part that carries these contributions, in order."""
    return pack_items(
        Item(
            record=Record(contribution.player, contribution.label, contribution.sample),
            nonce=contribution.nonce,
            deadline=contribution.deadline_at,
            max_fee_gwei=contribution.max_fee_gwei,
            signature=contribution.signature,
        )
        for contribution in contributions
    )


def encode_add(system: System, trainer: str, contributions: Sequence[Contribution]) -> bytes:
    """The calldata of `addBatch`."""
    return system.forwarder.interface.encode(
        "addBatch", system.sponsor, trainer, pack(contributions)
    )


def dry_run(
    node: Node,
    system: System,
    trainer: str,
    contributions: Sequence[Contribution],
    *,
    signer: str,
    fees: Fees,
    gas: int | None = None,
) -> list[Verdict]:
    """Asks the newest state what would become of each contribution, by one `eth_call`.

    Args:
        node: is asked.
        system: the contracts.
        trainer: whose model learns.
        contributions: the items, in order.
        signer: the account that would send.
        fees: the offer, which decides what the contributions are charged.
        gas: limit of the call; None: as much as the node allows.

    Raises:
        CallRevertedError: the whole batch is refused (paused, not allowed, badly framed).
        NodeError: the node does not answer, or not in time.
    """
    data = encode_add(system, trainer, contributions)
    answer = node.call(system.forwarder.address, data, sender=signer, fees=fees, gas=gas)
    _, outcomes, _, _ = system.forwarder.interface.decode("addBatch", answer)
    with reading("eth_call"):
        return [
            Verdict(contribution, Outcome(outcome))
            for contribution, outcome in zip(contributions, outcomes, strict=True)
        ]
