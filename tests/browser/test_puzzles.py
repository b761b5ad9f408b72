"""Daily puzzle, duel, race and taboo, as players see them."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from relayer.models.features import feature_of
from sample_game.taboo import MET_TOO_OFTEN
from tests.browser.conftest import Surprises
from tests.browser.playing import SEEDS, clue_field, find_word, secret_word, word_behind
from tests.browser.test_looks import check
from tests.stand_in_relayer import DECK, StandInRelayer

#: The table of a duel is asked for again within so many milliseconds.
LOOKS_AGAIN_MS = 10_000


def test_daily_puzzle_is_played_once_shared_and_shown_again(
    page: Page, context: BrowserContext, game_url: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{game_url}/?play=daily")
    expect(page.get_by_text("Daily 1 · word 1 of 5")).to_be_visible()
    words = [find_word(page, wrong_guesses=1)]
    expect(page.get_by_text("word 2 of 5")).to_be_visible()
    page.reload()  # a round under way goes on where it was
    expect(page.get_by_text("word 2 of 5")).to_be_visible()
    words += [find_word(page) for _ in range(3)]
    page.get_by_role("button", name="Tell me the word").click()
    page.get_by_role("button", name="See your result").click()
    expect_daily_result(page, words[0])
    page.reload()
    expect_daily_result(page, words[0])
    check(page, "daily result")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("Copied.").first).to_be_visible()
    shared = page.evaluate("navigator.clipboard.readText()")
    assert shared.splitlines() == [
        "Hunch daily 1: 4 of 5 words, 19 points. Clues needed: 2, 1, 1, 1, \N{EN DASH}.",
        "🟨🟩🟩🟩⬛",
        f"{game_url}/?play=daily",
    ]
    assert not any(word in shared for word in words)


def expect_daily_result(page: Page, first_word: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("4 of 5 words, 19 points")
    expect(page.locator(".puzzle-words li")).to_have_count(5)
    expect(page.locator(".puzzle-words li").first).to_contain_text(first_word)
    expect(page.get_by_text("1 day in a row.")).to_be_visible()
    expect(page.get_by_text("at midnight UTC")).to_be_visible()


def test_two_players_duel_by_link_and_see_both_results(
    page: Page, guest: Page, game_url: str
) -> None:
    page.clock.install()
    page.goto(f"{game_url}/?duel=")
    page.get_by_role("button", name="Start a duel").click()
    expect(page.get_by_text("word 1 of 5")).to_be_visible()
    link = page.url
    words = [find_word(page) for _ in range(5)]
    expect(page.get_by_text("Nobody else has played yet")).to_be_visible()
    guest.goto(link)
    assert [find_word(guest, wrong_guesses=1) for _ in range(5)] == words
    expect(guest.get_by_text("The same words, side by side.")).to_be_visible()
    rows = guest.locator(".duel-table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("25")
    expect(rows.last).to_contain_text("(you)")
    expect(rows.last).to_contain_text("20")
    guest.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    guest.get_by_role("button", name="Pass the link on").click()
    expect(guest.get_by_label("Copy this text:")).to_have_value(re.compile(re.escape(link)))
    page.clock.fast_forward(LOOKS_AGAIN_MS)
    expect(page.locator(".duel-table tbody tr")).to_have_count(2)


def test_race_with_the_machine_is_told_at_the_end(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    page.goto(game_url)
    expect(page.locator(".guesses li")).to_have_count(5)
    expect(page.get_by_text("Worth 5 points now.")).to_be_visible()
    page.get_by_role("button", name="Show the next clue").click()
    expect(page.get_by_text("Worth 4 points now.")).to_be_visible()
    word = word_behind(page)
    ranks = [
        stand_in.model.ranking([feature_of(clue) for clue in SEEDS[word][:seen]])[0]
        for seen in range(1, 6)
    ]
    needed = ranks.index(DECK.index(word)) + 1
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 points with 2 clues of 5.")).to_be_visible()
    outcome = {1: "The machine was first", 2: "a draw"}.get(needed, "You were first")
    expect(page.locator(".result")).to_contain_text(outcome)
    clues = page.locator(".result .clue")
    expect(clues.nth(1)).to_contain_text("you")
    expect(clues.nth(needed - 1)).to_contain_text("the machine")


def test_taboo_words_are_shown_and_refused_and_the_meter_follows_the_own_word(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    for label, word in enumerate(DECK):
        for _ in range(MET_TOO_OFTEN):
            stand_in.model.learn(label, [feature_of(SEEDS[word][0])])
    page.goto(game_url)  # the game has handed the machine out before a round is dealt
    expect(page.locator(".guesses li")).to_have_count(5)
    page.goto(f"{game_url}/?play=clue")
    word = secret_word(page)
    taboo = SEEDS[word][0]
    expect(page.locator(".taboo li")).to_have_text([taboo])
    page.keyboard.type(f"{taboo} ")
    expect(page.locator("#clue-note")).to_contain_text("is taboo in this round")
    expect(page.locator(".chips li")).to_have_count(0)
    meter = page.get_by_role("meter")
    clue_field(page).press_sequentially(SEEDS[word][2])
    expect(meter).to_have_accessible_name(re.compile(f"“{word}” place \\d+ of {len(DECK)}"))
    shares = [int(meter.get_attribute("aria-valuenow") or 0)]
    page.keyboard.type(f" {SEEDS[word][3]} {SEEDS[word][4]} ")
    expect(meter).to_have_accessible_name(re.compile(f"“{word}” place 1 of"))
    shares.append(int(meter.get_attribute("aria-valuenow") or 0))
    assert shares[0] < shares[1]


def test_code_of_no_duel_says_what_to_do(
    page: Page, game_url: str, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("404",)
    page.goto(f"{game_url}/?duel=no-such-duel")
    expect(page.get_by_text("There is nothing to play at this address")).to_be_visible()
