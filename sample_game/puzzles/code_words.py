"""Codes that can be said aloud: three words of a list."""

import random
import re
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parents[1] / "words" / "code_words.txt"
#: With 512 words, three make a code of 27 bits: one in 134 million.
WORDS_IN_A_CODE: Final = 3


def new_code(chance: random.Random) -> str:
    """Return a code like `amber-otter-canyon`."""
    return "-".join(chance.choice(code_words()) for _ in range(WORDS_IN_A_CODE))


def read_code(text: str) -> str:
    """Return a code as it is kept, however it was typed: capitals, spaces, dots."""
    return "-".join(re.findall(r"[a-z]+", text.lower()))


@cache
def code_words() -> tuple[str, ...]:
    """Return the list of words."""
    return tuple(_FILE.read_text(encoding="utf-8").split())
