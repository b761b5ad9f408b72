"""The code of the page about integration stands in the files that it names."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "how-to" / "integrate-a-game.md"
#: A fence whose first line names a file, as a comment of its language.
QUOTE = re.compile(r"^```(?:python|js)\n(?:#|//) (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(?:python|js)\n", re.MULTILINE)


def words_of(code: str) -> str:
    """Code without the line breaks and trailing commas that a formatter decides about."""
    return re.sub(r",?\s*([)\]}])", r"\1", re.sub(r"([(\[{])\s+", r"\1", " ".join(code.split())))


def test_the_code_of_the_page_stands_in_the_files_that_it_names() -> None:
    text = PAGE.read_text(encoding="utf-8")
    quotes = QUOTE.findall(text)
    assert len(quotes) == len(FENCE.findall(text)), "every piece of code names its file"
    for file, code in quotes:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert words_of(code) in words_of(source), f"{file} has not:\n{code}"


def test_the_page_quotes_every_step() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in re.findall(r"`House\.(\w+)`", text):
        assert f"def {name}(" in (ROOT / "sample_game" / "house.py").read_text(encoding="utf-8")
