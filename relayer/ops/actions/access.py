"""Who may open the dashboard: roles, removal, sessions, tokens of programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.ops.actions.fields import Field, text
from relayer.ops.actions.framework import Action, Undertaking
from relayer.refusals import ActionRefused
from relayer.store.ops_tokens import OpsToken
from relayer.store.ops_users import OpsUser, Role

_USER: Final = Field("user", "User", text)
_ROLE: Final = Field(
    "role", "Role", Role, "viewer looks, operator acts, admin decides", choices=tuple(Role)
)


def _find(undertaking: Undertaking) -> OpsUser:
    name = undertaking.arguments["user"]
    user = undertaking.store.ops_users.get(name)
    if user is None:
        raise ActionRefused(f"There is no user {name}.")
    return user


def _other(undertaking: Undertaking) -> OpsUser:
    """A user who is not the one that acts: an admin cannot lock itself out by mistake."""
    user = _find(undertaking)
    if user.name == undertaking.who:
        raise ActionRefused(
            "This is yourself. Have another admin do it, or use `relayer ops user`."
        )
    return user


def _describe_role(undertaking: Undertaking) -> Sequence[str]:
    user, role = _other(undertaking), undertaking.arguments["role"]
    return [f"{user.name} is {user.role} and becomes {role}, with what is open already as well."]


def _set_role(undertaking: Undertaking) -> str:
    user, role = _other(undertaking), undertaking.arguments["role"]
    undertaking.store.ops_users.set_role(user.name, role)
    return f"{user.name} was {user.role} and is {role}"


def _describe_removal(undertaking: Undertaking) -> Sequence[str]:
    user = _other(undertaking)
    return [
        f"{user.name} is removed, with all sessions and tokens. What it did stays in the audit."
    ]


def _remove(undertaking: Undertaking) -> str:
    user = _other(undertaking)
    undertaking.store.ops_users.remove(user.name)
    return f"{user.name} is removed"


def _describe_ending(undertaking: Undertaking) -> Sequence[str]:
    user = _find(undertaking)
    count = len(undertaking.store.ops_sessions.of_user(user.name))
    return [f"{user.name} has to log in again everywhere; {count} sessions end."]


def _end_sessions(undertaking: Undertaking) -> str:
    user = _find(undertaking)
    count = undertaking.store.ops_sessions.end_all_of(user.name)
    return f"{count} sessions of {user.name} have ended"


def _token(undertaking: Undertaking) -> OpsToken:
    token_id = undertaking.arguments["token"]
    for token in undertaking.store.ops_tokens.newest():
        if token.id == token_id:
            return token
    raise ActionRefused(
        f"There is no token {token_id}; `relayer ops token list` shows those there are."
    )


def _describe_token_removal(undertaking: Undertaking) -> Sequence[str]:
    token = _token(undertaking)
    return [
        f"The token {token.id} of {token.user_name} ends at once: {token.purpose}. What it did "
        "stays in the audit log."
    ]


def _remove_token(undertaking: Undertaking) -> str:
    token = _token(undertaking)
    undertaking.store.ops_tokens.remove(token.id)
    return f"token {token.id} of {token.user_name} is removed"


ACTIONS: Final = (
    Action(
        name="set-user-role",
        title="Give a user another role",
        role=Role.ADMIN,
        fields=(_USER, _ROLE),
        dry_run=_describe_role,
        perform=_set_role,
        sample={"user": "victor", "role": "operator"},
        needs_confirmation=True,
    ),
    Action(
        name="remove-user",
        title="Remove a user",
        role=Role.ADMIN,
        fields=(_USER,),
        dry_run=_describe_removal,
        perform=_remove,
        sample={"user": "victor"},
        needs_confirmation=True,
    ),
    Action(
        name="end-sessions",
        title="End the sessions of a user",
        role=Role.ADMIN,
        fields=(_USER,),
        dry_run=_describe_ending,
        perform=_end_sessions,
        sample={"user": "victor"},
    ),
    Action(
        name="remove-token",
        title="End a program's token",
        role=Role.ADMIN,
        fields=(Field("token", "Token", text, "its id"),),
        dry_run=_describe_token_removal,
        perform=_remove_token,
        sample={"token": "0123456789ab"},
    ),
)
