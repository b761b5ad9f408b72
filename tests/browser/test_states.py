"""What the page says while something is in the way, and in two tabs at once."""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Route, expect

from sample_game.store import Exclusion, GameStore
from tests.browser.conftest import Surprises
from tests.browser.playing import (
    clue_field,
    give_clues,
    guess_field,
    mark,
    secret_word,
    word_behind,
)
from tests.stand_in_relayer import StandInRelayer

#: Longer than a round may be played.
TOO_LATE_MS = 3_700_000
TOMORROW_AT = int(time.time()) + 86_400


def refuse(
    relayer: StandInRelayer, code: str, status: int, is_retryable: bool, **facts: object
) -> None:
    """Let the house refuse clues from now on."""
    relayer.refuses_with, relayer.refusal_status = code, status
    relayer.refusal_is_retryable, relayer.refusal_facts = is_retryable, facts


def test_each_refusal_of_the_house_says_what_it_means_and_for_how_long(
    page: Page, game_url: str, stand_in: StandInRelayer, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("403", "429", "503")
    page.goto(f"{game_url}/?play=clue")
    refuse(stand_in, "banned", 403, False, reason="too many rounds", until_at=TOMORROW_AT)
    give_clues(page)
    expect(mark(page)).to_contain_text("not kept")
    expect(mark(page)).to_contain_text("takes nothing from here until")
    expect(mark(page)).to_contain_text("“too many rounds”")
    page.keyboard.press("Enter")
    refuse(stand_in, "intake-paused", 503, True, reason="we move", until_at=TOMORROW_AT)
    give_clues(page)
    expect(page.get_by_role("alert")).to_contain_text("The house takes a break until")
    expect(mark(page)).to_contain_text("kept on this device until")
    refuse(stand_in, "quota-exceeded", 429, True)
    expect(page.get_by_role("alert")).to_contain_text("That was a lot in a short time.")
    stand_in.refuses_with = None
    expect(mark(page)).to_contain_text("on its way")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_clues_that_waited_beyond_their_deadline_say_so_until_the_house_tells(
    page: Page, game_url: str, stand_in: StandInRelayer, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("503",)
    refuse(stand_in, "intake-paused", 503, True)
    page.clock.install()
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(mark(page)).to_contain_text("kept on this device until")
    page.clock.fast_forward(TOO_LATE_MS)
    expect(mark(page)).to_contain_text("The time to write it down is over.")
    stand_in.refuses_with = None
    page.clock.fast_forward(TOO_LATE_MS)
    expect(mark(page)).to_contain_text("on its way")


def test_an_answer_that_comes_after_the_player_went_elsewhere_is_among_the_past_rounds(
    page: Page, game_url: str
) -> None:
    held: list[Route] = []
    page.route("**/api/guesses", lambda route: held.append(route))
    page.goto(game_url)
    expect(guess_field(page)).to_be_focused()
    word = word_behind(page)
    page.keyboard.type(word)
    with page.expect_request("**/api/guesses"):
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Past rounds").click()
    expect(page.get_by_text("will be listed here")).to_be_visible()
    held[0].continue_()
    expect(page.locator(".past li")).to_contain_text(word)


def test_whoever_is_left_out_of_the_rankings_is_told_why_where_they_look(
    page: Page, game_url: str, tmp_path: Path, stand_in: StandInRelayer
) -> None:
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(page.locator(".points")).to_have_text("1 point")
    (contribution,) = stand_in.contributions.values()
    store = GameStore(tmp_path / "hunch.db")
    player = contribution["player"].lower()
    store.exclusions.put(Exclusion(player, "game", "a script", 1, TOMORROW_AT))
    store.close()
    words = page.get_by_text(re.compile("leaves you out of its rankings until .*“a script”"))
    for screen in ("you", "ranking"):
        page.goto(f"{game_url}/?show={screen}")
        expect(words).to_be_visible()


def test_a_slow_game_shows_grey_lines_first_and_words_later(page: Page, game_url: str) -> None:
    page.route("**/api/rounds", lambda _route: None)  # never answered
    page.goto(game_url)
    words = page.get_by_text("This takes longer than usual.")
    expect(page.locator(".dealing")).to_have_css("opacity", "1")
    assert words.evaluate("words => getComputedStyle(words).opacity") == "0"
    expect(words).to_have_css("opacity", "1")


def test_without_a_connection_practice_is_offered(
    page: Page, context: BrowserContext, game_url: str, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("ERR_INTERNET_DISCONNECTED",)
    page.goto(game_url)
    expect(guess_field(page)).to_be_focused()
    context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    expect(page.get_by_role("button", name="Practise without points")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_have_count(0)


def test_two_tabs_show_the_same_marks_and_send_a_round_once(
    page: Page, context: BrowserContext, game_url: str, stand_in: StandInRelayer
) -> None:
    other = context.new_page()
    other.goto(f"{game_url}/?play=clue")
    page.goto(f"{game_url}/?play=clue")
    clue_field(page).focus()
    word = give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    expect(mark(other)).to_contain_text(word)
    expect(mark(other)).to_contain_text("on its way")
    expect(other.locator(".points")).to_have_text("1 point")
    secret_word(other)
    give_clues(other)
    expect(page.locator(".mark")).to_have_count(2)
    expect(mark(page)).to_contain_text("on its way")
    nonces = sorted(known["nonce"] for known in stand_in.contributions.values())
    assert nonces == [0, 1]
