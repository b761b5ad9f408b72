"""The game's own memory in an SQLite file of its own, one room per subject.

::

    store = GameStore(Path("hunch.db"))
    with store.transaction():
        store.rounds.finish(round_id)
        store.points.award(player, "right-guess", round_id, points, now)

A room's method joins the transaction that surrounds the call; alone, each is its own.
"""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from sqlite_utils import Database

from sample_game.store.clue_sets import ClueSet, ClueSetRoom
from sample_game.store.connection import Connections
from sample_game.store.contributions import ContributionRoom
from sample_game.store.delegations import DelegationRoom
from sample_game.store.exchanges import Exchange, ExchangeRoom
from sample_game.store.exclusions import Exclusion, ExclusionRoom
from sample_game.store.guesses import GuessRoom
from sample_game.store.keys import KeyRoom
from sample_game.store.marks import Mark, MarkRoom
from sample_game.store.migrations import migrations
from sample_game.store.paces import PaceRoom
from sample_game.store.points import PointRoom
from sample_game.store.putting_away import PuttingAwayRoom
from sample_game.store.puzzles import CluedWord, PlayedWord, Puzzle, PuzzleRoom
from sample_game.store.rankings import RankingRoom
from sample_game.store.ratings import RatingRoom, Ratings
from sample_game.store.rounds import Round, RoundKind, RoundRoom
from sample_game.store.shown import OthersClues, ShownRoom
from sample_game.store.validations import ValidationRoom

__all__ = [
    "ClueSet",
    "CluedWord",
    "Exchange",
    "Exclusion",
    "GameStore",
    "Mark",
    "OthersClues",
    "PlayedWord",
    "Puzzle",
    "Ratings",
    "Round",
    "RoundKind",
]


class GameStore:
    """All rooms over one database file; safe to share between threads.

    Args:
        path: the database file; created, and brought to this version's schema.
    """

    def __init__(self, path: Path) -> None:
        self._connections = Connections(path)
        self.clue_sets = ClueSetRoom(self._connections)
        self.contributions = ContributionRoom(self._connections)
        self.delegations = DelegationRoom(self._connections)
        self.exchanges = ExchangeRoom(self._connections)
        self.exclusions = ExclusionRoom(self._connections)
        self.guesses = GuessRoom(self._connections)
        self.keys = KeyRoom(self._connections)
        self.marks = MarkRoom(self._connections)
        self.paces = PaceRoom(self._connections)
        self.points = PointRoom(self._connections)
        self.putting_away = PuttingAwayRoom(self._connections)
        self.puzzles = PuzzleRoom(self._connections)
        self.rankings = RankingRoom(self._connections)
        self.ratings = RatingRoom(self._connections)
        self.rounds = RoundRoom(self._connections)
        self.shown = ShownRoom(self._connections)
        self.validations = ValidationRoom(self._connections)
        with self.transaction() as connection:
            migrations.apply(Database(connection))

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Run a block as one transaction that holds the write lock from its first line."""
        return self._connections.transaction()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._connections.close()
