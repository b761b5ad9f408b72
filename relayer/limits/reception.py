"""Finds out who sends a request, and whether that may send anything at all."""

from __future__ import annotations

from relayer.clock import Clock
from relayer.errors import Refusal
from relayer.limits.caller import Caller
from relayer.limits.client_address import TrustedProxies
from relayer.limits.keys import GameKey, KeyToken, Scope
from relayer.refusals import BadKey, KeyRequired, ScopeMissing
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
        self._store = store
        self._clock = clock

    def network(self, peer: str | None, forwarded_for: str | None) -> str:
        """Return the network that a request comes from.

        Args:
            peer: address at the other end of the connection.
            forwarded_for: the header ``X-Forwarded-For``.
        """
        return self._proxies.client_network(peer, forwarded_for)

    def caller(self, network: str | None, authorization: str | None) -> Caller:
        """Return who sends a request.

        Args:
            network: where it comes from; None: from code in this process.
            authorization: the header ``Authorization``; schemes other than Bearer are not ours.

        Raises:
            BadKey: the key is malformed, unknown, revoked or expired.
        """
        key = self._key(authorization)
        return Caller(network, key, holds_key=key is not None)

    def check_submitter(self, caller: Caller) -> None:
        """Check that a caller may send contributions and validations.

        Raises:
            KeyRequired: the house admits only games with keys, and there is none.
            ScopeMissing: the key is for other things.
        """
        if caller.key is not None:
            self.check_scope(caller, Scope.SUBMIT)
        elif self._needs_key and caller.network is not None:
            raise KeyRequired(
                "This house takes submissions from games that have a key only. Send the key as "
                "Authorization: Bearer, from your server and never from a browser.",
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


def _bad_key(detail: str) -> Refusal:
    return BadKey(f"{detail} Ask the operator of this relayer for a new one.", headers=CHALLENGE)
