"""Lets requests that arrive together share one database transaction.

Making a transaction durable costs a write to the disk, about a millisecond, however much is in it,
and only one can be made at a time. So whoever holds the lock serves all who came meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
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
    """

    def __init__(self, serve: Callable[[Sequence[Given]], Sequence[Answer]]) -> None:
        self._serve = serve
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
                with self._waiting_lock:
                    together, self._waiting = self._waiting, []
                self._serve_together(together)
        if ticket.answers is None:
            raise ticket.error or RuntimeError("a submission was left without an answer")
        return ticket.answers

    def _serve_together(self, tickets: Sequence[_Ticket[Given, Answer]]) -> None:
        if len(tickets) == 1:
            self._serve_alone(tickets[0])
            return
        try:
            answers = iter(self._serve([thing for ticket in tickets for thing in ticket.given]))
            for ticket in tickets:
                ticket.answers = [next(answers) for _ in ticket.given]
        except Exception:
            # One of them may be the cause: the others shall not suffer from it.
            for ticket in tickets:
                self._serve_alone(ticket)

    def _serve_alone(self, ticket: _Ticket[Given, Answer]) -> None:
        try:
            ticket.answers = self._serve(ticket.given)
        except Exception as error:
            ticket.error = error
