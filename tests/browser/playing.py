"""How a player's hands and eyes move over the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import requests
from eth_account import Account
from eth_account.messages import encode_defunct
from playwright.sync_api import Locator, Page, expect

from sample_game.decks import Deck
from sample_game.puzzles.proofs import sentence
from tests.stand_in_relayer import STARTER

SEEDS = {word: list(clues) for word, clues in STARTER.seed_clues.items()}
#: Of somebody who plays duels along.
FRIENDS_KEY = "0x" + "07" * 32
#: What leads on from a word of a puzzle.
ON = re.compile("Next word|See your result")


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
    return word_from(page.locator(".clue > span").first.inner_text())


def word_from(first_clue: str) -> str:
    """The word that the house gives this first clue for."""
    (word,) = (word for word, clues in SEEDS.items() if clues[0] == first_clue)
    return word


def play_as_friend(url: str, code: str) -> None:
    """Let somebody else play a duel to its end, without a browser: each word with two clues."""
    friend = Account.from_key(FRIENDS_KEY)
    address = friend.address.lower()
    proof = friend.sign_message(encode_defunct(text=sentence(address, f"duel-{code}"))).signature
    who = {"player": address, "proof": proof.hex()}

    def ask(path: str, body: dict[str, str]) -> dict[str, Any]:
        answer = requests.post(f"{url}/api/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return dict(answer.json())

    while round_ := ask(f"duels/{code}/plays", who)["round"]:
        for guess in ("", word_from(round_["clues"][0])):
            ask("guesses", {"token": round_["token"], "guess": guess})


def find_word(page: Page, wrong_guesses: int = 0) -> str:
    """Find the word of the round on the page with the house's clues, and go on."""
    expect(guess_field(page)).to_be_focused()
    word = word_behind(page)
    for seen in range(1, wrong_guesses + 1):
        page.keyboard.type("moon" if word != "moon" else "apple")
        page.keyboard.press("Enter")
        expect(page.locator(".clue:not(.hidden-clue)")).to_have_count(seen + 1)
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You found it")).to_be_visible()
    go_on(page)
    return word


def go_on(page: Page) -> None:
    """Go on from a word of a puzzle that is over."""
    expect(page.get_by_role("button", name=ON)).to_be_focused()
    page.keyboard.press("Enter")


def give_clues(page: Page, deck: Deck = STARTER) -> str:
    """Play a clue round with the keyboard alone; returns its word."""
    word = secret_word(page)
    give(page, deck.seed_clues[word][:3])
    return word


def give(page: Page, clues: Sequence[str]) -> None:
    """Type three clues and send them."""
    page.keyboard.type(" ".join(clues) + " ")
    expect(page.locator(".chips li")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you")).to_be_visible()


def mark(page: Page) -> Locator:
    """The newest line about what became of the player's clues."""
    return page.locator(".mark").first
