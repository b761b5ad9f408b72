"""The rules are written down with the numbers that the code goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from sample_game import clue_rounds, moderation, rankings, rounds, scoring, taboo
from sample_game.puzzles import code_words, daily, duels, playing, streak

PAGE = " ".join(
    (Path(__file__).parents[3] / "docs" / "explanation" / "hunch-rules.md")
    .read_text("utf-8")
    .split()
)


@pytest.mark.parametrize(
    "rule",
    [
        f"| `clues-accepted` | {scoring.CLUES_ACCEPTED} |",
        f"| `clues-understood` | {scoring.CLUES_UNDERSTOOD} |",
        f"up to {scoring.points_for_right_guess(moderation.MAX_CLUES, 1)} |",
        f"A word has {moderation.MIN_CLUES} to {moderation.MAX_CLUES} clues",
        f"You give {moderation.MIN_CLUES} to {moderation.MAX_CLUES} single words",
        f"within {rounds.NO_REPEAT_WITHIN} rounds",
        f"in the latest {rounds.NO_REPEAT_WITHIN} rounds",
        f"up to {taboo.MOST_TABOO_WORDS} words are refused",
        f"at least {taboo.MET_TOO_OFTEN} times",
        f"the latest {clue_rounds.CLUE_SETS_LOOKED_AT} sets count",
        f"The same {playing.WORDS} words with the same clues for everybody",
        f"when all {playing.WORDS} words were played",
        f"plays the same {playing.WORDS} words",
        f"within {daily.LATE_S // 60} minutes after it",
        f"is {streak.DAYS_BETWEEN_FREEZES} days after it at the earliest",
        f"within those {streak.DAYS_BETWEEN_FREEZES} days",
        f"ends after {duels.DUEL_LIFE_S // 86_400} days",
        f"Up to {duels.MOST_SHOWN} rows",
        f"The first {rankings.SHOWN} places are shown",
        f"may be {rankings.LASTS_S:.0f} seconds old",
        f"A list of {len(code_words.code_words())} words makes"
        f" {len(code_words.code_words()) ** code_words.WORDS_IN_A_CODE // 10**6} million codes",
    ],
)
def test_rule_is_written_down_as_the_code_goes_by_it(rule: str) -> None:
    assert rule in PAGE
