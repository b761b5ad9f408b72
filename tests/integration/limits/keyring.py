"""Keys and callers for the tests of this folder."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from relayer.limits import GameKey, KeyToken, Scope
from tests.house import House


def make_key(house: House, *scopes: Scope, **overrides: Any) -> KeyToken:
    """A key in the store; by default one that may submit."""
    token = KeyToken.mint()
    key = GameKey(
        id=token.id,
        name="Hunch",
        scopes=frozenset(scopes or (Scope.SUBMIT,)),
        created_at=house.clock.now(),
        **overrides,
    )
    house.store.game_keys.create(key, token)
    return token


def bearer(token: KeyToken | str) -> dict[str, str]:
    """The header that carries a key."""
    text = token if isinstance(token, str) else token.reveal()
    return {"Authorization": f"Bearer {text}"}


def send(house: House, body: dict[str, Any], **headers: str) -> TestResponse:
    """Post one contribution with headers."""
    return house.http.post("/v1/contributions", json=body, headers=headers)
