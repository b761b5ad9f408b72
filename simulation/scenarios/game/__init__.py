"""The word game with people's associations: clues teach the model, and the house pays."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sample_game.simulated_players.clue_book import ClueBook
from simulation.datasets.words import load_associations
from simulation.report.progress import Progress, untold
from simulation.result import Result
from simulation.scenarios.game.findings import result_of
from simulation.scenarios.game.parameters import GameScenario
from simulation.scenarios.game.run import play
from simulation.scenarios.guessing import beside_guessing

__all__ = ["GameScenario", "play", "simulate_game", "simulate_gamified"]


def simulate_game(
    scenario: GameScenario | None = None,
    clues: ClueBook | Path | None = None,
    *,
    progress: Progress = untold,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """Simulate the word game.

    Args:
        scenario: what was chosen; default: 200 players under self-assessment.
        clues: what people think of, or where it lies; default: the data folder.
        progress: told how far the game is.
        clock: seconds of a clock that never goes back.

    Raises:
        DatasetError: the clues are missing, malformed or too few.
        ParameterError: this cannot be simulated.
    """
    scenario = GameScenario() if scenario is None else scenario
    started_at = clock()
    book = clues if isinstance(clues, ClueBook) else load_associations(scenario.words, clues)
    outcome = play(scenario, book, progress)
    result = result_of(scenario, outcome, seconds=clock() - started_at)
    return beside_guessing(result, outcome.truths)


def simulate_gamified(
    scenario: GameScenario | None = None,
    clues: ClueBook | Path | None = None,
    *,
    progress: Progress = untold,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """Simulate the word game with players who confirm each other; see `simulate_game`."""
    scenario = replace(scenario or GameScenario(), mechanism="gamified")
    return simulate_game(scenario, clues, progress=progress, clock=clock)
