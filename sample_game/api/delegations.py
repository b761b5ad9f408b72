"""Own wallets: what one signs, taking it, ending it, and how it stands."""

from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from sample_game.api.bodies import json_body, message_in, number_in, text_in
from sample_game.api.play import plays
from sample_game.delegations import SignedDelegation
from sample_game.errors import DelegationRefused
from sample_game.rounds import checked_player
from sample_game.store.delegations import StoredDelegation

routes = Blueprint("hunch_delegations", __name__)

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


@routes.get("/delegation-terms")
def terms() -> Response:
    """Tell the page what it may ask a wallet to sign."""
    return jsonify(plays().delegations.terms(_origin()))


@routes.post("/delegations")
def delegate() -> tuple[Response, int]:
    """Take a delegation that wallet and session key have signed."""
    body = json_body()
    signed = SignedDelegation(
        message=message_in(body),
        chain_id=number_in(body, "chain_id"),
        wallet_signature=text_in(body, "wallet_signature"),
        session_signature=text_in(body, "session_signature"),
    )
    return jsonify({"delegation": _shown(plays().delegations.accept(signed, _origin()))}), 201


@routes.post("/delegation-revocations")
def revoke() -> Response:
    """End a delegation, at the wish of either side."""
    body = json_body()
    signature = text_in(body, "signature")
    plays().delegations.revoke(message_in(body), number_in(body, "chain_id"), signature, _origin())
    return jsonify({"revoked": True})


@routes.get("/delegations/<session_key>")
def delegation(session_key: str) -> Response:
    """Tell whom a key plays for, or played for last; null: only ever for itself."""
    found = plays().delegations.latest(checked_player(session_key))
    return jsonify({"delegation": _shown(found) if found else None})


@routes.get("/wallets/<wallet>/delegations")
def of_wallet(wallet: str) -> Response:
    """Tell which keys play for a wallet now."""
    living = plays().delegations.living_of(checked_player(wallet))
    return jsonify({"delegations": [_shown(one) for one in living]})


def _shown(stored: StoredDelegation) -> dict[str, Any]:
    why_over = stored.why_over(plays().delegations.clock.now())
    return {**vars(stored), "state": why_over or "living"}


def _origin() -> str:
    """The site that a delegation must name.

    Raises:
        DelegationRefused: the operator has not told it. What a request calls itself is believed on
            one's own machine only, for anybody may write anything there.
    """
    if plays().origin:
        return plays().origin
    host = request.host.rpartition(":")[0] or request.host
    if host in _LOOPBACK:
        return f"{request.scheme}://{request.host}"
    raise DelegationRefused("wallets-off", "This game takes no wallets yet: GAME_ORIGIN is unset.")
