"""The reference simulation, decision by decision and draw by draw, for its own seeds.

Each agent has its turns: it contributes or not, then it goes through all open contributions, the
oldest first, and tries to get something of each. The order of the random draws is the reference's,
one that only thinned its plot out included.
"""

from heapq import heappop, heappush
from random import Random
from typing import Final

import numpy as np

from simulation.agents.agent import Agent
from simulation.datasets.imdb import Reviews
from simulation.learning.evaluation import Evaluation
from simulation.learning.float_perceptron import FloatPerceptron
from simulation.mechanisms.reference_self_assessment import (
    CLAIM_TIME_S,
    REFUND_TIME_S,
    ReferenceBooks,
)
from simulation.report.progress import Progress
from simulation.scenarios.self_assessment.opinions import Opinions
from simulation.scenarios.self_assessment.outcome import Outcome, Recorder
from simulation.scenarios.self_assessment.parameters import (
    PUBLISHED_AGENTS,
    SelfAssessmentScenario,
)

FIRST_MEASURED_AT: Final = 10_000
MEASURED_EVERY_S: Final = 200_000


class ReferenceRun:
    """One run of the reference simulation.

    Args:
        scenario: its seed, and how often to note a point.
        reviews: what is learnt, of which the first share makes the initial model.
        progress: told how far the run is.
    """

    def __init__(
        self, scenario: SelfAssessmentScenario, reviews: Reviews, progress: Progress
    ) -> None:
        start = int(len(reviews.train) * scenario.initial_share)
        self._samples = reviews.train.between(start, len(reviews.train))
        self._labels = self._samples.labels.tolist()
        self._learner = FloatPerceptron(self._samples.feature_count)
        self._learner.fit(reviews.train.between(0, start))
        self._opinions = Opinions(self._learner, self._samples)
        self._evaluation = Evaluation(reviews.test)
        self._random = Random(scenario.seed)  # noqa: S311 - a simulation that repeats
        self._agents = list(PUBLISHED_AGENTS)
        self._random.shuffle(self._agents)
        self._books = ReferenceBooks({each.name: each.start_units for each in self._agents})
        self._claimed = np.zeros((len(self._agents), len(self._samples)), dtype=np.bool_)
        self._recorder = Recorder(
            self._evaluation,
            self._learner,
            None,
            additions=len(self._samples),
            evaluations=scenario.evaluations,
            progress=progress,
        )

    def run(self) -> Outcome:
        """Let the agents act until everything is added and claimed."""
        measured = [self._evaluation.accuracy(self._learner)]
        measure_after, now = FIRST_MEASURED_AT, 0
        self._note(now)
        queue: list[tuple[int, str, int]] = []
        for place, agent in enumerate(self._agents):
            heappush(queue, (agent.draw_wait_s(self._random), agent.name, place))
        while queue and (self._left or self._opinions.open_count):
            now, _, place = heappop(queue)
            if now > measure_after:
                measure_after += MEASURED_EVERY_S
                measured.append(self._evaluation.accuracy(self._learner))
            agent = self._agents[place]
            self._contribute(agent, place, now, measured[-1])
            if self._books.balances[agent.name] > 0:
                heappush(queue, (now + agent.draw_wait_s(self._random), agent.name, place))
            self._claim(agent, place, now)
        measured.append(self._evaluation.accuracy(self._learner))
        self._note(now)
        counts = {" ".join(key): count for key, count in sorted(self._books.counts.items())}
        return Outcome(self._recorder.points(), tuple(measured), counts, self._learner)

    @property
    def _left(self) -> int:
        """Samples that nobody contributed yet."""
        return len(self._samples) - self._opinions.added

    def _contribute(self, agent: Agent, place: int, now: int, accuracy: float) -> None:
        balance = self._books.balances[agent.name]
        if balance <= 0 or not self._left:
            return
        number = self._opinions.added
        label = agent.behaviour.label(self._labels[number], self._random)
        if not agent.behaviour.contributes(accuracy, self._random):
            return
        offer = min(agent.draw_offer_units(self._random), balance)
        cost = self._books.cost(now)
        if cost is None or cost > offer:
            return
        self._opinions.add(place, label, now)
        self._books.add(agent.name, label, now, cost)
        self._random.random()  # whether the reference drew this point of its plot
        if self._recorder.is_due(self._opinions.added):
            self._note(now)

    def _claim(self, agent: Agent, place: int, now: int) -> None:
        """Try everything that may bring something; what would be refused changes nothing."""
        opinions = self._opinions
        window = opinions.window(now - (REFUND_TIME_S if self._left else CLAIM_TIME_S))
        agrees = opinions.agrees(window)
        own = opinions.author[window] == place
        old = opinions.added_at[window] <= now - CLAIM_TIME_S
        worth = old | np.where(own, agrees, ~agrees & ~self._claimed[place, window])
        for offset in np.flatnonzero(worth & opinions.is_open[window]).tolist():
            number = window.start + offset
            done = self._books.claim(number, agent.name, now, agrees=bool(agrees[offset]))
            self._claimed[place, number] = agent.name in self._books.deposits[number].claimed_by
            if done:
                opinions.close(number)
        opinions.forget_closed()

    def _note(self, now: int) -> None:
        shares = {
            each.name: self._books.balances[each.name] / each.start_units for each in self._agents
        }
        self._recorder.note(now, shares)
