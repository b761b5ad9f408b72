"""Finds the transaction that paid a withdrawal which somebody else brought to the chain.

A player may hand the same signed withdrawal to several relayers, or send it alone; and an old copy
of the database does not know what was sent since. The chain takes it once: for everybody else its
nonce is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relayer.chain.answers import Block, Log
from relayer.chain.node import Node
from relayer.chain.responses import bytes_in
from relayer.chain.system import System
from relayer.chain.wire import NonceWindow
from relayer.store.withdrawals import Withdrawal

BLOCKS_PER_QUERY = 2_000
#: Queries for one withdrawal, from the newest block backwards.
MOST_QUERIES = 50
#: How much earlier than its acceptance a withdrawal may have been paid.
EARLIER_S = 3_600


@dataclass(frozen=True)
class Payment:
    """The transaction that paid, and its block."""

    transaction_hash: str
    block_number: int


class Payments:
    """Looks for payments by others.

    Args:
        node: is asked.
        system: the contracts.
    """

    def __init__(self, node: Node, system: System) -> None:
        self._node = node
        self._system = system

    def is_nonce_used(self, withdrawal: Withdrawal, head: Block) -> bool:
        """Whether the chain takes the nonce no more.

        Raises:
            NodeError: the node does not answer.
        """
        forwarder = self._system.forwarder
        _, highest, seen = forwarder.read(
            self._node, "player", withdrawal.player, block=head.number
        )
        return not NonceWindow(highest, seen).is_usable(withdrawal.nonce)

    def find(self, withdrawal: Withdrawal, head: Block) -> Payment | None:
        """The transaction that paid a withdrawal, or None when none is found.

        It emits the withdrawal's own event, and its calldata carries the withdrawal's signature.
        Blocks that are much older than the withdrawal's acceptance are not looked at, nor more
        than 100,000.

        Raises:
            NodeError: the node does not answer; nothing follows from it.
        """
        for entry in self._events(withdrawal, head):
            decoded = self._system.forwarder.interface.decode_event(entry)
            if decoded is None or decoded[1]["amountWei"] != withdrawal.amount_wei:
                continue
            if self._carries(entry.transaction_hash, withdrawal.signature):
                return Payment(entry.transaction_hash, entry.block_number)
        return None

    def _events(self, withdrawal: Withdrawal, head: Block) -> Iterator[Log]:
        forwarder = self._system.forwarder
        topics = [
            "0x" + forwarder.interface.topic("Withdrawn").hex(),
            *("0x" + "00" * 12 + each[2:].lower() for each in _parties(withdrawal)),
        ]
        last = head.number
        for _ in range(MOST_QUERIES):
            first = max(self._system.first_block, last - BLOCKS_PER_QUERY + 1)
            yield from self._node.logs([forwarder.address], topics, first, last)
            oldest = self._node.block(first)
            is_old = oldest and oldest.timestamp < withdrawal.accepted_at - EARLIER_S
            if is_old or first <= self._system.first_block:
                return
            last = first - 1

    def _carries(self, transaction_hash: str, signature: bytes) -> bool:
        calldata = self._node.read(
            "eth_getTransactionByHash",
            [transaction_hash],
            lambda answer: b"" if answer is None else bytes_in(answer["input"]),
        )
        return signature[:32] in calldata and signature[32:] in calldata


def _parties(withdrawal: Withdrawal) -> tuple[str, str]:
    return withdrawal.player, withdrawal.to_address
