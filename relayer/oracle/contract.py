"""An oracle on chain: its requests as they stand, and what one responder's seat has to do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.address import to_canonical_address, to_checksum_address

from relayer.chain.contracts import Contract, bind
from relayer.chain.keccak import keccak
from relayer.chain.node import Node
from relayer.errors import DeploymentError

_LABEL_BITS: Final = 16
#: Most calls in one request to the node; common nodes take a thousand.
_CALLS_PER_REQUEST: Final = 200


class Stage(Enum):
    """Where a request is in its life; the same words as `OracleStage` on chain."""

    UNKNOWN = "unknown"
    COMMITTING = "committing"
    REVEALING = "revealing"
    CLOSED = "closed"
    SETTLED = "settled"


@dataclass(frozen=True)
class RequestView:
    """A request as it stood at one block."""

    fee_wei: int
    version: int
    commit_until: int
    deadline_at: int
    seats: int
    quorum: int
    committed_map: int
    revealed_map: int
    label: int
    answered: bool
    settled: bool
    labels: int
    exists: bool

    @classmethod
    def of(cls, fields: dict[str, Any]) -> RequestView:
        """Read the struct of `requestOf`."""
        return cls(
            fee_wei=fields["feeWei"],
            version=fields["version"],
            commit_until=fields["commitUntil"],
            deadline_at=fields["deadline"],
            seats=fields["seats"],
            quorum=fields["quorum"],
            committed_map=fields["committedMap"],
            revealed_map=fields["revealedMap"],
            label=fields["label"],
            answered=fields["answered"],
            settled=fields["settled"],
            labels=fields["labels"],
            exists=int(fields["requester"], 16) != 0,
        )

    def stage(self, now: float) -> Stage:
        """The stage at a time, by the rule of the contract."""
        committers = self.committed_map.bit_count()
        if not self.exists:
            return Stage.UNKNOWN
        if self.settled:
            return Stage.SETTLED
        if now < self.commit_until and committers < self.seats:
            return Stage.COMMITTING
        if now >= self.deadline_at or committers < self.quorum:
            return Stage.CLOSED
        if self.revealed_map == self.committed_map:
            return Stage.CLOSED
        return Stage.REVEALING

    def has_committed(self, seat: int) -> bool:
        """Whether a seat has committed."""
        return bool(self.committed_map >> seat & 1)

    def has_revealed(self, seat: int) -> bool:
        """Whether a seat has revealed."""
        return bool(self.revealed_map >> seat & 1)

    def share_wei(self, seat: int) -> int:
        """What a seat gets of the fee if the request closes like this."""
        if not self.answered or not self._agrees(seat):
            return 0
        return self.fee_wei // sum(self._agrees(other) for other in range(self.seats))

    def _agrees(self, seat: int) -> bool:
        label = self.labels >> (seat * _LABEL_BITS) & (1 << _LABEL_BITS) - 1
        return self.has_revealed(seat) and label == self.label


class Oracle:
    """Reads one oracle.

    Args:
        node: where it is read.
        address: the oracle.
    """

    def __init__(self, node: Node, address: str) -> None:
        self._node = node
        self.contract: Contract = bind("OracleClassifier", address)
        self._panels: dict[int, tuple[str, ...]] = {}

    @property
    def address(self) -> str:
        """The oracle's address."""
        return self.contract.address

    @cached_property
    def label_count(self) -> int:
        """Number of labels; it never changes."""
        return int(self.contract.read(self._node, "labelCount"))

    def check(self) -> None:
        """Make sure that an oracle lives at the address.

        Raises:
            DeploymentError: there is something else, or nothing.
            NodeError: the node does not answer.
        """
        if not self._node.code(self.address):
            raise DeploymentError(
                f"no contract lives at {self.address}; correct oracle_address or rpc_url"
            )
        kind = self.contract.read(self._node, "kind")
        if kind != "oracle":
            raise DeploymentError(
                f"the contract at {self.address} is a {kind}, no oracle; correct oracle_address"
            )

    def model(self) -> tuple[int, str]:
        """Version and fingerprint of the model that requests ask now."""
        version = int(self.contract.read(self._node, "version"))
        return version, "0x" + self.contract.read(self._node, "model").hex()

    def seat_of(self, panel: int, responder: str) -> int | None:
        """The responder's seat in a panel, or None; a panel never changes."""
        if panel not in self._panels:
            responders, _ = self.contract.read(self._node, "panelOf", panel)
            self._panels[panel] = tuple(to_checksum_address(each) for each in responders)
        seats = self._panels[panel]
        return seats.index(responder) if responder in seats else None

    def views(self, ids: Sequence[str], block: int | str) -> dict[str, RequestView]:
        """Requests as they stand at a block."""
        interface = self.contract.interface
        calls = [(self.address, interface.encode("requestOf", as_bytes(key))) for key in ids]
        answers = self._ask(calls, block)
        return {
            key: RequestView.of(interface.decode("requestOf", answer)[0])
            for key, answer in zip(ids, answers, strict=True)
        }

    def commitments(self, ids: Sequence[str], responder: str) -> dict[str, bytes]:
        """A responder's commitments that are not revealed; zeros where there is none."""
        interface = self.contract.interface
        calls = [
            (self.address, interface.encode("committed", as_bytes(key), responder)) for key in ids
        ]
        return dict(zip(ids, self._ask(calls, "latest"), strict=True))

    def _ask(self, calls: Sequence[tuple[str, bytes]], block: int | str) -> list[bytes]:
        answers: list[bytes] = []
        for start in range(0, len(calls), _CALLS_PER_REQUEST):
            answers += self._node.call_many(calls[start : start + _CALLS_PER_REQUEST], block)
        return answers


def commitment_of(request_id: str, responder: str, label: int, salt: bytes) -> bytes:
    """What a responder commits to; the same as `commitmentOf` on chain."""
    fields = [as_bytes(request_id), to_canonical_address(responder), label, salt]
    return keccak(encode(["bytes32", "address", "uint16", "bytes32"], fields))


def as_bytes(text: str) -> bytes:
    """The bytes of a 0x-prefixed hexadecimal text."""
    return bytes.fromhex(text.removeprefix("0x"))
