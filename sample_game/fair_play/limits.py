"""How often a player, and everybody behind one network address, may ask for something.

Token buckets in the memory of each process: nothing is written, and a flood costs no disk. Several
processes count by themselves, so that many times as much may pass.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from relayer.clock import Clock
from relayer.limits.quotas import MICROSECONDS, Quota
from sample_game.errors import TooFast

WINDOW_S: Final = 60
#: Most requests of one player in a minute, all at once or spread. People need far fewer.
PER_PLAYER: Final[Mapping[str, int]] = {
    "rounds": 60,
    "guesses": 120,
    "clue-checks": 240,
    "clues": 60,
    "validations": 60,
    "reads": 300,
    "others": 120,
}
#: Buckets that are kept before the full ones are thrown away.
_MOST_BUCKETS: Final = 50_000


@dataclass
class RateLimits:
    """Counts requests of players and networks.

    Args:
        clock: measures how long ago somebody asked, whatever its hands show.
        players_per_network: how many players may share one network address.
    """

    clock: Clock
    players_per_network: int
    _full_at_us: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, action: str, network: str, player: str | None) -> None:
        """Count one request.

        Args:
            action: a key of PER_PLAYER.
            network: where it comes from.
            player: who asks, if that is known.

        Raises:
            TooFast: player or network has asked too often; nothing was counted.
        """
        most = PER_PLAYER[action]
        quotas = {f"{action} network {network}": self._quota(most * self.players_per_network)}
        if player is not None:
            # Anybody may name a player: so nobody uses up what a player has elsewhere.
            quotas[f"{action} player {player} {network}"] = self._quota(most)
        now_us = int(self.clock.monotonic() * MICROSECONDS)
        with self._lock:
            wait_s = max(
                quota.wait_s(self._full_at_us.get(name, 0), now_us)
                for name, quota in quotas.items()
            )
            if wait_s > 0:
                raise TooFast(wait_s)
            for name, quota in quotas.items():
                self._full_at_us[name] = quota.taken(self._full_at_us.get(name, 0), now_us)
            self._tidy(now_us)

    def _quota(self, limit: int) -> Quota:
        return Quota(limit, WINDOW_S * MICROSECONDS)

    def _tidy(self, now_us: int) -> None:
        """Forget full buckets once there are many; call it under the lock."""
        if len(self._full_at_us) > _MOST_BUCKETS:
            kept = {name: at for name, at in self._full_at_us.items() if at > now_us}
            self._full_at_us = kept if len(kept) <= _MOST_BUCKETS else {}
