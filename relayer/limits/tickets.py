"""Play tickets: a game's word that a submission belongs to a real round.

A ticket is ``t1.<payload>.<signature>``, both in base64url. The payload is JSON: the key's id, the
round, the player or null, the time at which it ends, and how many submissions it is good for. The
signature is HMAC-SHA256 with the key's ticket secret, over everything before it. Uses are counted
for key, round and player together, so that a ticket that is issued twice is no second ticket.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from eth_utils.address import is_checksum_address, to_checksum_address

from relayer.limits.keys import KeyToken
from relayer.untrusted_json import read_json

VERSION = "t1"
#: Longest ticket that is looked at.
MAX_TICKET_CHARACTERS = 1_024
MAX_ROUND_CHARACTERS = 100
MAX_USES = 1_000


@dataclass(frozen=True, slots=True)
class PlayTicket:
    """What a ticket says.

    Raises:
        ValueError: a value is out of bounds.
    """

    game: str  #: the id of the key
    round_id: str
    player: str | None  #: checksummed; None: whoever holds the ticket
    expires_at: int  #: unix seconds
    uses: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.round_id) <= MAX_ROUND_CHARACTERS:
            raise ValueError(f"a round's id has 1 to {MAX_ROUND_CHARACTERS} characters")
        if not 1 <= self.uses <= MAX_USES:
            raise ValueError(f"a ticket is good for 1 to {MAX_USES} submissions")
        if not 0 < self.expires_at < 2**53:
            raise ValueError("a ticket ends at a time in unix seconds")
        if self.player is not None and not is_checksum_address(self.player):
            raise ValueError("a ticket's player is an address with its checksum")

    @property
    def identity(self) -> str:
        """What its uses are counted by: the same for every ticket of key, round and player."""
        text = json.dumps([self.game, self.round_id, self.player])
        return hashlib.sha256(text.encode()).hexdigest()

    def signed(self, ticket_secret: bytes) -> str:
        """Return the ticket as text."""
        payload = json.dumps(
            [self.game, self.round_id, self.player, self.expires_at, self.uses],
            separators=(",", ":"),
        )
        head = f"{VERSION}.{_encode(payload.encode())}"
        return f"{head}.{_encode(_signature(head, ticket_secret))}"


def issue(
    key: str, round_id: str, *, expires_at: int, player: str | None = None, uses: int = 1
) -> str:
    """Return a ticket for a round of a game.

    Args:
        key: the game's key, as `relayer keys create` printed it. It stays with the game.
        round_id: what the game knows the round by.
        expires_at: unix seconds; the house takes no tickets for longer than a day.
        player: address of the one player whom it is for; None: whoever holds it.
        uses: how many submissions it is good for.

    Raises:
        ValueError: the key is none, or another value is out of bounds.
    """
    token = KeyToken.parse(key)
    if token is None:
        raise ValueError("the key has not the form house_<id>_<secret>")
    whose = None if player is None else str(to_checksum_address(player))
    ticket = PlayTicket(token.id, round_id, whose, expires_at, uses)
    return ticket.signed(token.ticket_secret())


def read(text: str) -> PlayTicket | None:
    """Return what a text says that looks like a ticket; nothing of it is proven yet."""
    if len(text) > MAX_TICKET_CHARACTERS or text.count(".") != 2:
        return None
    version, payload, _ = text.split(".")
    decoded = _decode(payload)
    if version != VERSION or decoded is None:
        return None
    try:
        values = read_json(decoded)
        types = [type(value) for value in values]
        if types not in ([str, str, str, int, int], [str, str, type(None), int, int]):
            return None
        return PlayTicket(*values)
    except (ValueError, TypeError):
        return None


def is_genuine(text: str, ticket_secrets: Iterable[bytes]) -> bool:
    """Whether a ticket was signed with one of these secrets."""
    head, _, signature = text.rpartition(".")
    given = _decode(signature) or b""
    return any(hmac.compare_digest(given, _signature(head, secret)) for secret in ticket_secrets)


def _signature(head: str, ticket_secret: bytes) -> bytes:
    return hmac.digest(ticket_secret, head.encode(), "sha256")


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes | None:
    """The bytes that a text spells in exactly one way, or None."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return data if _encode(data) == text else None
