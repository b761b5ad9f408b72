"""Actions about games' keys: a new secret, shown once, and an end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.limits import GameKey, KeyToken
from relayer.limits.gate import moment
from relayer.ops.actions.fields import Field, duration_s, text
from relayer.ops.actions.framework import Action, Revealed, Undertaking
from relayer.refusals.operators import ActionRefused
from relayer.store.ops_users import Role

#: How long an old secret stays valid unless something else is asked for.
DEFAULT_OVERLAP_S: Final = 86_400
#: What revoking answers when there was nothing to revoke.
REVOKED_BEFORE: Final = "{} was revoked before"
_KEY: Final = Field("key", "Key", text, "its id")


def _find(undertaking: Undertaking) -> GameKey:
    key_id = undertaking.arguments["key"]
    key = undertaking.store.game_keys.get(key_id)
    if key is None:
        raise ActionRefused(f"There is no key {key_id}; `relayer keys list` shows those there are.")
    return key


def _old_until(undertaking: Undertaking) -> float:
    overlap_s: int | None = undertaking.arguments["overlap"]
    return undertaking.now + (DEFAULT_OVERLAP_S if overlap_s is None else overlap_s)


def _describe_rotation(undertaking: Undertaking) -> Sequence[str]:
    key = _find(undertaking)
    sentences = [
        f"{key.name} gets a new secret for the key {key.id}, shown once, and in no log. The old "
        f"one stays valid until {moment(_old_until(undertaking))}."
    ]
    if not key.is_valid(undertaking.now):
        sentences.append("The key itself is revoked or has expired: no secret opens anything.")
    return sentences


def _rotate(undertaking: Undertaking) -> Revealed:
    key, until = _find(undertaking), _old_until(undertaking)
    token = KeyToken.mint(key.id)
    undertaking.store.game_keys.rotate(token, undertaking.now, until - undertaking.now)
    sentence = f"the key {key.id} has a new secret; the old one is valid until {moment(until)}"
    return Revealed(sentence, token.reveal())


def _describe_revoking(undertaking: Undertaking) -> Sequence[str]:
    key = _find(undertaking)
    if key.revoked_at is not None:
        return [f"{key.id} was revoked before; nothing would change."]
    return [
        f"The key {key.id} of {key.name} ends at once, with all of its secrets and play tickets. "
        "There is no way back but a new key."
    ]


def _revoke(undertaking: Undertaking) -> str:
    key = _find(undertaking)
    revoked = undertaking.store.game_keys.revoke(key.id, undertaking.now)
    return f"{key.id} is revoked" if revoked else REVOKED_BEFORE.format(key.id)


ACTIONS: Final = (
    Action(
        name="rotate-key",
        title="Give a game's key a new secret",
        role=Role.ADMIN,
        fields=(
            _KEY,
            Field(
                "overlap",
                "Old secret valid for",
                duration_s,
                "as 1h; empty: 24h",
                required=False,
            ),
        ),
        dry_run=_describe_rotation,
        perform=_rotate,
        sample={"key": "0123456789ab"},
        needs_confirmation=True,
    ),
    Action(
        name="revoke-key",
        title="End a game's key",
        role=Role.ADMIN,
        fields=(_KEY,),
        dry_run=_describe_revoking,
        perform=_revoke,
        sample={"key": "0123456789ab"},
        needs_confirmation=True,
    ),
)
