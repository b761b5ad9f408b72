"""Who may send how much: keys, tickets, quotas, budgets, trust, bans, pauses and the breaker.

What stands here needs no store, so that the kit for game backends can use it too; `gate` and
`reception` work on the store.
"""

from relayer.limits.caller import Caller
from relayer.limits.keys import GameKey, KeyToken, Scope
from relayer.limits.tickets import PlayTicket

__all__ = ["Caller", "GameKey", "KeyToken", "PlayTicket", "Scope"]
