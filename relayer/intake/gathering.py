"""Lets requests that arrive together share one database transaction.

A transaction costs half a millisecond of work however little is in it, and only one can run at a
time. So one of those who came serves all who are there. Left alone they would hardly ever meet:
Python lets one thread work at a time, and each would be through before the next one comes. So
under load whoever serves first gives way for a moment, until nobody comes any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Generic, TypeVar

Given = TypeVar("Given")
Answer = TypeVar("Answer")

#: Others are waited for this long at most, and only when the last one came no longer ago.
PATIENCE_S: Final = 0.005
#: When nobody came for this long, nobody is on the way.
LULL_S: Final = 0.0005


class _Ticket(Generic[Given, Answer]):
    """What one thread brought, and what it gets."""

    __slots__ = ("answers", "error", "given", "serves", "turn")

    def __init__(self, given: Sequence[Given]) -> None:
        self.given = given
        self.answers: Sequence[Answer] | None = None
        self.error: Exception | None = None
        #: Whether its thread serves all who wait.
        self.serves = False
        #: Held until the ticket is answered, or its thread is to serve.
        self.turn = threading.Lock()
        self.turn.acquire()

    def fail(self, error: BaseException) -> None:
        """Answer with an error; what ends one thread is no answer for another."""
        self.answers, self.error = None, error if isinstance(error, Exception) else None


class Gathering(Generic[Given, Answer]):
    """Serves the submissions of many threads, several at once.

    Args:
        serve: answers a list of things that were given, one answer for each, in order; either all
            of it takes effect or, when it raises, nothing.
        together: surrounds the serving of all who wait; who comes while it is being entered is
            served too. No answer is given before it has been left.
        finish: makes answers final, while the next ones are already being served.
        pause: lets other threads work for some seconds.
    """

    def __init__(
        self,
        serve: Callable[[Sequence[Given]], Sequence[Answer]],
        together: Callable[[], AbstractContextManager[object]] = nullcontext,
        finish: Callable[[Sequence[Answer]], None] = lambda answers: None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._serve = serve
        self._together = together
        self._finish = finish
        self._pause = pause
        self._waiting: list[_Ticket[Given, Answer]] = []
        self._is_serving = False
        self._is_busy = False
        self._came_at = float("-inf")
        self._lock = threading.Lock()

    def submit(self, given: Sequence[Given]) -> Sequence[Answer]:
        """Return the answers to what is given; blocks until they are final.

        Raises:
            Exception: whatever ``serve`` or ``finish`` raised for this submission.
        """
        ticket: _Ticket[Given, Answer] = _Ticket(given)
        now = time.monotonic()
        with self._lock:
            self._waiting.append(ticket)
            self._is_busy, self._came_at = now - self._came_at < PATIENCE_S, now
            ticket.serves, self._is_serving = not self._is_serving, True
        try:
            if not ticket.serves:
                ticket.turn.acquire()
            if ticket.serves:
                self._serve_waiting()
        except BaseException:
            self._leave(ticket)
            raise
        if ticket.answers is None:
            raise ticket.error or RuntimeError("a submission was left without an answer")
        return ticket.answers

    def _serve_waiting(self) -> None:
        """Serve all who wait; whatever ends this thread ends nobody else's waiting."""
        tickets: list[_Ticket[Given, Answer]] = []
        try:
            self._wait_for_others()
            self._serve_together(tickets)
        finally:
            self._hand_over()
            try:
                self._make_final(tickets)
            finally:
                for ticket in tickets:
                    if not ticket.serves:
                        ticket.turn.release()

    def _leave(self, ticket: _Ticket[Given, Answer]) -> None:
        """Let the others go on when a thread is ended before its ticket was taken."""
        with self._lock:
            if ticket not in self._waiting:
                return
            self._waiting.remove(ticket)
        if ticket.serves:
            self._hand_over()

    def _wait_for_others(self) -> None:
        give_up_at, arrived = time.monotonic() + PATIENCE_S, 0
        while self._is_busy and arrived < len(self._waiting) and time.monotonic() < give_up_at:
            arrived = len(self._waiting)
            self._pause(LULL_S)

    def _serve_together(self, tickets: list[_Ticket[Given, Answer]]) -> None:
        """Serve all who wait and list them; each is answered then, or has its error."""
        try:
            with self._together():
                tickets += self._take_waiting()
                answers = iter(self._serve([thing for t in tickets for thing in t.given]))
                shares = [[next(answers) for _ in ticket.given] for ticket in tickets]
        except Exception as error:
            if len(tickets) > 1:
                # Any of them may be the cause: the others shall not suffer.
                for ticket in tickets:
                    self._serve_alone(ticket)
                return
            tickets += [] if tickets else self._take_waiting()
            for ticket in tickets:
                ticket.fail(error)
            return
        for ticket, share in zip(tickets, shares, strict=True):
            ticket.answers = share

    def _serve_alone(self, ticket: _Ticket[Given, Answer]) -> None:
        try:
            ticket.answers = self._serve(ticket.given)
        except Exception as error:
            ticket.fail(error)

    def _hand_over(self) -> None:
        """Let the first of those who came meanwhile serve the next."""
        with self._lock:
            successor = self._waiting[0] if self._waiting else None
            self._is_serving = successor is not None
            if successor is None or successor.serves:
                return
            successor.serves = True
        successor.turn.release()

    def _make_final(self, served: Sequence[_Ticket[Given, Answer]]) -> None:
        try:
            self._finish([answer for ticket in served for answer in ticket.answers or ()])
        except BaseException as error:
            for ticket in served:
                ticket.fail(error)
            if not isinstance(error, Exception):
                raise

    def _take_waiting(self) -> list[_Ticket[Given, Answer]]:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting
