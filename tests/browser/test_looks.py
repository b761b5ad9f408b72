"""How the page looks and reads: every view, each way of looking at it."""

import json
import re
from pathlib import Path
from typing import Literal

import requests
from playwright.sync_api import Browser, Page, expect

import sample_game
from tests.browser.axe import complaints
from tests.browser.conftest import Surprises
from tests.browser.playing import guess_field, word_behind
from tests.browser.views import each_view

Scheme = Literal["light", "dark"]

#: Where axe looks: width in pixels, and scheme.
LOOKS: tuple[tuple[int, Scheme], ...] = ((390, "dark"), (1280, "light"))
#: From the smallest phone to a large screen: nothing may have to be scrolled sideways.
WIDTHS = (320, 390, 1280, 3840)
LEAST_TARGET_PX = 44
LEAST_FONT_PX = 16

#: Until then the colours of the day and of the night may stand side by side.
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: How far the page is wider than the window.
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Those that a thumb would miss. Links within a sentence are as high as their line.
SMALL_TARGETS = """least => [...document.querySelectorAll("button, a, input, summary, select")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least)
    .map((one) => one.outerHTML)"""
SMALL_TEXT = """least => [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !one.closest("svg")) // drawings are scaled as a whole
    .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least)
    .map((one) => one.outerHTML)"""
#: Chooses a language in the foot, also where a dialog lies above it.
SPEAK = """code => {
    const choice = document.querySelector(`.settings select:has(option[value="${code}"])`);
    choice.value = code;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
}"""
#: What has to be scrolled sideways by itself, or has a heading broken within a word.
CUT_OFF = """[...document.querySelectorAll(".duel-table, .ranking th")]
    .filter((one) => one.scrollWidth > one.clientWidth
        || (one.matches("th") && one.clientHeight > 60))
    .map((one) => one.outerHTML)"""
#: Every text on the page that stands by itself and in its language; the words of a backup do not.
TEXTS = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (text.parentElement.closest("[lang]") === document.documentElement)
            found.push(text.data.trim());
    }
    return found;
}"""
_STRINGS = Path(sample_game.__file__).parent / "static" / "hunch" / "strings"
_ENGLISH, _GERMAN = (json.loads((_STRINGS / f"{code}.json").read_text()) for code in ("en", "de"))
#: Whole texts of the page that no German one is like.
ENGLISH_ONLY = {
    text for text in _ENGLISH.values() if isinstance(text, str) and text not in _GERMAN.values()
}


def test_every_view_is_free_of_axe_findings_and_fits_every_window(
    page: Page, game_url: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    for view in each_view(page, game_url):
        check(page, view)


def check(page: Page, view: str) -> None:
    """Look at a view by day and by night, small and large, with large text, and mirrored."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(TWO_FRAMES)
        assert complaints(page) == "", f"{view}, {width} pixels, {scheme}"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(TOO_WIDE) <= 0, f"{view} is too wide for {width} pixels"
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate(SMALL_TARGETS, LEAST_TARGET_PX) == [], view
    assert page.evaluate(SMALL_TEXT, LEAST_FONT_PX) == [], view
    check_german(page, view)
    page.evaluate("document.documentElement.style.fontSize = '34px'")
    assert page.evaluate(TOO_WIDE) <= 0, f"{view} is too wide with text of double size"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(TOO_WIDE) <= 0, f"{view} is too wide from right to left"
    page.evaluate("document.documentElement.dir = 'ltr'")


def check_german(page: Page, view: str) -> None:
    """Look at a view in German on the smallest phone, where words are longest: all are German."""
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate(SPEAK, "de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.evaluate(TWO_FRAMES)
    assert page.evaluate(TOO_WIDE) <= 0, f"{view} is too wide in German"
    assert page.evaluate(CUT_OFF) == [], f"{view} is cut off in German"
    assert ENGLISH_ONLY.intersection(page.evaluate(TEXTS)) == set(), f"{view} speaks English"
    page.evaluate(SPEAK, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.set_viewport_size({"width": 390, "height": 800})


def test_the_keyboard_reaches_everything_in_reading_order(page: Page, game_url: str) -> None:
    # Machines are examined when they are asked for; the page asks for decks at the same moment.
    assert requests.get(f"{game_url}/api/model", timeout=30).ok
    page.goto(game_url)
    expect(guess_field(page)).to_be_focused()
    expect(page.get_by_role("combobox", name="Deck")).to_contain_text("right")
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(page.locator(":focus").inner_text().split("\n")[0])
    assert reached == [
        "Guess",
        "Show the next clue",
        "Tell me the word",
        "First words: 39\N{NO-BREAK SPACE}% right",
        "What the machine knows",
        "Past rounds",
        "What is kept, and where?",
        "English",
        "As on this device",
        "Keys",
    ]


def test_keys_are_listed_closed_and_bring_back_the_last_guess(page: Page, game_url: str) -> None:
    page.goto(game_url)
    expect(guess_field(page)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)
    expect(guess_field(page)).to_be_focused()
    page.keyboard.type("xylophone")
    page.keyboard.press("Enter")
    expect(page.locator("#guess-note")).to_contain_text("is not among the words")
    guess_field(page).fill("")
    page.get_by_role("button", name="Show the next clue").click()
    expect(page.locator(".clue:not(.hidden-clue)")).to_have_count(2)
    page.keyboard.type("moon" if word_behind(page) != "moon" else "apple")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not “")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(guess_field(page)).to_have_value(re.compile("moon|apple"))


def test_language_and_colours_are_chosen_in_the_foot_and_kept(page: Page, game_url: str) -> None:
    page.goto(game_url)
    page.get_by_label("Colours").select_option("Dark")
    page.get_by_label("Language").select_option("Deutsch")
    expect(page.get_by_role("heading", name="Welches Wort ist es?")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Dein Tipp")).to_be_focused()
    assert page.evaluate("document.documentElement.lang") == "de"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(20, 22, 26)"
    page.emulate_media(contrast="more")
    colours = page.evaluate(
        "['.quiet', 'body'].map((one) => getComputedStyle(document.querySelector(one)).color)"
    )
    assert colours[0] == colours[1], "nothing is paler than it must be"


def test_german_fits_the_smallest_phone(page: Page, game_url: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(game_url)
    page.get_by_label("Language").select_option("Deutsch")
    expect(page.get_by_text("Sprache")).to_be_visible()
    for screen in ("", "?play=clue", "?play=daily", "?duel=", "?show=machine", "?show=you"):
        page.goto(f"{game_url}/{screen}")
        expect(page.locator("main h1").first).to_be_visible()
        expect(page.get_by_text("Sprache")).to_be_visible()
        assert page.evaluate(TOO_WIDE) <= 0, f"{screen} is too wide in German"
        bar = page.get_by_role("navigation").bounding_box()
        assert bar is not None
        assert bar["height"] < 2 * LEAST_TARGET_PX, "the ways to play take two lines"
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_nothing_moves_for_those_who_asked_for_it(
    chromium: Browser, game_url: str, no_surprises: Surprises
) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    no_surprises.watch(page, game_url)
    page.goto(game_url)
    expect(page.locator(".guesses li")).to_have_count(5)
    durations = page.locator(".clue > span, .bar span").evaluate_all(
        "all => all.flatMap((one) => [getComputedStyle(one).animationDuration,"
        " getComputedStyle(one).transitionDuration]).map(parseFloat)"
    )
    assert max(durations) <= 0.001
    context.close()


def test_without_javascript_the_page_says_what_it_needs(
    chromium: Browser, game_url: str, no_surprises: Surprises
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    no_surprises.watch(page, game_url)
    page.goto(game_url)
    expect(page.locator(".no-script")).to_be_visible()
    context.close()
