"""Runbooks: for each verdict a page that says what it means, how to look, and what to do.

They are written in the Markdown that is read beside this file: headings, paragraphs, and in them
code, strong words and links. The dashboard shows them, so that whoever is woken needs nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

from relayer.ops.verdicts.names import VerdictName

SpanKind = Literal["text", "code", "strong", "runbook", "document"]

_SPAN: Final = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<target>[^)]+)\)"
)
_HEADING: Final = "## "
_ENDING: Final = ".md"


@dataclass(frozen=True, slots=True)
class Span:
    """Some words that look alike."""

    kind: SpanKind
    words: str
    #: Of a link: the name of a runbook, or the path of a document in the repository.
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph."""

    is_heading: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Runbook:
    """One page."""

    title: str
    blocks: tuple[Block, ...]


@cache
def read_runbook(name: VerdictName) -> Runbook:
    """Return the runbook of a verdict."""
    file = resources.files(__package__).joinpath(f"{name}{_ENDING}")
    title, *parts = [part.strip() for part in file.read_text("utf-8").strip().split("\n\n")]
    return Runbook(title.removeprefix("# "), tuple(_block(part) for part in parts))


def _block(part: str) -> Block:
    text = part.removeprefix(_HEADING).replace("\n", " ")
    spans: list[Span] = []
    end = 0
    for found in _SPAN.finditer(text):
        if found.start() > end:
            spans.append(Span("text", text[end : found.start()]))
        spans.append(_special(found))
        end = found.end()
    if end < len(text):
        spans.append(Span("text", text[end:]))
    return Block(part.startswith(_HEADING), tuple(spans))


def _special(found: re.Match[str]) -> Span:
    if found["code"]:
        return Span("code", found["code"])
    if found["strong"]:
        return Span("strong", found["strong"])
    target = found["target"]
    if "/" not in target:
        return Span("runbook", found["words"], target.removesuffix(_ENDING))
    return Span("document", found["words"], target.replace("../", "").partition("#")[0])
