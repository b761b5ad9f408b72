from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Surprises
from tests.browser.playing import clue_field, give_clues, guess_field, mark

WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LEAST_TARGET_PX = 44
LEAST_FONT_PX = 16


#: Until then the colours of the day and of the night may stand side by side.
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_every_view_is_free_of_axe_findings_and_fits_its_width(page: Page, game_url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(game_url)
    expect(page.locator(".guesses li")).to_have_count(5)
    check(page, "guess")
    page.get_by_text("What is kept, and where?").click()
    page.get_by_role("button", name="Tell me the word").click()
    expect(page.get_by_role("button", name="Next word")).to_be_focused()
    check(page, "guess result")
    page.get_by_role("link", name="Clue", exact=True).click()
    expect(clue_field(page)).to_be_focused()
    check(page, "clue")
    give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    check(page, "clue result")


def check(page: Page, view: str) -> None:
    """Look at a view by day and by night, on the smallest phone, a usual one, and a screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(TWO_FRAMES)
            findings = Axe().run(page, options={"resultTypes": ["violations"]})
            place = f"{view}, {width} pixels, {scheme}"
            assert findings.violations_count == 0, f"{place}: {findings.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{view} is too wide"


def test_targets_are_large_enough_for_a_thumb_and_text_for_an_eye(
    page: Page, game_url: str
) -> None:
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    for url in (game_url, f"{game_url}/?play=clue"):
        page.goto(url)
        expect(page.locator(".guesses li")).to_have_count(5)
        expect(page.locator(".mark")).to_have_count(1)
        targets = page.locator(
            "button:visible, a:visible, input:visible, summary:visible, select:visible"
        )
        for target in targets.all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= LEAST_TARGET_PX, target.inner_text()
        sizes = page.locator("body *:visible").evaluate_all(
            "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
        )
        assert min(sizes) >= LEAST_FONT_PX


def test_the_keyboard_reaches_everything_in_reading_order(page: Page, game_url: str) -> None:
    page.goto(game_url)
    expect(guess_field(page)).to_be_focused()
    expect(page.get_by_role("combobox", name="Deck")).to_be_visible()
    reached = []
    for _ in range(9):
        page.keyboard.press("Tab")
        reached.append(page.locator(":focus").inner_text().split("\n")[0])
    assert reached == [
        "Guess",
        "Show the next clue",
        "Tell me the word",
        "First words: the machine finds 39 %",
        "What the machine knows",
        "Past rounds",
        "What is kept, and where?",
        "English",
        "As on this device",
    ]


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
