"""Rewards: what a player may withdraw, what the house keeps for sending it, and the sending."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from relayer.client import RelayerClient, SignedRequest
from sample_game.errors import ReceiverRefused, UnknownWithdrawal
from sample_game.house import House

#: Below this lie the zero address and the chain's own contracts.
_FIRST_PLAIN: Final = 0x1_0000
#: The digest that was signed.
_ID: Final = re.compile(r"0x[0-9a-f]{64}")
_BURNT: Final = frozenset(
    {
        "0x000000000000000000000000000000000000dead",
        "0xdead000000000000000042069420694206942069",
        "0x" + "f" * 40,
    }
)


@dataclass(frozen=True)
class Rewards:
    """A player's money at the house. Every method raises HouseError as `House` does."""

    house: House

    def purse(self, player: str) -> dict[str, Any]:
        """Return what a player may withdraw, what it costs, and where it cannot go; in wei."""
        facts = self.house.ask(lambda client: client.player(player))
        config = self.house.ask(_fresh_config)
        available_wei = int(facts["balance_wei"]) + int(facts["unclaimed_wei"])
        return {
            "available_wei": str(available_wei),
            "contracts": sorted(_contracts(config)),
            **config["withdrawals"],
        }

    def withdraw(self, signed: SignedRequest) -> dict[str, Any]:
        """Hand a signed withdrawal to the house; doing so again is harmless.

        Raises:
            ReceiverRefused: nobody could take the money out again where it would go.
        """
        receiver = str(signed.message.get("to")).lower()
        if _is_lost(receiver) or receiver in _contracts(self.house.ask(_fresh_config)):
            raise ReceiverRefused("Nobody gets money back from that address. Name another one.")
        return self.house.ask(lambda client: client.submit_withdrawal(signed))

    def withdrawal(self, withdrawal_id: str) -> dict[str, Any]:
        """Return what became of a withdrawal.

        Raises:
            UnknownWithdrawal: no withdrawal has such an id.
        """
        if not _ID.fullmatch(withdrawal_id):  # a stranger's text would become part of an address
            raise UnknownWithdrawal("The game knows no such withdrawal.")
        return self.house.ask(lambda client: client.withdrawal(withdrawal_id))


def _fresh_config(client: RelayerClient) -> dict[str, Any]:
    return client.config(refresh=True)


def _contracts(config: Mapping[str, Any]) -> set[str]:
    """The house's own contracts; what is sent there helps nobody."""
    found = {config["forwarder"]}
    for trainer in config["trainers"]:
        parts = [trainer.get(name) for name in ("classifier", "mechanism")]
        addresses = [part.get("address") for part in parts if isinstance(part, Mapping)]
        found |= {trainer["address"], trainer.get("data_handler"), *addresses}
    return {address.lower() for address in found if address}


def _is_lost(receiver: str) -> bool:
    try:
        return int(receiver, 16) < _FIRST_PLAIN or receiver in _BURNT
    except ValueError:
        return False  # no address at all: the house says so
