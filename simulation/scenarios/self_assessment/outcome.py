"""What a run of self-assessment leaves: where it went, and everything that was done on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from simulation.learning.evaluation import Evaluation, Snapshot, snapshot
from simulation.learning.move import Learner
from simulation.report.progress import Progress
from simulation.scenarios.self_assessment.parameters import DAY_S

Kind = Literal["contributed", "refunded", "forfeited", "claimed"]


class Deed(NamedTuple):
    """Something that was done on the chain.

    Attributes:
        kind: what it was.
        at: seconds since the start.
        agent: who contributed or claimed, or whose contribution was settled.
        number: which contribution, counted from 0; -1 for claims.
        label: the label that the contribution has; -1 for claims.
        amount_wei: stake that was put down, went back or was lost, or what was claimed.
    """

    kind: Kind
    at: int
    agent: str
    number: int
    label: int
    amount_wei: int


@dataclass(frozen=True)
class Point:
    """A moment at which everything is noted.

    Attributes:
        day: days since the start.
        shares: what each agent has, by what it started with.
        accuracy: right answers over the test set, as a share.
        averaged_accuracy: the same for the mean of all past weights; None: nobody kept it.
    """

    day: float
    shares: Mapping[str, float]
    accuracy: float
    averaged_accuracy: float | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run went.

    Attributes:
        points: the moments that were noted, the start and the end among them.
        measured: accuracies that the agents knew of, in order.
        counts: how often what happened, by kind and agent.
        model: the model at the end.
        deeds: what was done on the chain, in order; none in the exact mode.
        end_wei: what each agent has at the end; none in the exact mode.
        left_wei: what rounding left in the contract.
        sample_bytes: length of each sample as the contract takes it; none in the exact mode.
        moves: contributions that changed the model; 0 in the exact mode.
    """

    points: tuple[Point, ...]
    measured: tuple[float, ...]
    counts: Mapping[str, int]
    model: Learner
    deeds: tuple[Deed, ...] = ()
    end_wei: Mapping[str, int] = field(default_factory=dict)
    left_wei: int = 0
    sample_bytes: Sequence[int] = ()
    moves: int = 0


class Recorder:
    """Notes points while a run goes on; models are asked all together at its end.

    Args:
        evaluation: the test set.
        learner: the model.
        averaged: the mean of its past weights, if somebody keeps it.
        additions: contributions that will be added.
        evaluations: points to note on the way, the end included.
        progress: told how far the run is.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        learner: Learner,
        averaged: Learner | None,
        *,
        additions: int,
        evaluations: int,
        progress: Progress,
    ) -> None:
        self._evaluation = evaluation
        self._learner = learner
        self._averaged = averaged
        self._additions = additions
        self._evaluations = evaluations
        self._progress = progress
        self._moments: list[tuple[float, Mapping[str, float]]] = []
        self._snapshots: list[Snapshot] = []
        self._averages: list[Snapshot] = []

    def is_due(self, added: int) -> bool:
        """Whether a point is to be noted when so many contributions were added."""
        return added * self._evaluations >= len(self._moments) * self._additions

    def note(self, now: int, shares: Mapping[str, float]) -> None:
        """Note a point.

        Args:
            now: seconds since the start.
            shares: what each agent has, by what it started with.
        """
        self._moments.append((now / DAY_S, shares))
        self._snapshots.append(snapshot(self._learner))
        if self._averaged is not None:
            self._averages.append(snapshot(self._averaged))
        self._progress(min(1.0, (len(self._moments) - 1) / self._evaluations))

    def points(self) -> tuple[Point, ...]:
        """All points, with the accuracies that the models had."""
        accuracies = self._evaluation.accuracies(self._snapshots)
        averaged: Sequence[float | None] = [None] * len(accuracies)
        if self._averages:
            averaged = self._evaluation.accuracies(self._averages)
        return tuple(
            Point(*moment, accuracy, average)
            for moment, accuracy, average in zip(self._moments, accuracies, averaged, strict=True)
        )
