"""The question in the address of the page: every term by its key, as the flags of `relayer plan`.

A term that the address leaves out is as the house has it, and else as the planner takes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from relayer.ops.budget.house_terms import HouseTerms
from relayer.planning.readings import ReadingError
from relayer.planning.terms import GAME, PRICES, RULES, TERMS, Term
from relayer.refusals import SchemaViolation

#: Longest text that is read.
MOST_LENGTH: Final = 60

_GROUPS: Final = (("The game", GAME), ("The rules", RULES), ("The chain", PRICES))


@dataclass(frozen=True, slots=True)
class FormField:
    """One term as the form shows it."""

    term: Term
    text: str
    whence: str  #: where the text comes from; empty: from who asks
    fault: str = ""

    @property
    def label(self) -> str:
        """What people read beside it."""
        return f"{self.term.words[:1].upper()}{self.term.words[1:]}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: values that can be read, and faults of those that cannot, by name."""

    is_asked: bool  #: whether somebody asked, and not just looked
    texts: Mapping[str, str]
    values: Mapping[str, Any]
    whence: Mapping[str, str]
    faults: Mapping[str, str]

    def groups(self, faults: Mapping[str, str]) -> Sequence[tuple[str, Sequence[FormField]]]:
        """Return the groups of the form, with what is wrong beside its field."""
        return [
            (title, [self._field(term, faults.get(term.name, "")) for term in terms])
            for title, terms in _GROUPS
        ]

    def _field(self, term: Term, fault: str) -> FormField:
        return FormField(term, self.texts[term.name], self.whence.get(term.name, ""), fault)


def read_asked(
    arguments: MultiDict[str, str], house: HouseTerms, defaults: Mapping[str, Any]
) -> Asked:
    """Read the address.

    Args:
        arguments: of the address.
        house: terms as the house has them.
        defaults: terms as the planner takes them, by name; None: it works them out.

    Raises:
        SchemaViolation: a parameter is no term.
    """
    given = {name: text.strip() for name, text in arguments.items()}
    _require_known(arguments)
    texts, values, whence, faults = {}, {}, {}, {}
    for term in TERMS:
        text, source = _text(term, given.get(term.key, ""), house, defaults)
        texts[term.name], whence[term.name] = text, source
        try:
            if text:
                values[term.name] = _read(term, text)
        except ReadingError as error:
            faults[term.name] = f"{str(error).rstrip('.')}."
    return Asked(bool(given), texts, values, whence, faults)


def _require_known(arguments: MultiDict[str, str]) -> None:
    known = {term.key for term in TERMS}
    for name in arguments:
        shown = "".join(letter if letter.isprintable() else "?" for letter in name[:50])
        if name not in known:
            fault = f"is unknown; use one of: {', '.join(sorted(known))}"
            raise SchemaViolation(f"{shown!r} {fault}.", errors=((f"?{shown}", fault),))
        if len(arguments.getlist(name)) > 1:
            fault = "is given more than once"
            raise SchemaViolation(f"{shown!r} {fault}.", errors=((f"?{shown}", fault),))


def _text(
    term: Term, given: str, house: HouseTerms, defaults: Mapping[str, Any]
) -> tuple[str, str]:
    """The text of a term, and where it comes from."""
    show = term.reading.show
    if term.name in house:
        own = show(house[term.name].value)
        if given in ("", own):
            return own, house[term.name].whence
    if given or defaults[term.name] is None:
        return given, ""
    return show(defaults[term.name]), ""


def _read(term: Term, text: str) -> Any:
    if len(text) > MOST_LENGTH or not text.isprintable():
        raise ReadingError(f"Write at most {MOST_LENGTH} printable characters.")
    return term.read(text)
