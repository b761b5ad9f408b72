"""Finds out who sends a request, and whether that may send anything at all."""

from __future__ import annotations

from relayer.clock import Clock
from relayer.errors import Refusal
from relayer.limits.caller import Caller
from relayer.limits.client_address import TrustedProxies
from relayer.limits.keys import GameKey, KeyToken, Scope
from relayer.limits.tickets import PlayTicket, is_genuine, read
from relayer.refusals import BadKey, BadTicket, KeyRequired, ScopeMissing
from relayer.settings import Settings
from relayer.store import Store

#: What an answer to a request without a valid key must say (RFC 6750).
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="relayer"'}

_SCHEME = "bearer"


class Reception:
    """Makes callers; safe to share between threads.

    Args:
        settings: who is admitted, and which proxies are trusted.
        store: where the keys are.
        clock: tells whether a key has expired.

    Raises:
        SettingsError: a trusted proxy is no address.
    """

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._needs_key = settings.admission == "keys"
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._max_life_s = settings.ticket_max_life_s
        self._store = store
        self._clock = clock

    def network(self, peer: str | None, forwarded_for: str | None) -> str:
        """Return the network that a request comes from.

        Args:
            peer: address at the other end of the connection.
            forwarded_for: the header ``X-Forwarded-For``.
        """
        return self._proxies.client_network(peer, forwarded_for)

    def caller(
        self,
        network: str | None,
        authorization: str | None,
        ticket: str | None = None,
        request_id: str | None = None,
    ) -> Caller:
        """Return who sends a request.

        Args:
            network: where it comes from; None: from code in this process.
            authorization: the header ``Authorization``; schemes other than Bearer are not ours.
            ticket: the header ``Play-Ticket``.
            request_id: the request's own.

        Raises:
            BadKey: the key is malformed, unknown, revoked or expired.
            BadTicket: the ticket is malformed, forged, over, or of another game than the key.
        """
        key = self._key(authorization)
        if ticket is None:
            return Caller(network, key, key is not None, None, request_id)
        proven, vouching = self._ticket(ticket.strip())
        if key is not None and key.id != vouching.id:
            raise BadTicket("The play ticket is of another game than the key. Send one of both.")
        return Caller(network, vouching, key is not None, proven, request_id)

    def check_submitter(self, caller: Caller) -> None:
        """Check that a caller may send contributions and validations.

        Raises:
            KeyRequired: the house admits only games with keys, and there is none.
            ScopeMissing: the key is for other things.
        """
        if caller.ticket is not None:
            return
        if caller.key is not None:
            self.check_scope(caller, Scope.SUBMIT)
        elif self._needs_key and caller.network is not None:
            raise KeyRequired(
                "This house takes submissions from games that have a key only. Send the key as "
                "Authorization: Bearer from the game's server, or a Play-Ticket of the game from "
                "the player's device.",
                headers=CHALLENGE,
            )

    def check_scope(self, caller: Caller, scope: Scope) -> None:
        """Check that a caller has a key that allows something.

        Raises:
            KeyRequired: there is no key.
            ScopeMissing: the key does not allow it.
        """
        if caller.key is None:
            raise KeyRequired(
                f"This needs a key with the scope {scope}. Send it as Authorization: Bearer.",
                headers=CHALLENGE,
            )
        if not caller.may(scope):
            raise ScopeMissing(
                f"The key {caller.key.id} has not the scope {scope}. Ask the operator for one "
                "that has."
            )

    def _key(self, authorization: str | None) -> GameKey | None:
        scheme, _, text = (authorization or "").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        token = KeyToken.parse(text.strip())
        if token is None:
            raise _bad_key("The key has not the form house_<id>_<secret>.")
        now = self._clock.now()
        key = self._store.game_keys.find(token.secret_hash(), now)
        if key is None or key.id != token.id or not key.is_valid(now):
            raise _bad_key("The key is unknown, revoked or expired.")
        return key

    def _ticket(self, text: str) -> tuple[PlayTicket, GameKey]:
        """The ticket, and the key that it was signed with."""
        ticket, now = read(text), self._clock.now()
        if ticket is None:
            raise _bad_ticket("It has not the form of a ticket.")
        key = self._store.game_keys.get(ticket.game)
        secrets = self._store.game_keys.ticket_secrets(ticket.game, now)
        if key is None or not key.is_valid(now) or not is_genuine(text, secrets):
            raise _bad_ticket("No valid key of a game has signed it.")
        if Scope.SUBMIT not in key.scopes:
            raise _bad_ticket("The game's key must not submit.")
        if not now < ticket.expires_at <= now + self._max_life_s:
            raise _bad_ticket(
                f"It ends at {ticket.expires_at}, and it is {now:.0f}; tickets are taken for "
                f"{self._max_life_s:.0f} s at most."
            )
        return ticket, key


def _bad_ticket(detail: str) -> Refusal:
    return BadTicket(f"The play ticket is not valid. {detail} Get a new one from the game.")


def _bad_key(detail: str) -> Refusal:
    return BadKey(f"{detail} Ask the operator of this relayer for a new one.", headers=CHALLENGE)
