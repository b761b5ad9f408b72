"""How a trainer's model judged what it was taught, batch by batch, and what a stake cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.exploring import BatchFilter

#: The latest batches that are looked at.
_BATCHES: Final = 200
#: Players whose points were read latest, and how many of them are shown.
_HOLDERS: Final = 1_000
_SHOWN_HOLDERS: Final = 20
#: Size of the drawing, in its own units.
WIDTH: Final = 600
HEIGHT: Final = 120


@dataclass(frozen=True, slots=True)
class Lesson:
    """What became of one batch's contributions."""

    batch: int
    added_at: int
    stake_wei: int | None
    refunded: int  #: the model agreed
    forfeited: int  #: it still disagreed at the end

    @property
    def agreed_percent(self) -> int:
        """Share of those settled with which the model agreed, rounded down."""
        return 100 * self.refunded // (self.refunded + self.forfeited)


@dataclass(frozen=True, slots=True)
class Learning:
    """The latest settled batches of a trainer, oldest first."""

    lessons: Sequence[Lesson]
    refunded: int
    forfeited: int

    @property
    def line(self) -> str:
        """The shares as points of a line in a drawing of `WIDTH` by `HEIGHT`."""
        heights = [HEIGHT - each.agreed_percent * HEIGHT // 100 for each in self.lessons]
        if len(heights) == 1:
            heights *= 2  # of one point there is no line
        last = len(heights) - 1
        return " ".join(f"{place * WIDTH // last},{y}" for place, y in enumerate(heights))


def learning_of(store: Store, trainer: str) -> Learning:
    """Return how the model judged; what was settled by calls of others is not told by batch."""
    batches = store.exploring.batches(BatchFilter(trainer=trainer), None, _BATCHES).rows
    outcomes = store.reward_stage.outcomes([batch.id for batch in batches])
    lessons = [
        Lesson(batch.id, batch.added_at, _stake_wei(batch), *outcomes[batch.id])
        for batch in reversed(batches)
        if batch.added_at is not None and any(outcomes.get(batch.id, ()))
    ]
    return Learning(
        lessons, sum(each.refunded for each in lessons), sum(each.forfeited for each in lessons)
    )


def top_points(store: Store, trainer: str) -> list[tuple[str, int]]:
    """Return who has most points with a trainer, among those whose points were read latest."""
    holders = store.player_lists.with_points(_HOLDERS)
    points = [(player, own[trainer]) for player, own in holders.items() if own.get(trainer)]
    return sorted(points, key=lambda each: (-each[1], each[0]))[:_SHOWN_HOLDERS]


def _stake_wei(batch: Batch) -> int | None:
    stake = None if batch.header is None else json.loads(batch.header).get("stakeWei")
    return None if stake is None else int(stake)
