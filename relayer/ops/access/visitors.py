"""Who acts: somebody at a browser, a program with a token, or somebody at the command line."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field

from relayer.store.audit import Via
from relayer.store.ops_sessions import OpsSession
from relayer.store.ops_users import Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is known to the house."""

    name: str
    role: Role
    via: Via
    #: Whether the password was given a short while ago, or need not be.
    is_confirmed: bool
    session: OpsSession | None = None  #: of a browser
    cookie_token: str = field(default="", repr=False)  #: of a browser

    def may(self, role: Role) -> bool:
        """Whether the visitor may what a role may."""
        return self.role.covers(role)


def at_the_command_line() -> Visitor:
    """Return who runs a command: whoever may write the store needs no leave of it."""
    return Visitor(f"cli:{_account()}", Role.ADMIN, Via.CLI, is_confirmed=True)


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under an id that has no name
        return "unknown"
