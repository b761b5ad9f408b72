"""How a player's hands and eyes move over the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.stand_in_relayer import STARTER

SEEDS = {word: list(clues) for word, clues in STARTER.seed_clues.items()}


def guess_field(page: Page) -> Locator:
    """The field for a guess, focused when a round begins."""
    return page.get_by_label("Your guess")


def clue_field(page: Page) -> Locator:
    """The field for a clue, focused when a round begins."""
    return page.get_by_label("A clue, one word")


def secret_word(page: Page) -> str:
    """The word of a clue round."""
    expect(clue_field(page)).to_be_focused()
    return page.locator("h1.secret").inner_text()


def word_behind(page: Page) -> str:
    """The word of a guess round with clues of the house, known from its first clue."""
    first_clue = page.locator(".clue > span").first.inner_text()
    (word,) = (word for word, clues in SEEDS.items() if clues[0] == first_clue)
    return word


def give_clues(page: Page) -> str:
    """Play a clue round with the keyboard alone; returns its word."""
    word = secret_word(page)
    page.keyboard.type(" ".join(SEEDS[word][:3]) + " ")
    expect(page.locator(".chips li")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you")).to_be_visible()
    return word


def mark(page: Page) -> Locator:
    """The newest line about what became of the player's clues."""
    return page.locator(".mark").first
