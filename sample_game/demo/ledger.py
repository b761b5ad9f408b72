"""The books at one block: where every wei of the Forwarder and of the mechanisms is."""

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.chain.contracts import bind
from relayer.chain.node import Node
from relayer.deployment import MechanismEntry, SelfAssessmentEntry
from sample_game.demo.chain_book import ChainBook


@dataclass(frozen=True)
class Ledger:
    """What the contracts say at one block, all in wei."""

    block_number: int
    tank_deposited_wei: int
    tank_available_wei: int
    tank_reserved_wei: int
    player_balances_wei: int
    relayer_credits_wei: int
    relayer_withdrawn_wei: int
    relayer_spent_on_gas_wei: int
    open_stakes_wei: int
    reward_pools_wei: int
    claimable_wei: int
    rewards_distributed_wei: int
    fees_from_rewards_wei: int
    forwarder_balance_wei: int
    mechanism_balances_wei: int

    @property
    def relayer_credited_wei(self) -> int:
        """All that the relayers ever got for their work, withdrawn or not."""
        return self.relayer_credits_wei + self.relayer_withdrawn_wei

    @property
    def forwarder_gap_wei(self) -> int:
        """What the Forwarder holds beyond its books; zero when they balance."""
        booked_wei = self.tank_available_wei + self.tank_reserved_wei
        booked_wei += self.player_balances_wei + self.relayer_credits_wei
        return self.forwarder_balance_wei - booked_wei

    @property
    def mechanism_gap_wei(self) -> int:
        """What the incentive mechanisms hold beyond their books; zero when they balance."""
        booked_wei = self.open_stakes_wei + self.reward_pools_wei + self.claimable_wei
        return self.mechanism_balances_wei - booked_wei

    @property
    def books_balance(self) -> bool:
        """Whether both books are right to the wei."""
        return self.forwarder_gap_wei == 0 and self.mechanism_gap_wei == 0


def read_ledger(
    node: Node, book: ChainBook, mechanisms: Sequence[MechanismEntry], block: int
) -> Ledger:
    """Read every balance at `block`, up to which the book must have been read.

    Only mechanisms with stakes keep books of money; the others must hold none.
    """
    forwarder = bind("Forwarder", book.forwarder)
    tanks = [forwarder.read(node, "tank", sponsor, block=block) for sponsor in book.deposited]
    books = [
        bind("SelfAssessment", entry.address)
        for entry in mechanisms
        if isinstance(entry, SelfAssessmentEntry)
    ]
    return Ledger(
        block_number=block,
        tank_deposited_wei=book.deposited.total(),
        tank_available_wei=sum(tank["availableWei"] for tank in tanks),
        tank_reserved_wei=sum(tank["reservedWei"] for tank in tanks),
        player_balances_wei=sum(
            forwarder.read(node, "player", player, block=block)[0] for player in book.players
        ),
        relayer_credits_wei=sum(
            forwarder.read(node, "credit", relayer, block=block) for relayer in book.relayers
        ),
        relayer_withdrawn_wei=book.withdrawn_credit.total(),
        relayer_spent_on_gas_wei=book.spent_on_gas_wei,
        open_stakes_wei=sum(own.read(node, "openStakesWei", block=block) for own in books),
        reward_pools_wei=sum(own.read(node, "rewardPoolWei", block=block) for own in books),
        claimable_wei=sum(own.read(node, "totalClaimableWei", block=block) for own in books),
        rewards_distributed_wei=book.rewards_wei,
        fees_from_rewards_wei=book.fees_from_rewards_wei,
        forwarder_balance_wei=node.balance_wei(book.forwarder, block),
        mechanism_balances_wei=sum(node.balance_wei(own.address, block) for own in mechanisms),
    )
