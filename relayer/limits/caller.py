"""Who sends a request: made once, before anything is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.limits.keys import GameKey, Scope
from relayer.limits.tickets import PlayTicket

#: In a WSGI environment: the request came from code in this process, not from the network. No
#: header can set it.
IN_PROCESS = "relayer.in_process"


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from, and with which rights.

    Without any argument it stands for code in the relayer's own process.
    """

    network: str | None = None  #: see `relayer.limits.names.network_of`; None: this process
    key: GameKey | None = None  #: of the game that sends, or that vouches for the sender
    holds_key: bool = False  #: whether the key itself came with the request
    ticket: PlayTicket | None = None  #: by which the game vouches for the sender
    #: Of this request alone; two requests of one caller are of one caller.
    request_id: str | None = field(default=None, compare=False)

    @property
    def game(self) -> str | None:
        """The id of the key, if there is one."""
        return None if self.key is None else self.key.id

    @property
    def networks(self) -> frozenset[str]:
        """The network, if there is one, as a set."""
        return frozenset() if self.network is None else frozenset((self.network,))

    def may(self, scope: Scope) -> bool:
        """Whether the request came with a key that allows this."""
        return self.holds_key and self.key is not None and scope in self.key.scopes
