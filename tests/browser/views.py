"""Every view of the page, in an order in which one visitor can see them all.

Tests look at each view, and `python -m tests.browser.screenshots` takes its picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.playing import (
    SEEDS,
    clue_field,
    find_word,
    go_on,
    guess_field,
    mark,
    play_as_friend,
    secret_word,
    word_behind,
)


@dataclass(frozen=True)
class View:
    """A view by name, and the steps that lead to it from the view before."""

    name: str
    show: Callable[[Page, str], None]


def _guess(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".guesses li")).to_have_count(5)
    page.get_by_text("What is kept, and where?").click()
    word = word_behind(page)
    guess_field(page).fill("moon" if word != "moon" else "apple")
    page.keyboard.press("Enter")
    expect(page.locator(".clue:not(.hidden-clue)")).to_have_count(2)


def _guess_result(page: Page, _url: str) -> None:
    guess_field(page).fill(word_behind(page))
    page.keyboard.press("Enter")
    expect(page.get_by_text("You found it")).to_be_visible()
    expect(page.get_by_role("button", name="Next word")).to_be_focused()


def _clue(page: Page, _url: str) -> None:
    page.get_by_role("link", name="Clue", exact=True).click()
    word = secret_word(page)
    page.keyboard.type(" ".join(SEEDS[word][:2]) + " ")
    expect(page.locator(".chips li")).to_have_count(2)


def _clue_result(page: Page, _url: str) -> None:
    word = page.locator("h1.secret").inner_text()
    clue_field(page).press_sequentially(f"{SEEDS[word][2]} ")
    expect(page.locator(".chips li")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(mark(page)).to_contain_text("on its way")


def _daily(page: Page, _url: str) -> None:
    page.get_by_role("link", name="Daily", exact=True).click()
    expect(guess_field(page)).to_be_focused()


def _daily_result(page: Page, _url: str) -> None:
    for found in (True, True, False, True, True):
        expect(guess_field(page)).to_be_focused()
        if found:
            page.keyboard.type(word_behind(page))
            page.keyboard.press("Enter")
        else:
            page.get_by_role("button", name="Tell me the word").click()
        go_on(page)
    expect(page.locator(".puzzle-words li")).to_have_count(5)


def _duel(page: Page, _url: str) -> None:
    page.get_by_role("link", name="Duel", exact=True).click()
    expect(page.get_by_role("button", name="Start a duel")).to_be_visible()


def _duel_play(page: Page, url: str) -> None:
    page.get_by_role("button", name="Start a duel").click()
    expect(guess_field(page)).to_be_focused()
    play_as_friend(url, page.url.rsplit("duel=", 1)[1])
    page.get_by_role("button", name="Show the next clue").click()
    expect(page.locator(".clue:not(.hidden-clue)")).to_have_count(2)


def _duel_result(page: Page, _url: str) -> None:
    guess_field(page).fill(word_behind(page))
    page.keyboard.press("Enter")
    go_on(page)
    for _ in range(3):
        find_word(page)
    page.get_by_role("button", name="Tell me the word").click()
    go_on(page)
    expect(page.locator(".duel-table tbody tr")).to_have_count(2)


def _machine(page: Page, _url: str) -> None:
    page.get_by_role("link", name="What the machine knows").click()
    expect(page.locator("main h1")).to_be_visible()


def _past(page: Page, _url: str) -> None:
    page.get_by_role("link", name="Past rounds").click()
    expect(page.locator(".past li").first).to_be_visible()


def _practice(page: Page, url: str) -> None:
    page.goto(f"{url}/?play=practice")
    expect(page.get_by_text("Practice: no points")).to_be_visible()
    expect(page.locator(".guesses li")).to_have_count(5)


def _you(page: Page, _url: str) -> None:
    page.get_by_role("link", name="You").click()
    page.get_by_role("button", name="Show a QR code").click()
    expect(page.locator(".qr")).to_be_visible()


def _ranking(page: Page, url: str) -> None:
    page.goto(f"{url}/?show=ranking")
    expect(page.get_by_role("row", name=re.compile("(you)"))).to_be_visible()


def _keys(page: Page, _url: str) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


VIEWS = (
    View("guess", _guess),
    View("guess-result", _guess_result),
    View("clue", _clue),
    View("clue-result", _clue_result),
    View("daily", _daily),
    View("daily-result", _daily_result),
    View("duel", _duel),
    View("duel-play", _duel_play),
    View("duel-result", _duel_result),
    View("machine", _machine),
    View("past", _past),
    View("you", _you),
    View("ranking", _ranking),
    View("practice", _practice),
    View("keys", _keys),
)


def each_view(page: Page, url: str) -> Iterator[str]:
    """Lead a visitor from view to view; yields the name of each."""
    for view in VIEWS:
        view.show(page, url)
        yield view.name
