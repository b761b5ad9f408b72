"""The exam: how often a machine finds a word from clues that nobody was dealt.

A machine sits it when it has learnt a twentieth more than the last time, so that the marks of a
long life are few.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import combinations, cycle
from statistics import fmean
from typing import Any, Final

from relayer.clock import Clock
from relayer.models.features import encode_words
from relayer.models.naive_bayes import NaiveBayes
from relayer.models.samples import decode
from relayer.models.snapshot import model_from_snapshot
from sample_game.decks import Deck
from sample_game.errors import HouseError
from sample_game.house import House
from sample_game.store import GameStore, Mark

#: Clues of one question: as many as a player gives at least.
CLUES_OF_A_QUESTION: Final = 3
#: How much more a machine must have learnt: so many contributions, and such a part of them.
_LEAST_MORE, _PART_MORE = 5, 20
#: How long a machine is not looked at again, in seconds.
_LOOK_EVERY_S: Final = 10.0
#: In which time all machines are looked at in the background, in seconds.
_ALL_WITHIN_S: Final = 60.0
_TOP: Final = 5


class Exam:
    """The questions of a deck: for each word every three of its exam clues."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck

    @cached_property
    def questions(self) -> list[tuple[int, tuple[int, ...]]]:
        """The label to be found, and the features of the clues."""
        return [
            (label, decode(encode_words(clues)))
            for label, word in enumerate(self._deck.words)
            for clues in combinations(self._deck.exam[word], CLUES_OF_A_QUESTION)
        ]

    def mark(self, model: NaiveBayes, now: int) -> Mark:
        """Ask a model all questions."""
        places = [model.ranking(features).index(label) for label, features in self.questions]
        return Mark(
            contributions=sum(model.docs),
            top1=fmean(place == 0 for place in places),
            top5=fmean(place < _TOP for place in places),
            marked_at=now,
        )


class Examiner:
    """Lets the machine of a deck sit its exam as it learns.

    Args:
        deck: what the machine was trained for.
        house: hands out the machine.
        store: keeps the marks.
        clock: tells when to look again.
    """

    def __init__(self, deck: Deck, house: House, store: GameStore, clock: Clock) -> None:
        self._name = deck.name
        self._exam = Exam(deck)
        self._house = house
        self._store = store
        self._clock = clock
        self._look_again_at = float("-inf")
        self._lock = threading.Lock()

    def marks(self) -> list[Mark]:
        """Return all marks, the earliest first; see `latest`."""
        with suppress(HouseError):
            self.look()
        return self._store.marks.of_deck(self._name)

    def latest(self) -> Mark | None:
        """Return the latest mark, or None; a machine that cannot be had now keeps its old one."""
        with suppress(HouseError):
            self.look()
        return self._store.marks.latest(self._name)

    def look(self) -> None:
        """Let the machine sit the exam if it has learnt enough; looks only now and then.

        Raises:
            HouseError: the machine cannot be had now.
        """
        elapsed_s = self._clock.monotonic()
        with self._lock:
            if elapsed_s < self._look_again_at:
                return
            self._look_again_at = elapsed_s + _LOOK_EVERY_S
        self._examine(json.loads(self._house.model().body), int(self._clock.now()))

    def _examine(self, snapshot: Mapping[str, Any], now: int) -> None:
        last = self._store.marks.latest(self._name)
        known = last.contributions if last else 0
        if sum(snapshot.get("docs", ())) < known + max(_LEAST_MORE, known // _PART_MORE):
            return
        model = model_from_snapshot(snapshot)
        if isinstance(model, NaiveBayes):
            self._store.marks.add(self._name, self._exam.mark(model, now))


class Examiners:
    """Looks at the machines of all decks in turn, so that they sit exams while nobody plays.

    Args:
        examiners: one for each deck.
        clock: tells when it is the next one's turn.
    """

    def __init__(self, examiners: Sequence[Examiner], clock: Clock) -> None:
        self._in_turn = cycle(examiners)
        self._pause_s = _ALL_WITHIN_S / len(examiners)
        self._clock = clock
        self._next_at = float("-inf")

    def turn(self) -> None:
        """Look at the next machine if it is time; one that cannot be had now waits for its turn."""
        elapsed_s = self._clock.monotonic()
        if elapsed_s >= self._next_at:
            self._next_at = elapsed_s + self._pause_s
            next(self._in_turn).latest()
