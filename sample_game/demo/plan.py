"""What one demo is made of: where it lives, how long its waits are, how many play."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sample_game.deck_trainers import trainers_toml
from sample_game.decks import load_decks
from sample_game.demo.ports import Ports
from sample_game.settings import GameSettings
from sample_game.simulated_players.clue_book import WORDNET_CLUES

GWEI = 10**9
ETHER = 10**18

#: Identity of the local chain; wallets know it as a development chain.
CHAIN_ID = 31_337
#: Seconds between two blocks.
BLOCK_TIME_S = 1
#: So that the reward stage comes within a minute; a real game waits hours and days.
REFUND_WAIT_S = 20
FORFEIT_WAIT_S = 40
#: The same for players who confirm each other: what nobody confirmed by then lapses.
LAPSE_WAIT_S = FORFEIT_WAIT_S
#: How long few validations of a batch wait for more.
VALIDATIONS_WAIT_S = 15
#: The sponsor's money, deposited at the deployment and added afterwards, and its limits.
FIRST_DEPOSIT_WEI = 10 * ETHER
TOP_UP_WEI = 490 * ETHER
#: Stakes count to the limit when they go out, though most come back: four a second need this much.
DAILY_LIMIT_WEI = 30_000 * ETHER
PRICE_CAP_WEI = 60 * GWEI
TIP_CAP_WEI = 2 * GWEI
#: What the relayer starts with, to pay for gas until its fees come back.
RELAYER_FUNDS_WEI = 2 * ETHER
#: A stake far above the fees, so that what a few liars lose is worth something to all others. A
#: real sponsor keeps it at the fee of a contribution: docs/explanation/attack-study.md.
STAKE_WEI = ETHER // 20


Mechanism = Literal["self-assessment", "gamified"]


@dataclass(frozen=True)
class DemoPlan:
    """The choices of one run."""

    directory: Path
    ports: Ports
    players: int = 24
    #: Accepted contributions after which the players stop; None: they play on and on.
    contributions: int | None = None
    per_second: float = 4.0
    #: Share of the rounds at the page that are played in another deck than the first one.
    elsewhere: float = 0.08
    seed: int = 1
    clues: Path = WORDNET_CLUES
    mechanism: Mechanism = "self-assessment"

    @property
    def pays_players(self) -> bool:
        """Whether players can earn money, and not only points."""
        return self.mechanism == "self-assessment"

    @property
    def deployment(self) -> Path:
        """The deployment file."""
        return self.directory / "deployment.json"

    @property
    def relayer_keystore(self) -> Path:
        """The encrypted key of the relayer's account."""
        return self.directory / "relayer-key.json"

    @property
    def password(self) -> Path:
        """The password that opens it."""
        return self.directory / "password"

    @property
    def game_key(self) -> Path:
        """The key that the relayer gave to the game."""
        return self.directory / "game-key"

    @property
    def players_key(self) -> Path:
        """The key that the relayer gave to those who bring a client of their own."""
        return self.directory / "players-key"

    @property
    def journal(self) -> Path:
        """What the simulated players say about their turns."""
        return self.directory / "players.jsonl"

    @property
    def logs(self) -> Path:
        """What every process printed."""
        return self.directory / "logs"


def deck_words() -> list[str]:
    """The secret words that most players play, in the order of their labels."""
    return list(load_decks(GameSettings.decks)[GameSettings.first_deck].words)


def deploy_plan_toml(mechanism: Mechanism = "self-assessment") -> str:
    """The plan for `relayer deploy`: a model for each deck with short waits, and a full tank.

    The deck that most players play comes first.
    """
    decks = load_decks(GameSettings.decks)
    trainers = trainers_toml(decks, GameSettings.first_deck, _MECHANISMS[mechanism])
    return f"""\
relayer_funds_wei = "{RELAYER_FUNDS_WEI}"

[tank]
deposit_wei = "{FIRST_DEPOSIT_WEI}"
daily_limit_wei = "{DAILY_LIMIT_WEI}"
price_cap_wei = "{PRICE_CAP_WEI}"
tip_cap_wei = "{TIP_CAP_WEI}"

{trainers}"""


_MECHANISMS = {
    "self-assessment": f"""\
kind = "self-assessment"
cost_weight = "0"
min_stake_wei = "{STAKE_WEI}"
max_stake_wei = "{STAKE_WEI}"
refund_wait_s = {REFUND_WAIT_S}
forfeit_wait_s = {FORFEIT_WAIT_S}
""",
    "gamified": f"""\
kind = "gamified"
lapse_wait_s = {LAPSE_WAIT_S}
""",
}
