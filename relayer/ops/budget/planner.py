"""Answers questions about budgets, once the optional planner has been loaded.

Loading takes a second or two, so it is begun by the first look at the page, in a thread of its own,
and no answer waits for it. Answers are by formulas, in milliseconds; nobody can ask the server for
simulated runs. One question at a time is worked on, and the latest are remembered.
"""

from __future__ import annotations

import logging
import shlex
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from relayer.planning.extra import missing_extra
from relayer.planning.terms import TERMS

if TYPE_CHECKING:
    from simulation.planner import Estimate, PriceRow, Question
    from simulation.planner.telling import AmountRow

logger = logging.getLogger(__name__)

#: How long a look at the page waits: enough when the modules are there already.
_PATIENCE_S: Final = 0.02
#: Questions whose answers are remembered.
_REMEMBERED: Final = 128


@dataclass(frozen=True, slots=True)
class Planned:
    """An answer, as `relayer plan --quick` tells it."""

    question: Question
    estimate: Estimate
    prices: tuple[PriceRow, ...]
    headline: str
    rows: Sequence[AmountRow]
    sentences: Sequence[str]
    remedy: str | None

    def in_currency(self, amount_wei: int) -> str:
        """Return an amount in the currency of the question."""
        return f"{self.question.in_currency(amount_wei):,}"


class Planner:
    """The planner of one process; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._fault: str | None = None
        self._is_loaded = False
        self._remembered = lru_cache(maxsize=_REMEMBERED)(_answer)

    def is_ready(self) -> bool:
        """Whether it answers; the first call begins to load it."""
        if self.fault() is not None:
            return False
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._load, name="relayer-planner", daemon=True
                )
                self._thread.start()
        if not self._is_loaded:
            self._thread.join(_PATIENCE_S)
        return self._is_loaded

    def fault(self) -> str | None:
        """Return why it never answers in this process, in a sentence; None: it does or will."""
        return self._fault or missing_extra()

    def defaults(self) -> Mapping[str, Any]:
        """Return what a question takes for each term by itself; call it when it is ready."""
        from simulation.planner import Question

        usual = {field.name: field.default for field in fields(Question)}
        return {term.name: usual[term.name] for term in TERMS}

    def ask(self, values: Mapping[str, Any]) -> Planned:
        """Answer a question; call it when it is ready.

        Args:
            values: of terms, by name.

        Raises:
            ParameterError: no plan can answer to this.
        """
        from simulation.planner import Question

        question = Question(**values)
        with self._lock:
            return self._remembered(question)

    def _load(self) -> None:
        try:
            import simulation.planner  # noqa: F401
        except ImportError as error:
            logger.exception("the planner cannot be loaded", extra={"action": "planner_missing"})
            self._fault = (
                f"The planner cannot be loaded ({error}): "
                'run `pip install "on-the-house[simulation]"` again.'
            )
        else:
            self._is_loaded = True


def command_of(planned: Planned, defaults: Mapping[str, Any]) -> str:
    """Return the command that answers the same question by simulated runs."""
    words = ["relayer", "plan"]
    for term in TERMS:
        value = getattr(planned.question, term.name)
        if value is not None and value != defaults[term.name]:
            words += [f"--{term.key}", term.reading.show(value)]
    return shlex.join(words)


def _answer(question: Question) -> Planned:
    from simulation.planner import price_table, quick, telling

    estimate = quick(question)
    return Planned(
        question,
        estimate,
        price_table(question),
        telling.headline(question),
        telling.amount_rows(estimate),
        telling.sentences(question, estimate),
        telling.remedy(estimate),
    )
