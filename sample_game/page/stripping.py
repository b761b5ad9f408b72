"""Takes comments and indentation out of what browsers fetch; people read the sources.

Names stay as they are, so that an error in a browser's console still makes sense. A test holds
every stripped module to its source: a compiler makes the same program of both.
"""

import json
import re
from typing import Final

#: A `/` after one of these begins a regular expression; after anything else it divides.
_BEFORE_REGEX: Final = re.compile(
    r"(?:^|[=(,:;!&|?{}\[+\-*%<>~^]|\b(?:return|typeof|case|in|of|await))$"
)
_TOKEN: Final = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<string> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<space> \s+ )
    | (?P<word> [\w$#]+ )
    | (?P<other> . )
    """,
    re.DOTALL | re.VERBOSE,
)
_REGEX: Final = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEMPLATE_TEXT: Final = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_WORD_END: Final = re.compile(r"[\w$#]$")


def stripped_script(source: str) -> str:
    """Return a module without comments, and with as little white space as keeps its meaning."""
    return _Stripping(source).result()


def stripped_style(source: str) -> str:
    """Return a style sheet without comments, indentation and empty lines."""
    without_comments = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", without_comments).strip() + "\n"


def stripped_table(source: str) -> str:
    """Return JSON without white space between its parts."""
    return json.dumps(json.loads(source), ensure_ascii=False, separators=(",", ":"))


class _Stripping:
    """One pass over a module."""

    def __init__(self, source: str):
        self._source = source
        self._place = 0
        self._kept: list[str] = []
        self._tail = ""
        self._gap = ""

    def result(self) -> str:
        """Strip everything."""
        while self._place < len(self._source):
            self._step()
        return "".join(self._kept) + "\n"

    def _step(self) -> None:
        if self._source[self._place] == "`":
            self._template()
            return
        token = self._regex() or self._take(_TOKEN)
        if token.lastgroup in ("comment", "space"):
            self._gap += "\n" if "\n" in token[0] else " "
        else:
            self._keep(token[0])

    def _regex(self) -> re.Match[str] | None:
        is_comment = self._source.startswith(("//", "/*"), self._place)
        if is_comment or not _BEFORE_REGEX.search(self._tail):
            return None
        return self._take(_REGEX) if self._source[self._place] == "/" else None

    def _template(self) -> None:
        """Keep a template literal; the code in its `${}` is stripped like any other."""
        self._keep("`")
        self._place += 1
        while True:
            self._append(self._take(_TEMPLATE_TEXT)[0])
            if self._source[self._place] == "`":
                self._append("`")
                self._place += 1
                return
            self._append("${")
            self._place += 2
            self._substitution()

    def _substitution(self) -> None:
        depth = 1
        while depth:
            character = self._source[self._place]
            depth += {"{": 1, "}": -1}.get(character, 0)
            self._step()

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._source, self._place)
        if found is None:
            raise ValueError(f"A module ends too early, at {self._source[-40:]!r}.")
        self._place = found.end()
        return found

    def _keep(self, token: str) -> None:
        self._append(self._needed_gap(token) + token)

    def _append(self, text: str) -> None:
        self._gap = ""
        self._kept.append(text)
        self._tail = (self._tail + text)[-12:]

    def _needed_gap(self, token: str) -> str:
        """Return what must stand between the last token and the next one."""
        last, first = self._tail[-1:], token[0]
        if not self._gap or not last:
            return ""
        if "\n" in self._gap:  # may end a statement
            return "" if last in "{([,;" or first in ")]}" else "\n"
        both_words = bool(_WORD_END.search(last)) and bool(_WORD_END.search(first))
        return " " if both_words or (last == first and last in "+-/") else ""
