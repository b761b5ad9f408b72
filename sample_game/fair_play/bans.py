"""Whom the house keeps out: the game tells them why, and leaves them out of its rankings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from relayer.clock import Clock
from sample_game.errors import HouseError
from sample_game.house import House
from sample_game.store import Exclusion, GameStore

#: The house's code for a refusal of somebody whom it keeps out.
BANNED: Final = "banned"


@dataclass(frozen=True)
class Bans:
    """Keeps the house's bans beside the suspensions of the game's own operator."""

    house: House
    store: GameStore
    clock: Clock

    def remember(self, player: str, ban: Mapping[str, Any] | None) -> None:
        """Remember a ban as the house shows it; None: there is none (any more)."""
        if ban is None:
            self.store.exclusions.lift(player, "house")
            return
        reason, now = str(ban["reason"]), self.clock.now()
        self.store.exclusions.put(Exclusion(player, "house", reason, now, ban["expires_at"]))

    def note_refusal(self, error: HouseError, player: str) -> None:
        """Remember the ban that a refusal tells of, if it tells of one."""
        if error.house_code == BANNED:
            reason, now = error.reason or str(error), self.clock.now()
            self.store.exclusions.put(Exclusion(player, "house", reason, now, error.until_at))

    def look_again(self) -> None:
        """Ask the house whether those that it kept out are still kept out.

        Raises:
            HouseError: the house cannot be asked.
        """
        for known in self.store.exclusions.all("house"):
            self.remember(known.player, self.house.standing(known.player)["ban"])
