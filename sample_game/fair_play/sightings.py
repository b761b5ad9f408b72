"""Notes who was seen where, and whom the limits held back; seldom, so that it costs nothing."""

from dataclasses import dataclass, field
from typing import Final

from relayer.clock import Clock
from sample_game.fair_play.pace import day_of
from sample_game.store import GameStore

#: The same is written down once in this time, in seconds.
_SEEN_EVERY_S: Final = 3_600.0
_HELD_BACK_EVERY_S: Final = 60.0
_MOST_REMEMBERED: Final = 20_000


@dataclass
class Sightings:
    """Writes notes for the operator."""

    store: GameStore
    clock: Clock
    _noted_at: dict[str, float] = field(default_factory=dict)

    def seen(self, player: str, network: str) -> None:
        """Note that a player was on a network."""
        if self._is_due(f"seen {player} {network}", _SEEN_EVERY_S):
            self.store.exchanges.seen(player, network, self.clock.now())

    def signed(self, player: str, network: str) -> None:
        """Note that a player signed on a network what the house has accepted."""
        if self._is_due(f"signed {player} {network}", _SEEN_EVERY_S):
            self.store.exchanges.seen(player, network, self.clock.now(), has_signed=True)

    def held_back(self, player: str, network: str) -> None:
        """Note that the limits held a player back, on a network where it was seen.

        Elsewhere it may be somebody who goes by its name.
        """
        was_seen = f"seen {player} {network}" in self._noted_at
        if was_seen and self._is_due(f"held back {player}", _HELD_BACK_EVERY_S):
            self.store.paces.held_back(player, day_of(self.clock.now()))

    def _is_due(self, what: str, every_s: float) -> bool:
        now = self.clock.monotonic()
        if now - self._noted_at.get(what, float("-inf")) < every_s:
            return False
        if len(self._noted_at) >= _MOST_REMEMBERED:
            self._noted_at.clear()
        self._noted_at[what] = now
        return True
