"""What can be chosen about a simulated market, with the recommended setting as its defaults."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from simulation.agents.agent import Agent
from simulation.agents.behaviour import Adversarial, Honest
from simulation.bounds import SEEDS, require_within
from simulation.errors import ParameterError
from simulation.house import HousePrices
from simulation.result import Role

#: Contributions that `PredictionMarket.sol` takes at most.
MOST_CONTRIBUTIONS: Final = 768
#: Pieces of a test set times records of a piece, one piece being opened.
MOST_TEST_SAMPLES: Final = 254 * 255
#: Features of a sample that naive Bayes on chain takes.
MOST_WORDS: Final = 64

USUAL_PRICES: Final = HousePrices()
CONTRIBUTORS: Final = (
    Agent("Good 1", Honest(mistakes=0), 10_000, 5, 1, 600),
    Agent("Good 2", Honest(mistakes=0), 10_000, 5, 1, 1200),
    Agent("Good 3", Honest(mistakes=0), 10_000, 5, 1, 1800),
    Agent("Bad 1", Adversarial(), 10_000, 10, 3, 3600),
    Agent("Bad 2", Adversarial(), 10_000, 10, 3, 3600),
)

ClassifierKind = Literal["naive-bayes", "sparse-perceptron"]


@dataclass(frozen=True)
class MarketScenario:
    """A series of markets, or the reference's one.

    Attributes:
        seed: what everything is drawn from.
        exact: run the reference's market, which has parameters of its own; all others are ignored.
        markets: how many are held, one after the other.
        market_size: contributions of each.
        test_size: reviews that score in each; every market has others.
        grouped: one balance and one score for all contributions of a contributor.
        sybils: bad contributors have an address of their own for each contribution.
        classifier: the model that a market teaches.
        block: contributions that a contributor sends in a row.
        stake: of each contribution, in units.
        bounty_percent: the bounty of a market in hundredths of all its stakes.
        skipped_words: how many of the most frequent words nobody sends.
        most_words: words of a review that are sent at most, the rarest ones.
        inverse_alpha: naive Bayes: inverse of the smoothing constant.
        vocabulary: naive Bayes: vocabulary that the smoothing assumes.
        believed: accuracy that good contributors expect of the model; how willing they are.
        unit_wei: the unit in which contributors count their money.
        contributors: who takes part.
        max_wait_s: longest that a contribution waits for its batch, if a relayer brings it.
        prices: what gas costs.

    Raises:
        ParameterError: no such market can be held.
    """

    seed: int = 1
    exact: bool = False
    markets: int = 13
    market_size: int = MOST_CONTRIBUTIONS
    test_size: int = 1_000
    grouped: bool = True
    sybils: bool = False
    classifier: ClassifierKind = "naive-bayes"
    block: int = 10
    stake: int = 10
    bounty_percent: int = 100
    skipped_words: int = 30
    most_words: int = MOST_WORDS
    inverse_alpha: int = 4
    vocabulary: int = 128
    believed: float = 0.65
    unit_wei: int = 10**15
    contributors: tuple[Agent, ...] = CONTRIBUTORS
    max_wait_s: float = 20.0
    prices: HousePrices = USUAL_PRICES

    def __post_init__(self) -> None:
        require_within(self, {"seed": SEEDS})
        self._within("markets", self.markets, 1, 1_000)
        self._within("market_size", self.market_size, 1, MOST_CONTRIBUTIONS)
        self._within("test_size", self.test_size, 1, MOST_TEST_SAMPLES)
        self._within("block", self.block, 1, self.market_size)
        self._within("stake", self.stake, 1, 10**6)
        self._within("bounty_percent", self.bounty_percent, 1, 10**6)
        self._within("skipped_words", self.skipped_words, 0, 900)
        most = MOST_WORDS if self.classifier == "naive-bayes" else 1_000
        self._within("most_words", self.most_words, 1, most)
        if not 0 < self.max_wait_s <= 86_400:
            raise ParameterError(
                f"A contribution waits for its batch up to a day, not {self.max_wait_s} s."
            )
        if not 0 <= self.believed <= 1:
            raise ParameterError(f"An accuracy is 0 to 1, not {self.believed}.")
        if {each.behaviour.is_good for each in self.contributors} != {True, False}:
            raise ParameterError("A market needs somebody good and somebody bad to tell apart.")

    @property
    def stake_wei(self) -> int:
        """Stake of a contribution."""
        return self.stake * self.unit_wei

    @property
    def bounty_wei(self) -> int:
        """Bounty of a market."""
        return self.market_size * self.stake_wei * self.bounty_percent // 100

    def check_supply(self, train: int, test: int) -> None:
        """Make sure that there are reviews for all markets, and some to check the outcome with.

        Raises:
            ParameterError: there are too few.
        """
        for needed, there, what in (
            (self.markets * self.market_size, train, "to contribute"),
            (self.markets * self.test_size + 1, test, "to test with"),
        ):
            if needed > there:
                raise ParameterError(
                    f"{self.markets} markets need {needed:,} reviews {what} and there are "
                    f"{there:,}: hold fewer or smaller markets, or give more data."
                )

    def as_numbers(self) -> dict[str, Any]:
        """All of it by name, for the report."""
        own = {name: value for name, value in vars(self).items() if name != "contributors"}
        own |= {"prices": asdict(self.prices)}
        return own | {"contributors": [each.name for each in self.contributors]}

    @staticmethod
    def _within(name: str, value: int, least: int, most: int) -> None:
        if not least <= value <= most:
            raise ParameterError(f"{name} is {least:,} to {most:,}, not {value:,}.")


def role_of(agent: Agent) -> Role:
    """How figures draw a contributor."""
    return "good" if agent.behaviour.is_good else "bad"
