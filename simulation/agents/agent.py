"""An agent: its behaviour, its purse, and its pace."""

from dataclasses import dataclass
from random import Random

from simulation.agents.behaviour import Behaviour
from simulation.errors import ParameterError


@dataclass(frozen=True)
class Agent:
    """Who acts in a simulation. Waits and offers are drawn from normal distributions.

    Attributes:
        name: what results call it.
        behaviour: what it says and when it bothers.
        start_units: what it has at the start.
        offer_mean_units: stake that it is ready to put down for one contribution, on average.
        offer_deviation_units: standard deviation of that.
        wait_mean_s: time between two of its turns, on average.
        wait_deviation_s: standard deviation of that.

    Raises:
        ParameterError: it could never offer anything, or never wait.
    """

    name: str
    behaviour: Behaviour
    start_units: int = 10_000
    offer_mean_units: float = 50
    offer_deviation_units: float = 10
    wait_mean_s: float = 600
    wait_deviation_s: float = 1

    def __post_init__(self) -> None:
        if self.offer_mean_units < 1 or self.wait_mean_s < 1:
            raise ParameterError(f"{self.name} offers at least one unit and waits a second.")
        if self.offer_deviation_units < 0 or self.wait_deviation_s < 0:
            raise ParameterError(f"A standard deviation of {self.name} is below zero.")
        if self.start_units < self.offer_mean_units:
            raise ParameterError(f"{self.name} has less than it offers: give it more.")

    def draw_offer_units(self, random: Random) -> int:
        """The most that it pays this time, in whole units, at least one."""
        return _draw(self.offer_mean_units, self.offer_deviation_units, random)

    def draw_wait_s(self, random: Random) -> int:
        """Seconds until its next turn, at least one."""
        return _draw(self.wait_mean_s, self.wait_deviation_s, random)


def _draw(mean: float, deviation: float, random: Random) -> int:
    """A whole number that is at least one."""
    while True:
        drawn = int(random.normalvariate(mean, deviation))
        if drawn >= 1:
            return drawn
