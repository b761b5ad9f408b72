"""What the routes work with: a table for each deck, over one store and one house."""

from collections.abc import Mapping
from typing import Final, cast

from flask import current_app

from sample_game.clue_rounds import ClueRounds
from sample_game.confirmations import Confirmations
from sample_game.delegations import Delegations
from sample_game.errors import RoundNotFound, UnknownDeck
from sample_game.exam import Examiner
from sample_game.fair_play.bans import Bans
from sample_game.guess_rounds import GuessRounds
from sample_game.house import House
from sample_game.news import NewsDesk
from sample_game.others import Others
from sample_game.puzzles.daily import Daily
from sample_game.puzzles.duels import Duels
from sample_game.puzzles.playing import PuzzlePlay
from sample_game.rankings import Rankings
from sample_game.rewards import Rewards
from sample_game.rounds import Rounds
from sample_game.store import Round

EXTENSION: Final = "hunch"


class Play:
    """The table at which one deck is played, with its machine."""

    def __init__(self, rounds: Rounds, house: House):
        self.rounds = rounds
        self.house = house
        self.bans = Bans(house, rounds.store, rounds.clock)
        self.guesses = GuessRounds(rounds)
        self.clues = ClueRounds(rounds, house, self.bans)
        self.confirmations = Confirmations(rounds, house)
        self.others = Others(rounds)
        self.examiner = Examiner(rounds.deck, house, rounds.store, rounds.clock)
        self.puzzles = PuzzlePlay(rounds)
        self.daily = Daily(rounds)
        self.duels = Duels(rounds, self.puzzles)


class Plays:
    """All tables of an app, by the names of their decks.

    Args:
        tables: one for each deck.
        first: the deck that is played by those who have chosen none.
        news: keeps how the contributions of all decks stand.
        origin: the game's public address, without a path; empty: not told.
    """

    def __init__(
        self, tables: Mapping[str, Play], first: str, news: NewsDesk, origin: str = ""
    ) -> None:
        self.tables = tables
        self.first = first
        self.news = news
        self.origin = origin
        rounds, house = tables[first].rounds, tables[first].house
        self.delegations = Delegations(rounds.store, house, rounds.clock)
        self.rewards = Rewards(house)
        self.rankings = Rankings(rounds.store, rounds.clock)

    def of_deck(self, name: str | None) -> Play:
        """Return the table of a deck; None: of the first one.

        Raises:
            UnknownDeck: there is none of this name.
        """
        table = self.tables.get(self.first if name is None else name)
        if table is None:
            raise UnknownDeck("The game has no such deck (any more). Choose another one.")
        return table

    def of_round(self, token: str) -> Play:
        """Return the table at which a round was dealt.

        Raises:
            RoundNotFound: the token was made up, or round or deck are gone.
        """
        table = self.tables.get(self.round_of(token).deck)
        if table is None:
            raise RoundNotFound("The deck of this round is gone. Start a new one.")
        return table

    def round_of(self, token: str) -> Round:
        """Return the round of a token, of whichever deck.

        Raises:
            RoundNotFound: the token was made up, or the round is gone.
        """
        rounds = self.of_deck(None).rounds
        round_id, _ = rounds.tokens.read(token)
        return rounds.get(round_id)


def plays() -> Plays:
    """Return all that this app works with."""
    return cast(Plays, current_app.extensions[EXTENSION])


def play(deck: str | None = None) -> Play:
    """Return the table of a deck; None: of the first one.

    Raises:
        UnknownDeck: there is none of this name.
    """
    return plays().of_deck(deck)


def play_of(token: str) -> Play:
    """Return the table at which a round was dealt.

    Raises:
        RoundNotFound: see `Plays.of_round`.
    """
    return plays().of_round(token)
