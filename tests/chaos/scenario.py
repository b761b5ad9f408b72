"""A run: rounds of faults under load, then peace, then the count."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos import faults
from tests.chaos.faults import Fault
from tests.chaos.judge import Judge
from tests.chaos.players import Crowd, Rules
from tests.chaos.stage import Stage, set_up
from tests.chaos.verdict import Verdict


@dataclass(frozen=True)
class Scenario:
    """What is played.

    Attributes:
        deck: the faults, in order.
        seed: of everything that is left to chance but the scheduling of processes.
        per_second: requests of players a second.
        longest_breath_s: between two rounds; in it the relayer gets back to work, or not.
    """

    deck: Sequence[Fault]
    seed: int
    per_second: float = 8.0
    longest_breath_s: float = 3.0


def make_deck(rounds: int, seed: int) -> list[Fault]:
    """So many faults, each as often as `faults.ALL` says, shuffled."""
    dice = random.Random(seed)
    deck: list[Fault] = []
    while len(deck) < rounds:
        pack = [fault for fault, share in faults.ALL.items() for _ in range(share)]
        dice.shuffle(pack)
        deck += pack
    return deck[:rounds]


def play(
    scenario: Scenario, folder: Path, tell: Callable[[str], None] = lambda line: None
) -> Verdict:
    """Play a scenario and judge what came of it."""
    started_at = time.monotonic()
    stage = set_up(folder, scenario.seed, tell)
    try:
        crowd = Crowd(_rules(stage, scenario))
        stage.wait_until_ready()
        crowd.start()
        _play_deck(stage, scenario, tell)
        tell("peace")
        stage.wait_until_ready()
        crowd.stop()
        judge = Judge(stage, crowd.submissions(), tell)
        return judge.judge(len(scenario.deck), scenario.seed, time.monotonic() - started_at)
    finally:
        stage.close()


def _play_deck(stage: Stage, scenario: Scenario, tell: Callable[[str], None]) -> None:
    dice = random.Random(scenario.seed)
    for number, fault in enumerate(scenario.deck, start=1):
        tell(f"round {number} of {len(scenario.deck)}: {fault.__name__}")
        fault(stage, dice)
        stage.staff.ensure_all()
        time.sleep(dice.uniform(0, scenario.longest_breath_s))


def _rules(stage: Stage, scenario: Scenario) -> Rules:
    return Rules(
        url=stage.url,
        domain=stage.chain.domain,
        trainer=stage.chain.deployment.trainers[0].address,
        gamified=stage.chain.deployment.trainers[1].address,
        deadline_at=stage.chain.now() + 6 * 3_600,
        seed=scenario.seed,
        per_second=scenario.per_second,
    )
