"""What the house publishes about itself, asked for now and then and shared by all decks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from relayer.client import RelayerClient
from relayer.clock import Clock
from sample_game.house_calls import HouseCalls, not_now
from sample_game.remembered import Remembered

#: How long it is not asked for again, in seconds.
_TERMS_LAST_S: Final = 15.0


class HouseTerms:
    """`GET /v1/config`, and the trainers in it.

    Every method raises HouseError when the house cannot be asked and never was.

    Args:
        client: speaks to the relayer.
        calls: the context of all calls of this relayer.
        clock: tells when to ask again.
    """

    def __init__(self, client: RelayerClient, calls: HouseCalls, clock: Clock) -> None:
        self.calls = calls
        self._config = Remembered(lambda: client.config(refresh=True), _TERMS_LAST_S, clock)

    def config(self) -> dict[str, Any]:
        """Return all that the house publishes."""
        with self.calls:
            return self._config.get()

    def trainers(self) -> list[dict[str, Any]]:
        """Return the trainers of all decks, and of other games."""
        trainers: list[dict[str, Any]] = self.config()["trainers"]
        return trainers

    def find(self, labels: Sequence[str], address: str = "") -> dict[str, Any] | None:
        """Return the trainer with these labels, and if one is named with this address."""
        for trainer in self.trainers():
            wanted = not address or trainer["address"].lower() == address
            if wanted and list(trainer["labels"]) == list(labels):
                return trainer
        return None

    def get(self, labels: Sequence[str], address: str = "") -> dict[str, Any]:
        """Return such a trainer.

        Raises:
            HouseError: there is none; the next call asks anew.
        """
        trainer = self.find(labels, address)
        if trainer is None:
            self._config.forget()
            raise not_now("no-trainer", "The house keeps no machine for this game's words yet.")
        return trainer

    def max_fee_gwei(self, trainer: Mapping[str, Any]) -> int:
        """Return the fee that a player should allow.

        Raises:
            HouseError: the house does not know its prices; the next call asks anew.
        """
        suggested: int | None = trainer["suggested_max_fee_gwei"]
        if suggested is None:
            # What is remembered may be from before the house knew: nobody shall wait for that.
            self._config.forget()
            fresh = self.get(trainer["labels"], trainer["address"].lower())
            suggested = fresh["suggested_max_fee_gwei"]
        if suggested is None:
            self._config.forget()
            raise not_now("chain-unavailable", "The house does not know its prices yet.")
        return suggested

    def takes_validations(self, address: str | None = None) -> bool:
        """Return whether a trainer's players confirm each other; None: any trainer's."""
        return any(
            bool(trainer.get("mechanism", {}).get("takes_validations"))
            for trainer in self.trainers()
            if address is None or trainer["address"].lower() == address.lower()
        )
