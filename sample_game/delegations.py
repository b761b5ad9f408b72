"""Own wallets: one signature lets a session key play for a wallet, within limits.

Kept and enforced here, off chain: the Forwarder knows players by their keys and has no room for
more. `docs/explanation/identity.md` tells what that means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from relayer.clock import Clock
from sample_game.delegation_messages import (
    SCOPE,
    TYPES,
    Delegation,
    TypedDomain,
    digest_of,
    read_delegation,
    signer_of,
)
from sample_game.errors import DelegationRefused
from sample_game.house import House
from sample_game.store import GameStore
from sample_game.store.delegations import StoredDelegation

#: What the page proposes, and the most that is taken.
DEFAULT_CONTRIBUTIONS: Final = 500
MOST_CONTRIBUTIONS: Final = 5_000
DEFAULT_LIFE_S: Final = 30 * 86_400
LONGEST_LIFE_S: Final = 90 * 86_400
#: Keys that play for one wallet at a time. Whoever asks where one stands, asks the house about all.
MOST_DEVICES: Final = 12
#: A delegation is handed in at once; an old one that turns up again is refused.
_FRESH_FOR_S: Final = 900
#: How far a device's clock may be ahead.
_CLOCK_AHEAD_S: Final = 120


@dataclass(frozen=True)
class SignedDelegation:
    """A delegation with both signatures: the wallet allows, the session key agrees."""

    message: Mapping[str, Any]
    chain_id: int
    wallet_signature: str
    session_signature: str


@dataclass(frozen=True)
class Delegations:
    """Takes delegations, ends them, and tells who plays for whom."""

    store: GameStore
    house: House
    clock: Clock

    def terms(self, game: str) -> dict[str, Any]:
        """Return what the page must know to ask a wallet for a delegation.

        Raises:
            HouseError: the house does not tell its chain.
        """
        return {
            "domain": self._domain().as_json(),
            "types": TYPES,
            "game": game,
            "scope": SCOPE,
            "contribution_limit": DEFAULT_CONTRIBUTIONS,
            "life_s": DEFAULT_LIFE_S,
            "now": int(self.clock.now()),
        }

    def accept(self, signed: SignedDelegation, game: str) -> StoredDelegation:
        """Take a delegation; handing it in again while it lives is harmless.

        Args:
            signed: what the page sent.
            game: the origin that the page came from.

        Raises:
            MalformedRequest: the message is none.
            DelegationRefused: with the code of what is wrong.
            HouseError: the house does not tell its chain.
        """
        domain = self._domain_for(signed.chain_id)
        delegation = read_delegation(signed.message)
        now = int(self.clock.now())
        self._check_terms(delegation, game, now)
        digest = digest_of(domain, "SessionDelegation", signed.message)
        _check_signatures(delegation, digest, signed)
        with self.store.transaction():
            return self._take(f"0x{digest.hex()}", delegation, now)

    def revoke(self, message: Mapping[str, Any], chain_id: int, signature: str, game: str) -> None:
        """End a delegation; ending it again is harmless.

        Raises:
            MalformedRequest: the message is none.
            DelegationRefused: unknown, for another chain or game, or signed by neither side.
        """
        domain = self._domain_for(chain_id)
        digest = digest_of(domain, "SessionRevocation", message)
        if message["game"] != game:
            raise DelegationRefused("delegation-wrong-origin", "It was signed for another site.")
        stored = self.store.delegations.get(str(message["delegation"]).lower())
        if stored is None:
            raise DelegationRefused("delegation-unknown", "The game knows no such permission.")
        if signer_of(digest, signature) not in (stored.wallet, stored.session_key):
            raise DelegationRefused("delegation-bad-signature", "Neither side has signed this.")
        self.store.delegations.revoke(stored.id, int(self.clock.now()))

    def latest(self, session_key: str) -> StoredDelegation | None:
        """Return the last delegation of a key, whether it lives or not."""
        return self.store.delegations.latest(session_key)

    def living_of(self, wallet: str) -> list[StoredDelegation]:
        """Return what plays for a wallet now, newest first."""
        return self.store.delegations.living_of(wallet, int(self.clock.now()))

    def _domain(self) -> TypedDomain:
        return TypedDomain.of(self.house.signing_terms()["eip712"])

    def _domain_for(self, chain_id: int) -> TypedDomain:
        domain = self._domain()
        if chain_id != domain.chain_id:
            raise DelegationRefused("delegation-wrong-chain", "It was signed for another network.")
        return domain

    def _check_terms(self, delegation: Delegation, game: str, now: int) -> None:
        if delegation.game != game:
            raise DelegationRefused("delegation-wrong-origin", "It was signed for another site.")
        if delegation.scope != SCOPE:
            raise DelegationRefused("delegation-wrong-scope", "It allows something else.")
        if not 1 <= delegation.contribution_limit <= MOST_CONTRIBUTIONS:
            raise DelegationRefused("delegation-too-wide", "It allows too many contributions.")
        if not now - _FRESH_FOR_S <= delegation.issued_at <= now + _CLOCK_AHEAD_S:
            raise DelegationRefused("delegation-stale", "It was not signed just now.")
        if delegation.expires_at <= now:
            raise DelegationRefused("delegation-expired", "Its time is up.")
        if delegation.expires_at > delegation.issued_at + LONGEST_LIFE_S:
            raise DelegationRefused("delegation-too-wide", "It lasts too long.")
        if delegation.wallet == delegation.session_key:
            raise DelegationRefused("delegation-to-itself", "A wallet needs none for itself.")

    def _take(self, delegation_id: str, delegation: Delegation, now: int) -> StoredDelegation:
        known = self.store.delegations.get(delegation_id)
        if known is not None:
            why_over = known.why_over(now)
            if why_over is not None:
                raise DelegationRefused(f"delegation-{why_over}", "It is over. Sign a new one.")
            return known
        living = self.store.delegations.living(delegation.session_key, now)
        if living is not None and living.wallet != delegation.wallet:
            raise DelegationRefused(
                "session-key-taken", "This device plays for another wallet. Disconnect it first."
            )
        if living is None and len(self.living_of(delegation.wallet)) >= MOST_DEVICES:
            raise DelegationRefused(
                "too-many-devices", f"{MOST_DEVICES} devices play for this wallet. Disconnect one."
            )
        new = StoredDelegation(
            id=delegation_id,
            wallet=delegation.wallet,
            session_key=delegation.session_key,
            contribution_limit=delegation.contribution_limit,
            contributions=0,
            accepted_at=now,
            expires_at=delegation.expires_at,
            revoked_at=None,
            ends_at=delegation.expires_at,
        )
        self.store.delegations.add(new)
        return new


def _check_signatures(delegation: Delegation, digest: bytes, signed: SignedDelegation) -> None:
    if signer_of(digest, signed.wallet_signature) != delegation.wallet:
        raise DelegationRefused("delegation-bad-signature", "The wallet has not signed this.")
    if signer_of(digest, signed.session_signature) != delegation.session_key:
        raise DelegationRefused("delegation-no-consent", "This device has not agreed to it.")
