"""Self-assessment in the game: the model judges, and the sponsor's stakes are at risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from simulation.learning.word_bayes import WordBayes, as_rows
from simulation.mechanisms.gamified import Statement
from simulation.mechanisms.self_assessment import SelfAssessment, SelfAssessmentParameters
from simulation.scenarios.game.batches import GameBatch, Verdict
from simulation.scenarios.game.parameters import GameScenario
from simulation.scenarios.game.rounds import ClueRound


class Judging:
    """The rule of deposit, refund and forfeit, at one price.

    Args:
        scenario: stake and waits.
        model: is asked.
    """

    def __init__(self, scenario: GameScenario, model: WordBayes) -> None:
        self.stake_wei = scenario.stake_wei
        self._refund_wait_s = scenario.refund_wait_s
        self._forfeit_wait_s = scenario.forfeit_wait_s
        self._model = model
        self._mechanism = SelfAssessment(
            SelfAssessmentParameters(
                cost_weight=0,
                min_stake_wei=scenario.stake_wei,
                max_stake_wei=scenario.stake_wei,
                refund_wait_s=scenario.refund_wait_s,
                forfeit_wait_s=scenario.forfeit_wait_s,
            ),
            now=0,
        )

    def note(self, members: Sequence[ClueRound], at: float) -> int:
        """Stakes are put down."""
        self._mechanism.take_stakes(len(members), self.stake_wei * len(members), int(at))
        return 0

    def said_of(self, members: Sequence[ClueRound], at: float) -> list[tuple[float, Statement]]:
        """Nobody is asked."""
        return []

    def due(self, batches: Sequence[GameBatch], at: float) -> Iterator[Verdict]:
        """Yield what the model agrees with, and what is forfeited."""
        ready = [batch for batch in batches if batch.added_at + self._refund_wait_s <= at]
        places = [(batch, place) for batch in ready for place in sorted(batch.open)]
        if not places:
            return
        asked = [batch.members[place] for batch, place in places]
        said = self._model.predict(as_rows([each.words for each in asked]))
        agrees = (said == np.array([each.label for each in asked])).tolist()
        judged = zip(places, agrees, strict=True)
        for _, group in groupby(judged, key=lambda pair: id(pair[0][0])):
            members = list(group)
            batch = members[0][0][0]
            yield self._settle(batch, [place for (_, place), _ in members], members, at)

    def next_due(self, batch: GameBatch, at: float) -> float:
        """When the model is asked for the first time, or else when stakes are lost."""
        first_at = batch.added_at + self._refund_wait_s
        return first_at if first_at > at else float(batch.added_at + self._forfeit_wait_s)

    def _settle(
        self,
        batch: GameBatch,
        places: Sequence[int],
        judged: Sequence[tuple[tuple[GameBatch, int], bool]],
        at: float,
    ) -> Verdict:
        settled = self._mechanism.settle(
            batch.authors(places),
            [agrees for _, agrees in judged],
            stake_wei=self.stake_wei,
            added_at=batch.added_at,
            now=int(at),
        )
        return Verdict(
            batch,
            agreed=[places[index] for index in settled.refunded],
            late=[places[index] for index in settled.forfeited],
            rewards_wei={places[index]: paid for index, paid in settled.rewards_wei.items()},
        )
