"""Knows programs by the token that they send."""

from __future__ import annotations

from typing import Final

from relayer.clock import Clock
from relayer.ops.access.tokens import ApiToken
from relayer.ops.access.visitors import Visitor
from relayer.refusals import BadOpsToken, OpsTokenRequired
from relayer.store import Store
from relayer.store.audit import Via

#: What an answer to a request without a valid token must say (RFC 6750).
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="relayer ops"'}


def program(store: Store, clock: Clock, authorization: str | None) -> Visitor:
    """Return for whom a program acts.

    Args:
        store: where tokens and users are.
        clock: tells whether a token has expired.
        authorization: the header ``Authorization``.

    Raises:
        OpsTokenRequired: no token came along.
        BadOpsToken: the token is malformed, unknown, removed or expired.
    """
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        raise OpsTokenRequired(
            "Send a token of `relayer ops token add` as Authorization: Bearer.", headers=_CHALLENGE
        )
    token = ApiToken.parse(text.strip())
    known = None if token is None else store.ops_tokens.find(token.secret_hash())
    user = None if known is None else store.ops_users.get(known.user_name)
    if (
        token is None
        or known is None
        or user is None
        or known.id != token.id
        or not known.is_valid(clock.now())
    ):
        raise BadOpsToken(
            "The token is malformed, unknown, removed or expired. `relayer ops token list` shows "
            "those there are.",
            headers=_CHALLENGE,
        )
    return Visitor(user.name, user.role, Via.API, is_confirmed=known.moves_money)
