"""Lets people in, knows them again, and shows them out."""

from __future__ import annotations

import logging
import re
import sqlite3
from ipaddress import ip_address
from typing import Final

from relayer.clock import Clock
from relayer.limits.names import network_of
from relayer.ops.access import passwords
from relayer.ops.access.tokens import hash_of, new_cookie_token, new_id
from relayer.ops.access.visitors import Visitor
from relayer.ops.refusals import LoginRefused, TooManyTries
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.audit import Via
from relayer.store.faults import fault_of
from relayer.store.ops_sessions import OpsSession
from relayer.store.ops_users import OpsUser

logger = logging.getLogger(__name__)

#: How names of users look.
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
#: A session's use is noted no more often.
SEEN_EVERY_S: Final = 60.0
_MOST_AGENT = 200


class Doorkeeper:
    """Turns names and passwords into sessions, and cookies into visitors.

    Args:
        store: where users and sessions are.
        settings: how long a session lasts, and how many tries there are.
        clock: the time.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    def log_in(self, name: str, password: str, client: str, agent: str) -> str:
        """Begin a session and return its token, for the cookie.

        Args:
            name: of the user.
            password: as given.
            client: the address that the request comes from.
            agent: how the browser calls itself.

        Raises:
            LoginRefused: name or password is wrong; it does not say which.
            TooManyTries: there were too many wrong ones of late.
        """
        user = self._check(name, password, client)
        now, token = self._clock.now(), new_cookie_token()
        session = OpsSession(new_id(), user.name, now, now, now, client, agent[:_MOST_AGENT])
        with self._store.transaction():
            self._forget_over(now)
            self._store.ops_sessions.begin(session, hash_of(token))
            self._store.ops_users.note_login(user.name, now)
        logger.info("%s logged in from %s", name, client, extra={"action": "ops_login"})
        return token

    def visitor(self, token: str | None, *, by_itself: bool = False) -> Visitor | None:
        """Return who a cookie belongs to, unless the session is over.

        Args:
            token: what is in the cookie.
            by_itself: whether the page asks, not the person; then the session does not live on.
        """
        session = None if token is None else self._store.ops_sessions.find(hash_of(token))
        if token is None or session is None or not self._lives(session):
            return None
        user = self._store.ops_users.get(session.user_name)
        if user is None:
            return None
        if not by_itself:
            self._note_seen(session)
        is_confirmed = self._clock.now() - session.confirmed_at <= self._settings.ops_confirmation_s
        return Visitor(user.name, user.role, Via.PAGE, is_confirmed, session, token)

    def confirm(self, visitor: Visitor, password: str, client: str) -> None:
        """Take the password of somebody who is logged in once more.

        Raises:
            LoginRefused: it is wrong.
            TooManyTries: there were too many wrong ones of late.
        """
        self._check(visitor.name, password, client)
        if visitor.session is not None:
            self._store.ops_sessions.note_confirmed(visitor.session.id, self._clock.now())

    def log_out(self, visitor: Visitor) -> None:
        """End the session of a visitor."""
        if visitor.session is not None:
            self._store.ops_sessions.end(visitor.session.id)

    def _check(self, name: str, password: str, client: str) -> OpsUser:
        """The user that name and password belong to; the try is counted before it is looked at."""
        settings, tries = self._settings, self._store.ops_login_tries
        by_user, by_client = f"user {name[:64]}", f"address {_customer(client)}"
        most = {by_user: settings.ops_user_tries, by_client: settings.ops_address_tries}
        until_at = tries.begin(most, self._clock.now(), settings.ops_tries_window_s)
        if until_at is not None:
            raise TooManyTries.until(until_at, self._clock.now())
        user = self._store.ops_users.get(name) if NAME.fullmatch(name) else None
        is_right = passwords.is_right(password, None if user is None else user.password_hash)
        if user is None or not is_right:
            logger.warning("a login from %s was refused", client, extra={"action": "ops_refused"})
            raise LoginRefused("The name or the password is wrong.")
        for subject in most:
            tries.forget(subject)
        return user

    def _lives(self, session: OpsSession) -> bool:
        now, settings = self._clock.now(), self._settings
        return (
            now - session.created_at < settings.ops_session_most_s
            and now - session.seen_at < settings.ops_session_idle_s
        )

    def _note_seen(self, session: OpsSession) -> None:
        """Let a session live on; where the store takes nothing, people can look around still."""
        now = self._clock.now()
        if now - session.seen_at < SEEN_EVERY_S:
            return
        try:
            self._store.ops_sessions.note_seen(session.id, now)
        except sqlite3.Error as error:
            if fault_of(error) is None:
                raise
            logger.warning("a session could not be noted: %s", error)

    def _forget_over(self, now: float) -> None:
        settings = self._settings
        self._store.ops_sessions.forget(
            now - settings.ops_session_most_s, now - settings.ops_session_idle_s
        )


def _customer(client: str) -> str:
    """Whose address it is: who has one of IPv6 has 2^64 of them, and guesses with each."""
    try:
        return network_of(ip_address(client))
    except ValueError:
        return client
