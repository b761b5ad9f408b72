"""Self-assessment by our rules: the contract's twin, integer money, blocks, and a settler.

Agents act at their own pace, and what they send is in the next block. Every so often somebody, a
relayer for instance, settles what is due: from the refund wait on whatever the model agrees with,
from the forfeit wait on everything else. Agents claim what they are owed when their turn comes.
Money is whole wei. Nothing costs gas here: `relayed` tells what a house would spend on it.
"""

from heapq import heapify, heappop, heapreplace
from random import Random
from typing import Final

import numpy as np

from simulation.agents.agent import Agent
from simulation.datasets.imdb import Reviews
from simulation.learning.averaged_perceptron import AveragedPerceptron
from simulation.learning.evaluation import Evaluation
from simulation.learning.float_perceptron import FloatPerceptron
from simulation.learning.integer_perceptron import IntegerPerceptron
from simulation.learning.move import STAYED
from simulation.mechanisms.self_assessment import SelfAssessment
from simulation.report.progress import Progress
from simulation.scenarios.self_assessment.opinions import Opinions
from simulation.scenarios.self_assessment.outcome import Deed, Kind, Outcome, Recorder
from simulation.scenarios.self_assessment.parameters import UNIT_WEI, SelfAssessmentScenario

#: When agents hear anew how good the model is; as in the reference.
FIRST_MEASURED_AT: Final = 10_000
MEASURED_EVERY_S: Final = 200_000
_BYTES_PER_FEATURE: Final = 2
#: A run ends when nothing is open and nobody has contributed for so long.
STANDSTILL_S: Final = 30 * 86_400


class OwnRun:
    """One run by our rules.

    Args:
        scenario: what was chosen.
        reviews: what is learnt, of which the first share makes the initial model.
        progress: told how far the run is.
    """

    def __init__(
        self, scenario: SelfAssessmentScenario, reviews: Reviews, progress: Progress
    ) -> None:
        self._scenario = scenario
        start = int(len(reviews.train) * scenario.initial_share)
        self._samples = reviews.train.between(start, len(reviews.train))
        self._labels = self._samples.labels.tolist()
        self._learner = initial_model(reviews, scenario)
        self._averaged = AveragedPerceptron(self._learner)
        self._opinions = Opinions(self._learner, self._samples)
        self._evaluation = Evaluation(reviews.test)
        self._random = Random(scenario.seed)  # noqa: S311 - a simulation that repeats
        self._mechanism = SelfAssessment(scenario.mechanism, now=0)
        self._wallets = {each.name: each.start_units * UNIT_WEI for each in scenario.agents}
        self._stakes_wei: list[int] = []
        self._latest_at = 0
        self._deeds: list[Deed] = []
        self._moves = 0
        self._recorder = Recorder(
            self._evaluation,
            self._learner,
            self._averaged,
            additions=len(self._samples),
            evaluations=scenario.evaluations,
            progress=progress,
        )

    def run(self) -> Outcome:
        """Let agents and settler act until everything is added and settled, or nobody can."""
        measured = [self._evaluation.accuracy(self._learner)]
        measure_after, now = FIRST_MEASURED_AT, 0
        self._note(now)
        settler = len(self._scenario.agents)
        queue = [(self._next_turn(0, place), place) for place in range(settler)]
        queue.append((self._scenario.settle_every_s, settler))
        heapify(queue)
        while (self._left and not self._stands_still(now)) or self._opinions.open_count:
            now, place = queue[0]
            if now > measure_after:
                measure_after += MEASURED_EVERY_S
                measured.append(self._evaluation.accuracy(self._learner))
            if place == settler:
                self._settle(self._block_of(now))
                heapreplace(queue, (now + self._scenario.settle_every_s, settler))
            elif not self._left:
                heappop(queue)
            else:
                self._take_turn(place, self._block_of(now), measured[-1])
                heapreplace(queue, (self._next_turn(now, place), place))
        now = self._block_of(now)
        for agent in self._scenario.agents:
            self._claim(agent.name, now)
        measured.append(self._evaluation.accuracy(self._learner))
        self._note(now)
        return self._outcome(measured)

    @property
    def _left(self) -> int:
        """Samples that nobody contributed yet."""
        return len(self._samples) - self._opinions.added

    def _stands_still(self, now: int) -> bool:
        """Whether nobody contributed for so long that nobody will: purses or offers are too small.

        When everything is settled, nobody's purse changes any more.
        """
        return not self._opinions.open_count and now > self._latest_at + STANDSTILL_S

    def _next_turn(self, now: int, place: int) -> int:
        return now + self._scenario.agents[place].draw_wait_s(self._random)

    def _block_of(self, at: int) -> int:
        """Time of the first block that is not before some time."""
        return -(-at // self._scenario.block_s) * self._scenario.block_s

    def _take_turn(self, place: int, now: int, accuracy: float) -> None:
        """Claim, then contribute the next sample or not."""
        agent = self._scenario.agents[place]
        self._claim(agent.name, now)
        number = self._opinions.added
        label = agent.behaviour.label(self._labels[number], self._random)
        if not agent.behaviour.contributes(accuracy, self._random):
            return
        stake_wei = self._mechanism.stake_wei(now)
        offer_wei = agent.draw_offer_units(self._random) * UNIT_WEI
        if stake_wei > min(offer_wei, self._wallets[agent.name]):
            return
        self._wallets[agent.name] -= stake_wei
        self._mechanism.take_stakes(1, stake_wei, now)
        move = self._opinions.add(place, label, now)
        self._moves += move is not STAYED
        self._averaged.note(self._samples.feature_ids[number], move)
        self._stakes_wei.append(stake_wei)
        self._latest_at = now
        self._deeds.append(Deed("contributed", now, agent.name, number, label, stake_wei))
        if self._recorder.is_due(self._opinions.added):
            self._note(now)

    def _settle(self, now: int) -> None:
        """Settle everything that is due, the oldest first."""
        rules, opinions = self._scenario.mechanism, self._opinions
        window = opinions.window(now - rules.refund_wait_s)
        agrees = opinions.agrees(window)
        due = agrees | (opinions.added_at[window] <= now - rules.forfeit_wait_s)
        for offset in np.flatnonzero(due & opinions.is_open[window]).tolist():
            self._settle_one(window.start + offset, bool(agrees[offset]), now)
        opinions.forget_closed()

    def _settle_one(self, number: int, agrees: bool, now: int) -> None:
        author = self._scenario.agents[self._opinions.author[number]].name
        stake_wei = self._stakes_wei[number]
        self._mechanism.settle(
            [author],
            [agrees],
            stake_wei=stake_wei,
            added_at=int(self._opinions.added_at[number]),
            now=now,
            payer=author,
        )
        self._opinions.close(number)
        label = int(self._opinions.label[number])
        kind: Kind = "refunded" if agrees else "forfeited"
        self._deeds.append(Deed(kind, now, author, number, label, stake_wei))

    def _claim(self, name: str, now: int) -> None:
        amount_wei = self._mechanism.claim(name)
        if amount_wei:
            self._wallets[name] += amount_wei
            self._deeds.append(Deed("claimed", now, name, -1, -1, amount_wei))

    def _worth_wei(self, agent: Agent) -> int:
        """What an agent has but for its open stakes."""
        owed_wei = self._mechanism.claimable_wei.get(agent.name, 0)
        return self._wallets[agent.name] + owed_wei + self._mechanism.unclaimed_wei(agent.name)

    def _note(self, now: int) -> None:
        shares = {
            each.name: self._worth_wei(each) / (each.start_units * UNIT_WEI)
            for each in self._scenario.agents
        }
        self._recorder.note(now, shares)

    def _outcome(self, measured: list[float]) -> Outcome:
        counts: dict[str, int] = {}
        for deed in self._deeds:
            key = f"{deed.kind} {deed.agent}"
            counts[key] = counts.get(key, 0) + 1
        return Outcome(
            self._recorder.points(),
            tuple(measured),
            dict(sorted(counts.items())),
            self._learner,
            tuple(self._deeds),
            self._wallets,
            self._mechanism.balance_wei,
            [_BYTES_PER_FEATURE * len(ids) for ids in self._samples.feature_ids],
            self._moves,
        )


def initial_model(reviews: Reviews, scenario: SelfAssessmentScenario) -> IntegerPerceptron:
    """The model before anybody contributes: the reference's, in integers of 16 bits.

    Raises:
        ParameterError: a weight has no place in 16 bits: give a smaller learning rate.
    """
    start = int(len(reviews.train) * scenario.initial_share)
    model = FloatPerceptron(reviews.train.feature_count)
    model.fit(reviews.train.between(0, start))
    return IntegerPerceptron.rounded(model, scenario.learning_rate)
