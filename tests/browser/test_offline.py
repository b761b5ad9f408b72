"""The page on a device that kept it: with a dead server, and when a new version has come."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from sample_game.app import create_app
from sample_game.page.shipment import EXTENSION, Shipment
from sample_game.settings import GameSettings
from tests.browser.conftest import PHONE, Surprises
from tests.browser.playing import guess_field, secret_word
from tests.stand_in_relayer import StandInRelayer, serving

SHOWN_VERSION = "document.querySelector('script[type=module]').src.split('/')[4]"
KEPT = """async () => {
    await navigator.serviceWorker.ready;
    while (!(await caches.has("hunch-models"))) await new Promise((done) => setTimeout(done, 50));
}"""

#: All that the worker has kept.
KEPT_PATHS = """async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = (await Promise.all(caches_.map((one) => one.keys()))).flat();
    return requests.map(({ url }) => new URL(url).pathname);
}"""


@dataclass
class MortalGame:
    """A game whose server can be killed."""

    app: Flask
    url: str = ""
    life: ExitStack = field(default_factory=ExitStack)

    def die(self) -> None:
        """Stop answering."""
        self.life.close()

    def upgrade(self) -> None:
        """Ship another version, as after an upgrade and a restart."""
        made: Shipment = self.app.extensions[f"{EXTENSION}_made"]
        self.app.extensions[f"{EXTENSION}_made"] = replace(made, version="0123456789ab")


@pytest.fixture
def mortal(tmp_path: Path, stand_in: StandInRelayer) -> Iterator[MortalGame]:
    with serving(stand_in.app()) as relayer_url, ExitStack() as life:
        settings = GameSettings(database=tmp_path / "hunch.db", relayer_url=relayer_url)
        game = MortalGame(create_app(settings, chance=random.Random(7)), life=life)
        game.url = life.enter_context(serving(game.app))
        yield game


@pytest.fixture
def keeper(chromium: Browser, mortal: MortalGame, no_surprises: Surprises) -> Iterator[Page]:
    """A page whose device has kept it."""
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    no_surprises.watch(page, mortal.url)
    page.goto(mortal.url)
    expect(guess_field(page)).to_be_focused()
    page.evaluate(KEPT)
    yield page
    context.close()


def test_with_a_dead_server_the_page_opens_and_a_practice_round_is_played(
    keeper: Page, mortal: MortalGame, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("ERR_CONNECTION_REFUSED", "Failed to fetch", "503")
    keeper.reload()  # what the page asks for now goes through the worker
    expect(keeper.locator(".points")).to_have_text("0 points")
    mortal.die()
    keeper.reload()
    expect(keeper.get_by_role("alert")).to_contain_text("You are offline, or the game is")
    keeper.get_by_role("button", name="Practise without points").click()
    expect(keeper.get_by_text("Practice: no points")).to_be_visible()
    assert {path for path in keeper.evaluate(KEPT_PATHS) if "/code/" not in path} == {
        "/",
        "/api/model",
    }
    expect(keeper.locator(".guesses li")).to_have_count(5)  # the machine that was kept
    expect(guess_field(keeper)).to_be_focused()
    keeper.get_by_role("button", name="Tell me the word").click()
    expect(keeper.get_by_text("These clues came with the page")).to_be_visible()
    keeper.get_by_role("button", name="Next word").click()
    expect(guess_field(keeper)).to_be_focused()
    keeper.reload()  # the address leads back to practice
    expect(keeper.get_by_text("Practice: no points")).to_be_visible()


def test_a_new_version_is_offered_and_the_old_one_goes_on_meanwhile(
    keeper: Page, mortal: MortalGame
) -> None:
    mortal.upgrade()
    keeper.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    offer = keeper.get_by_text("A new version of Hunch is here.")
    expect(offer).to_be_visible()
    # a screen that was not open yet, of the version that the server has no longer
    keeper.get_by_role("link", name="Clue", exact=True).click()
    secret_word(keeper)
    keeper.get_by_role("button", name="Reload").click()
    expect(offer).to_have_count(0)
    secret_word(keeper)
    assert keeper.evaluate(SHOWN_VERSION) == "0123456789ab"
