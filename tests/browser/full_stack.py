"""The whole of it for tests in the browser: game, embedded relayer with its worker, chain."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
from eth_account import Account

from relayer.chain.contracts import bind
from relayer.client import RelayerClient
from relayer.clock import SystemClock
from relayer.deploy.funding import fund
from relayer.keys import Signer, store_key
from relayer.settings import Secret, Settings
from sample_game.app import create_app
from sample_game.decks import Deck
from sample_game.settings import GameSettings
from tests.chain import ETHER, RELAYER_KEY, Chain, make_plan, start_chain
from tests.stand_in_relayer import DECKS, STARTER, serving

#: Enough that a share of a forfeited one is worth its sending.
STAKE_WEI: Final = ETHER // 100
FORFEIT_WAIT_S: Final = 60
PATIENCE_S: Final = 60.0
POLL_S: Final = 0.05
_PASSWORD: Final = "a password of the tests"
_SELF_ASSESSMENT: Final = {
    "refund_wait_s": 2,
    "forfeit_wait_s": FORFEIT_WAIT_S,
    "min_stake_wei": STAKE_WEI,
    "max_stake_wei": STAKE_WEI,
}
#: One deck for each story, so that none meets the clues of another.
ANIMALS, FOOD = DECKS["animals"], DECKS["food"]
#: How contributions are settled: by the machine, by other players' right guesses, by the machine.
_MECHANISMS: Final[tuple[tuple[Deck, dict[str, Any]], ...]] = (
    (STARTER, _SELF_ASSESSMENT),
    (ANIMALS, {"kind": "gamified"}),
    (FOOD, _SELF_ASSESSMENT),
)


@dataclass
class Stack:
    """A game whose house is on a chain."""

    url: str
    chain: Chain

    def get(self, path: str) -> requests.Response:
        """Ask the game, or the relayer in it."""
        return requests.get(self.url + path, timeout=PATIENCE_S)

    def account(self, player: str) -> tuple[int, int]:
        """Points in the first deck, and rewards in wei: asks the contract, past our databases."""
        mechanism = bind("SelfAssessment", self.chain.trainer.mechanism.address)
        points, unclaimed_wei = mechanism.read(self.chain.node, "account", player)
        return int(points), int(unclaimed_wei)

    def points_among_players(self, player: str) -> int:
        """Points in the deck whose players confirm each other, from the contract as well."""
        mechanism = bind("Gamified", self.chain.deployment.trainers[1].mechanism.address)
        return int(mechanism.read(self.chain.node, "standing", player)["points"])

    def contribute(self, word: str, clues: list[str]) -> None:
        """Let somebody else contribute, and wait until it is settled."""
        client = RelayerClient(self.url)
        trainer, player = self.chain.trainer.address, Account.create()
        signed = client.sign_contribution(player, words=clues, label=word, trainer=trainer)
        client.wait(client.submit(signed)["id"], until="settled", timeout_s=60)

    def empty_tank(self) -> int:
        """Let the sponsor take all money out, until the relayer knows; returns how much, in wei."""
        amount_wei = int(self.chain.tank()["availableWei"])
        self._as_sponsor("requestWithdrawal", amount_wei)
        self.chain.pass_time(2)
        self._as_sponsor("executeWithdrawal", self.chain.sponsor)
        _wait_until(lambda: "The tank is empty." in self.get("/status").text, "the tank is empty")
        return amount_wei

    def fill_tank(self, amount_wei: int) -> None:
        """Let the sponsor pay in, as `relayer fund` does."""
        sponsor = Signer(self.chain.deployer_key)
        there = (self.chain.deployment, sponsor.address)
        fund(self.chain.node, sponsor, *there, amount_wei, clock=SystemClock())

    def _as_sponsor(self, function: str, *arguments: Any) -> None:
        forwarder = self.chain.forwarder
        data = forwarder.interface.encode(function, *arguments)
        self.chain.send(self.chain.deployer_key, forwarder.address, data)


@contextmanager
def running_stack(folder: Path) -> Iterator[Stack]:
    """Start everything; what it keeps lies in `folder`."""
    trainers = [
        {
            "name": deck.name,
            "labels": deck.words,
            "classifier": {"kind": "naive-bayes"},
            "mechanism": mechanism,
        }
        for deck, mechanism in _MECHANISMS
    ]
    chain = start_chain(folder, plan=make_plan(trainers=trainers, withdrawal_delay_s=1))
    try:
        chain.node.request("evm_setIntervalMining", [1])
        store_key(folder / "keystore.json", RELAYER_KEY, _PASSWORD)
        settings = GameSettings(database=folder / "hunch.db", house_poll_s=1)
        app = create_app(settings, _relayer_settings(folder, chain), follow_house=True)
        try:
            with serving(app) as url:
                stack = Stack(url, chain)
                _wait_until(lambda: stack.get("/api/setup").ok, "the game knows its house's terms")
                yield stack
        finally:
            app.extensions["relayer"].stop()
    finally:
        chain.anvil.stop()


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_at, f"not within {PATIENCE_S:.0f} s: {what}"
        time.sleep(POLL_S)


def _relayer_settings(folder: Path, chain: Chain) -> Settings:
    return Settings(
        rpc_url=chain.url,
        deployment=chain.deployment_path,
        database=folder / "relayer.db",
        signer_keystore=folder / "keystore.json",
        signer_password=Secret(_PASSWORD),
        max_wait_s=0.2,
        confirmations=1,
        poll_interval_s=0.2,
        settle_min_items=1,
        settle_max_delay_s=1,
    )
