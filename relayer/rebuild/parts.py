"""Finds the contracts of a trainer, and the block where its history begins, by asking a node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relayer.chain.contracts import bind
from relayer.chain.errors import ArtifactError, CallRevertedError, NodeRefusalError
from relayer.chain.node import Node
from relayer.rebuild.errors import NotATrainerError

#: Kind of the mechanism that is trainer and mechanism at once and trains in its replay only.
PREDICTION_MARKET = "prediction-market"


@dataclass(frozen=True)
class Parts:
    """A trainer and what belongs to it; none of it can ever change."""

    chain_id: int
    trainer: str
    name: str
    forwarder: str
    data_handler: str
    classifier: str
    classifier_kind: str
    mechanism: str
    mechanism_kind: str

    @property
    def is_market(self) -> bool:
        """Whether the model learns in a replay after all contributions have come."""
        return self.mechanism_kind == PREDICTION_MARKET


def find_parts(node: Node, trainer: str) -> Parts:
    """Asks a trainer for its parts.

    Raises:
        NotATrainerError: no trainer lives at the address.
        NodeError: the node does not answer.
    """
    contract = bind("CollaborativeTrainer", trainer)
    if not node.code(contract.address):
        raise NotATrainerError(
            f"There is no contract at {contract.address} on this chain. Check address and node."
        )
    try:
        classifier = contract.read(node, "classifier")
        mechanism = contract.read(node, "mechanism")
        return Parts(
            chain_id=node.chain_id(),
            trainer=contract.address,
            name=contract.read(node, "name"),
            forwarder=contract.read(node, "forwarder"),
            data_handler=contract.read(node, "dataHandler"),
            classifier=classifier,
            classifier_kind=bind("IClassifier", classifier).read(node, "kind"),
            mechanism=mechanism,
            mechanism_kind=bind("IIncentiveMechanism", mechanism).read(node, "kind"),
        )
    except (ArtifactError, CallRevertedError) as error:
        raise NotATrainerError(
            f"The contract at {contract.address} is no trainer: it does not name its parts. "
            "Check the address."
        ) from error


def creation_block(node: Node, addresses: Iterable[str], last: int) -> int | None:
    """The first block that has code at any of the addresses, found by halving.

    Returns:
        None when the node keeps no states of old blocks, and the search is impossible.

    Raises:
        NotATrainerError: there is no code yet in block `last`.
        NodeUnreachableError: the node does not answer.
    """
    try:
        earliest = [_first_with_code(node, address, last) for address in addresses]
    except NodeRefusalError:
        return None
    if None in earliest:
        raise NotATrainerError(
            f"The trainer did not exist yet in block {last}. Check a later block."
        )
    return min(block for block in earliest if block is not None)


def _first_with_code(node: Node, address: str, last: int) -> int | None:
    if not _has_code(node, address, last):
        return None
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _has_code(node, address, middle) else (middle + 1, high)
    return low


def _has_code(node: Node, address: str, block: int) -> bool:
    return len(str(node.request("eth_getCode", [address, hex(block)]))) > len("0x")
