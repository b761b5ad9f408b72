"""What can be chosen about a simulation of the word game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from relayer.deploy.mechanism_plans import GamifiedPlan, SelfAssessmentPlan
from relayer.settings.batching import BatchingSettings
from sample_game.decks import Deck, load_decks
from sample_game.settings import GameSettings
from simulation.bounds import SEEDS, require_within
from simulation.errors import ParameterError
from simulation.mechanisms.self_assessment import MAX_STAKE_WEI

#: How a player behaves: gives honest clues; gives clues of another word; gives clues of no word in
#: particular; is one of many keys of a person who farms points.
Role = Literal["honest", "liars", "lazy", "sybils"]
ROLES: Final[tuple[Role, ...]] = ("honest", "liars", "lazy", "sybils")

_RULE: Final = SelfAssessmentPlan()
_GWEI: Final = 10**9
_DAY_S: Final = 86_400
_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "seed": SEEDS,
    "contributions": (1, 10**6),
    "players": (1, 10**6),
    "haste": (1, 1_000),
    "per_second": (0.001, 10_000),
    "max_wait_s": (0, _DAY_S),
    "settle_every_s": (0, _DAY_S),
    "forfeit_wait_s": (1, 365 * _DAY_S),
    "lapse_wait_s": (1, 365 * _DAY_S),
    "distinct_validators": (0, 3),
    "guesses": (0, 1_000),
    "stake_wei": (1, MAX_STAKE_WEI),
}


@dataclass(frozen=True, kw_only=True)
class GameScenario:
    """A game of clues. Waits in seconds, money in wei, shares between 0 and 1.

    Attributes:
        seed: what every random draw comes from.
        mechanism: which rule settles contributions.
        deck: whose words are played.
        contributions: clue rounds that are played if nobody hurries.
        players: how many play.
        liars: share of the players who give clues of another word.
        lazy: share of the players who give any clues.
        sybils: share of the players who are keys of one person. They repeat one safe set of clues
            and, where players confirm, confirm each other.
        sybils_lie: whether they give their clues for another word, so that nobody else confirms.
        haste: how many times as often as honest players the others play.
        player_quota: contributions that are taken of a player, the game being a day; None: all.
        key_quota: the same of all players together, who come with one key of the game.
        trust_start: open contributions that a new player may have, more and fewer by the relayer's
            settings; None: as many as it likes.
        per_second: contributions a second if nobody hurries.
        stake_wei: stake of each, which the sponsor puts down.
        refund_wait_s: from when on the model may agree.
        forfeit_wait_s: from when on a stake is lost that it disagrees with.
        distinct_validators: gamified: others before the same validator counts again.
        lapse_wait_s: gamified: from when on the unconfirmed is closed.
        guesses: gamified: players who meet a contribution before it lapses, on average.
        max_wait_s: longest that a contribution waits for its batch.
        settle_every_s: how often what is due is settled.
        base_fee_wei: mean base fee.
        tip_wei: what the relayer tips.
        block_s: seconds between two blocks.
        checkpoints: moments at which accuracy is measured.
        test_rounds_per_word: held-out rounds of each word.
        supply: different clue sets of each word to draw from; None: each is drawn anew.

    Raises:
        ParameterError: this cannot be simulated.
    """

    seed: int = 1
    mechanism: Literal["self-assessment", "gamified"] = "self-assessment"
    deck: str = GameSettings.first_deck
    contributions: int = 2_000
    players: int = 200
    liars: float = 0.1
    lazy: float = 0.0
    sybils: float = 0.0
    sybils_lie: bool = False
    haste: float = 1.0
    player_quota: int | None = None
    key_quota: int | None = None
    trust_start: int | None = None
    per_second: float = 0.5
    stake_wei: int = _RULE.min_stake_wei
    refund_wait_s: int = 600
    forfeit_wait_s: int = 1_800
    distinct_validators: int = GamifiedPlan().distinct_validators
    lapse_wait_s: int = 1_800
    guesses: float = 3.0
    max_wait_s: float = 20.0
    settle_every_s: float = BatchingSettings().settle_max_delay_s
    base_fee_wei: int = _GWEI // 100
    tip_wei: int = 0
    block_s: float = 2.0
    checkpoints: int = 40
    test_rounds_per_word: int = 20
    supply: int | None = None

    def __post_init__(self) -> None:
        shares = {"liars": self.liars, "lazy": self.lazy, "sybils": self.sybils}
        if any(not 0 <= share <= 1 for share in shares.values()) or sum(shares.values()) >= 1:
            raise ParameterError(
                "Liars, lazy players and sybils are shares of the players that leave some honest "
                "ones over: lower them."
            )
        for name in ("contributions", "players", "checkpoints", "test_rounds_per_word"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{name.replace('_', ' ')} must be at least 1: raise it.")
        self._check_limits()
        for name in ("per_second", "max_wait_s", "settle_every_s", "block_s"):
            if not getattr(self, name) > 0:
                raise ParameterError(f"{name} must be above 0: raise it.")
        if not 0 < self.refund_wait_s < self.forfeit_wait_s:
            raise ParameterError(
                f"The refund wait ({self.refund_wait_s} s) must be shorter than the forfeit wait "
                f"({self.forfeit_wait_s} s): shorten it."
            )
        if self.deck not in decks():
            raise ParameterError(f"There is no deck {self.deck}: choose of {', '.join(decks())}.")

    def _check_limits(self) -> None:
        for name in ("player_quota", "key_quota", "trust_start"):
            if (most := getattr(self, name)) is not None and most < 1:
                raise ParameterError(f"{name.replace('_', ' ')} must be at least 1: raise it.")
        require_within(self, _BOUNDS)

    @property
    def is_gamified(self) -> bool:
        """Whether players confirm each other, without money."""
        return self.mechanism == "gamified"

    @property
    def mean_haste(self) -> float:
        """How many times as much is played as if nobody hurried."""
        return sum(1 if role == "honest" else self.haste for role in self.roles()) / self.players

    @property
    def words(self) -> tuple[str, ...]:
        """The secret words, in the order of their labels."""
        return decks()[self.deck].words

    @property
    def longest_wait_s(self) -> int:
        """How long a contribution is open at most."""
        return self.lapse_wait_s if self.is_gamified else self.forfeit_wait_s

    def roles(self) -> list[Role]:
        """The role of each player."""
        counts = {role: round(getattr(self, role) * self.players) for role in ROLES[1:]}
        others: list[Role] = [role for role in ROLES[1:] for _ in range(counts[role])]
        return [*(["honest"] * (self.players - len(others))), *others]  # type: ignore[list-item]


def decks() -> Mapping[str, Deck]:
    """The decks that ship with the game, by name."""
    if not _DECKS:
        _DECKS.update(load_decks(GameSettings.decks))
    return _DECKS


_DECKS: dict[str, Deck] = {}
