"""Lets requests that arrive together share one database transaction.

Making a transaction durable costs a write to the disk, about a millisecond, however much is in it,
and only one can be made at a time. So whoever holds the lock serves all who came meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Generic, TypeVar

Given = TypeVar("Given")
Answer = TypeVar("Answer")


class _Ticket(Generic[Given, Answer]):
    """What one thread brought, and what it gets."""

    __slots__ = ("answers", "error", "given")

    def __init__(self, given: Sequence[Given]) -> None:
        self.given = given
        self.answers: Sequence[Answer] | None = None
        self.error: Exception | None = None


class Gathering(Generic[Given, Answer]):
    """Serves the submissions of many threads, several at once.

    Args:
        serve: answers a list of things that were given, one answer for each, in order; either all
            of it takes effect or, when it raises, nothing.
        together: surrounds the serving of all who wait; who comes while it is being entered is
            served too. No answer is given before it has been left.
    """

    def __init__(
        self,
        serve: Callable[[Sequence[Given]], Sequence[Answer]],
        together: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._serve = serve
        self._together = together
        self._waiting: list[_Ticket[Given, Answer]] = []
        self._waiting_lock = threading.Lock()
        self._serving_lock = threading.Lock()

    def submit(self, given: Sequence[Given]) -> Sequence[Answer]:
        """Return the answers to what is given; blocks until they are final.

        Raises:
            Exception: whatever ``serve`` raised for this submission alone.
        """
        ticket: _Ticket[Given, Answer] = _Ticket(given)
        with self._waiting_lock:
            self._waiting.append(ticket)
        with self._serving_lock:
            if ticket.answers is None and ticket.error is None:
                self._serve_waiting()
        if ticket.answers is None:
            raise ticket.error or RuntimeError("a submission was left without an answer")
        return ticket.answers

    def _serve_waiting(self) -> None:
        tickets: list[_Ticket[Given, Answer]] = []
        try:
            with self._together():
                tickets = self._take_waiting()
                answers = iter(self._serve([thing for t in tickets for thing in t.given]))
                shares = [[next(answers) for _ in ticket.given] for ticket in tickets]
        except Exception as error:
            self._serve_after(error, tickets)
            return
        for ticket, share in zip(tickets, shares, strict=True):
            ticket.answers = share

    def _serve_after(self, error: Exception, tickets: Sequence[_Ticket[Given, Answer]]) -> None:
        """Serve each alone when one of several may be the cause: the others shall not suffer."""
        if len(tickets) > 1:
            for ticket in tickets:
                self._serve_alone(ticket)
            return
        for ticket in tickets or self._take_waiting():
            ticket.error = error

    def _take_waiting(self) -> list[_Ticket[Given, Answer]]:
        with self._waiting_lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def _serve_alone(self, ticket: _Ticket[Given, Answer]) -> None:
        try:
            ticket.answers = self._serve(ticket.given)
        except Exception as error:
            ticket.error = error
