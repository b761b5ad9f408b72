"""A crowd of players, each in a thread, who come in one after the other."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import Any

from sample_game.decks import Deck
from sample_game.simulated_players.clue_book import ClueBook
from tests.benchmarks.game_load.measure import Measure
from tests.benchmarks.game_load.players import LoadPlayer, Plan

#: Within so many seconds all have come.
COME_WITHIN_S = 6.0


@dataclass(frozen=True)
class Load:
    """How many play, how long, and how long they think between two requests (seconds)."""

    players: int = 200
    seconds: float = 120.0
    think_s: tuple[float, float] = (2.0, 6.0)
    come_within_s: float = COME_WITHIN_S
    rounds: int | None = None
    seed: int = 1


def meanings_of(deck: Deck, book: ClueBook) -> dict[str, list[str]]:
    """Which words a clue may mean, by the house's own clues and those of the book."""
    meanings: defaultdict[str, list[str]] = defaultdict(list)
    for word in deck.words:
        for clue in {*deck.seed_clues[word], *book.mentions.get(word, {})}:
            meanings[clue].append(word)
    return dict(meanings)


def press(url: str, deck: Deck, book: ClueBook, load: Load) -> dict[str, Any]:
    """Let the crowd play at a game and return what it measured."""
    measure = Measure()
    began_at = time.monotonic()
    plan = Plan(
        url,
        book,
        meanings_of(deck, book),
        measure,
        ends_at=began_at + load.seconds,
        think_s=load.think_s,
        rounds=load.rounds,
    )
    players = [LoadPlayer(plan, Random(f"{load.seed}/{n}")) for n in range(load.players)]
    threads = [threading.Thread(target=player.play, daemon=True) for player in players]
    for thread in threads:
        thread.start()
        time.sleep(load.come_within_s / load.players)
    for thread in threads:
        thread.join()
    return {
        "players": load.players,
        "contributions": sum(player.accepted for player in players),
        **measure.figures(time.monotonic() - began_at),
    }
