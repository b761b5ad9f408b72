"""Presses the whole stack: `python -m tests.benchmarks.game_load` prints, and writes a report."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from relayer.client import RelayerClient
from sample_game.decks import load_decks
from sample_game.demo.instance import Instance
from sample_game.demo.plan import DemoPlan
from sample_game.demo.ports import free_ports
from sample_game.demo.stage import Stage
from sample_game.demo.terminal import Terminal
from sample_game.settings import GameSettings
from sample_game.simulated_players.clue_book import load_clue_book
from tests.benchmarks.game_load.cpu import cpu_seconds
from tests.benchmarks.game_load.crowd import Load, press

#: What 95 of 100 guesses may take at most, in milliseconds.
GOAL_P95_MS = 100.0


def main() -> int:
    """Measure; returns 1 when a request failed or guesses took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, default=Load.players)
    parser.add_argument("--seconds", type=float, default=Load.seconds)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, default=Path("game-load-report.json"))
    options = parser.parse_args()
    load = Load(options.players, options.seconds, seed=options.seed)
    busy_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        figures = _measure(Path(directory), load)
    figures = {"load_average_before": round(busy_before, 1), **figures}
    options.report.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(json.dumps(figures, indent=2))
    guesses = figures["kinds"]["guess"]
    return int(bool(figures["refused"]) or guesses["p95_ms"] > GOAL_P95_MS)


def _measure(folder: Path, load: Load) -> dict[str, Any]:
    plan = DemoPlan(directory=folder, ports=free_ports(), players=load.players)
    deck = load_decks(GameSettings.decks)[GameSettings.first_deck]
    book = load_clue_book(deck.words).split(Random(load.seed)).play
    with Instance(folder) as instance, Stage(plan, instance, Terminal()) as stage:
        leaders = stage.supervisor.leaders()
        before = cpu_seconds(leaders)
        figures = press(plan.ports.game_url, deck, book, load)
        spent = {name: cpu - before[name] for name, cpu in cpu_seconds(leaders).items()}
        figures["cpu_seconds"] = {name: round(cpu, 1) for name, cpu in spent.items()}
        client = RelayerClient(plan.ports.relayer_url)
        taken = sum(1 for _ in client.contributions())
    return {**figures, "contributions_at_the_relayer": taken}


if __name__ == "__main__":
    sys.exit(main())
