"""What somebody gets who has never been here: little to load, and no word of what is behind it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.playing import guess_field

FIRST_LOAD_BUDGET_BYTES = 60_000
#: What came over the line, for every script that the page has asked for by then.
LOADED_SCRIPTS = """() => Object.fromEntries(performance.getEntriesByType("resource")
    .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
    .map(({ name, encodedBodySize }) => [name, encodedBodySize]))"""
WORDS_OF_CHAINS = re.compile(r"\b(gas|gwei|wei|wallets?|transactions?|blockchain|chain)\b", re.I)
SCREENS = (
    "",
    "?play=clue",
    "?play=daily",
    "?duel=",
    "?show=machine",
    "?show=past",
    "?show=ranking",
    "?show=you",
)


def test_the_first_screen_loads_little_and_no_other_screen(page: Page, game_url: str) -> None:
    page.goto(game_url)
    expect(guess_field(page)).to_be_focused()
    expect(page.locator(".guesses li")).to_have_count(5)
    expect(page.get_by_role("combobox", name="Deck")).to_be_visible()  # what is loaded later, too
    loaded: dict[str, int] = page.evaluate(LOADED_SCRIPTS)
    assert all(size > 0 for size in loaded.values())
    assert sum(loaded.values()) <= FIRST_LOAD_BUDGET_BYTES
    screens = [name.rsplit("/", 1)[1] for name in loaded if name.endswith("_screen.js")]
    assert screens == ["guess_screen.js"]


def test_nothing_speaks_of_wallets_or_chains_before_the_first_result(
    page: Page, game_url: str
) -> None:
    for screen in SCREENS:
        page.goto(f"{game_url}/{screen}")
        expect(page.locator("main h1").first).to_be_visible()
        expect(page.get_by_text("What the machine knows").first).to_be_visible()
        page.locator("main details, footer details").evaluate_all(
            "all => all.forEach((one) => (one.open = true))"
        )
        found = WORDS_OF_CHAINS.findall(page.locator("body").inner_text())
        assert found == [], f"{screen or 'the first screen'} says {found}"
