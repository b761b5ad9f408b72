"""Whom the house keeps out: the game tells them why, and leaves them out of its rankings."""

from contextlib import suppress
from dataclasses import dataclass

from relayer.clock import Clock
from sample_game.errors import HouseError
from sample_game.house import House
from sample_game.store import Exclusion, GameStore

BANNED = "banned"


@dataclass(frozen=True)
class Bans:
    """Keeps the house's bans beside the suspensions of the game's own operator."""

    house: House
    store: GameStore
    clock: Clock

    def note(self, player: str) -> Exclusion | None:
        """Ask the house about a player and remember what it says.

        Raises:
            HouseError: the house cannot be asked.
        """
        return self.remember(player, self.house.standing(player)["ban"])

    def remember(self, player: str, ban: dict[str, object] | None) -> Exclusion | None:
        """Remember a ban as the house shows it; None: there is none (any more)."""
        if ban is None:
            self.store.exclusions.lift(player, "house")
            return None
        until_at = ban["expires_at"]
        exclusion = Exclusion(
            player,
            "house",
            str(ban["reason"]),
            self.clock.now(),
            until_at if isinstance(until_at, int | float) else None,
        )
        self.store.exclusions.put(exclusion)
        return exclusion

    def explain(self, error: HouseError, player: str) -> HouseError:
        """Return the refusal of a banned player with reason and end; other ones as they are."""
        if error.house_code != BANNED:
            return error
        # If the house cannot be asked, the detail of the refusal says it in the house's own words.
        with suppress(HouseError):
            error.exclusion = self.note(player)
        return error

    def look_again(self) -> None:
        """Ask the house whether those that it kept out are still kept out.

        Raises:
            HouseError: the house cannot be asked.
        """
        for known in self.store.exclusions.all("house"):
            self.note(known.player)
