"""What can be chosen about a simulation of self-assessment.

The defaults are those of the published run: an honest agent that acts every ten minutes, and a bad
one that acts every hour and is ready to stake twice as much. A unit is a thousandth of an ether
here; the stake starts at 60 of them and falls with the root of the seconds since the last one.
"""

from dataclasses import dataclass, field
from typing import Final

from simulation.agents.agent import Agent
from simulation.agents.behaviour import Adversarial, Honest
from simulation.bounds import SEEDS, require_within
from simulation.errors import ParameterError
from simulation.house import HousePrices
from simulation.mechanisms.self_assessment import SelfAssessmentParameters

UNIT_WEI: Final = 10**15
#: The published agents. Their names break ties: Bad before Good.
PUBLISHED_AGENTS: Final = (
    Agent("Good", Honest()),
    Agent("Bad", Adversarial(), 10_000, 100, 3, wait_mean_s=3600),
)
#: The same with waits that scatter by a tenth. With the published waits, which scatter by a second,
#: both agents keep step for days, and who pays which stake is an accident of their phase.
SCATTERED_AGENTS: Final = (
    Agent("Good", Honest(), wait_deviation_s=60),
    Agent("Bad", Adversarial(), 10_000, 100, 3, wait_mean_s=3600, wait_deviation_s=360),
)
DAY_S: Final = 86_400
USUAL_PRICES: Final = HousePrices(block_s=12.0)


@dataclass(frozen=True)
class SelfAssessmentScenario:
    """A simulation of self-assessment.

    Attributes:
        seed: what every random draw comes from.
        exact: run the reference simulation instead of ours, with its rules and its random stream;
            of the parameters below only the numbers of samples and evaluations count then.
        samples: how many of the training samples are used; None: all.
        test_samples: how many of the test samples are used; None: all.
        initial_share: share of the samples that the initial model learnt.
        evaluations: points at which accuracy and balances are noted.
        agents: who contributes.
        mechanism: waits and stakes.
        learning_rate: step of the model's integer weights.
        block_s: time between two blocks.
        settle_every_s: how often what is due is settled.
        prices: what gas costs, for what a house would spend on all of it.

    Raises:
        ParameterError: these cannot be simulated.
    """

    seed: int = 1
    exact: bool = False
    samples: int | None = None
    test_samples: int | None = None
    initial_share: float = 0.08
    evaluations: int = 200
    agents: tuple[Agent, ...] = SCATTERED_AGENTS
    mechanism: SelfAssessmentParameters = field(
        default_factory=lambda: SelfAssessmentParameters(
            cost_weight=UNIT_WEI // 60,
            min_stake_wei=UNIT_WEI,
            max_stake_wei=60 * UNIT_WEI,
            refund_wait_s=DAY_S,
            forfeit_wait_s=9 * DAY_S,
        )
    )
    learning_rate: int = 4
    block_s: int = 12
    settle_every_s: int = 600
    prices: HousePrices = USUAL_PRICES

    def __post_init__(self) -> None:
        for name in ("samples", "test_samples", "evaluations", "block_s", "settle_every_s"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ParameterError(f"{name} is {value}: give at least 1.")
        require_within(self, {"seed": SEEDS})
        if not 0 < self.initial_share < 1:
            raise ParameterError(
                f"The share of the initial model is {self.initial_share}: give one between 0 and 1."
            )
        names = {agent.name for agent in self.agents}
        if not names or len(names) < len(self.agents):
            raise ParameterError("There is at least one agent, and each has a name of its own.")
