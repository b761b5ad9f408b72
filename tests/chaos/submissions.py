"""What players sign: contributions, validations and withdrawals, each known by its digest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relayer.chain.eip712 import Contribution, Domain, Validation, Withdrawal
from tests.chain import Player
from tests.house import as_request


class Kind(StrEnum):
    """Kinds of signed requests, by the table of the store that holds them."""

    CONTRIBUTION = "contributions"
    VALIDATION = "validations"
    WITHDRAWAL = "withdrawals"

    @property
    def path(self) -> str:
        """Where it is submitted."""
        return f"/v1/{self}"

    @property
    def good_end(self) -> str:
        """The status of one that took effect, for good."""
        return "settled" if self is Kind.CONTRIBUTION else "confirmed"


@dataclass
class Submission:
    """A signed request and what its player was told."""

    id: str
    kind: Kind
    player: str
    nonce: int
    deadline_at: int
    body: dict[str, Any]
    #: What a validation is about.
    contribution_id: str | None = None
    accepted: bool = False
    #: The final refusal, when there was one.
    refusal: str | None = None


def submit(
    kind: Kind,
    signed: tuple[Contribution | Validation | Withdrawal, bytes],
    player: Player,
    contribution_id: str | None = None,
) -> Submission:
    """A signed message, ready to be sent."""
    message, signature = signed
    return Submission(
        id=id_of(message, player.domain),
        kind=kind,
        player=player.address,
        nonce=message.nonce,
        deadline_at=message.deadline,
        body=as_request(message, signature),
        contribution_id=contribution_id,
    )


def id_of(message: Contribution | Validation | Withdrawal, domain: Domain) -> str:
    """The digest by which service and judge know a message."""
    return f"0x{message.digest(domain).hex()}"
