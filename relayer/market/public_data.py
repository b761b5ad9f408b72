"""What everybody can read about a market: leaves, revealed pieces, batches. From events alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relayer.chain.answers import Log
from relayer.chain.contracts import Contract
from relayer.chain.node import Node
from relayer.market.pieces import Piece
from relayer.market.view import MarketView

BLOCKS_PER_QUERY = 2_000


@dataclass(frozen=True)
class SuppliedBatch:
    """A batch as the replay wants it: the members of `BatchHeader` in order, and its records."""

    header: tuple[Any, ...]
    records: bytes


@dataclass
class PublicData:
    """The events of one market, gathered up to a block.

    Attributes:
        leaves: the commitment.
        pieces: the pieces that are public, by number.
        batches: the batches; batch 1 is the first.
        read_until: the last block that was read.
    """

    leaves: list[bytes] = field(default_factory=list)
    pieces: dict[int, Piece] = field(default_factory=dict)
    batches: list[SuppliedBatch] = field(default_factory=list)
    read_until: int = -1

    def serves(self, view: MarketView) -> bool:
        """Whether everything that the replay needs is here."""
        return len(self.pieces) == view.piece_count and len(self.batches) == view.batches

    def note(self, name: str, event: Mapping[str, Any]) -> None:
        """Takes in an event of the market or of its data handler."""
        if name == "Committed":
            self.leaves = list(event["leaves"])
        elif name == "PieceRevealed":
            self.pieces[event["piece"]] = Piece(event["salt"], event["records"])
        elif name == "DataAdded":
            header = tuple(event["header"].values())
            self.batches.append(SuppliedBatch(header, event["records"]))


def read_public_data(
    node: Node, market: Contract, data_handler: Contract, from_block: int, to_block: int
) -> PublicData:
    """Gathers the events of a market in a range of blocks, both ends included.

    Raises:
        NodeError: the node does not answer.
    """
    contracts = {contract.address.lower(): contract for contract in (market, data_handler)}
    addresses = [contract.address for contract in contracts.values()]
    data = PublicData()
    for start in range(from_block, to_block + 1, BLOCKS_PER_QUERY):
        end = min(start + BLOCKS_PER_QUERY - 1, to_block)
        for log in node.logs(addresses, [], start, end):
            _take(data, contracts, log)
        data.read_until = end
    return data


def _take(data: PublicData, contracts: Mapping[str, Contract], log: Log) -> None:
    decoded = contracts[log.address.lower()].interface.decode_event(log)
    if decoded is not None:
        data.note(*decoded)
