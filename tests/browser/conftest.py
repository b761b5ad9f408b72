"""A real Chromium at a real game server; the relayer behind it is a stand-in or the whole stack."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from relayer.clock import SystemClock
from sample_game.api.play import EXTENSION
from sample_game.app import create_app
from sample_game.background import Background
from sample_game.settings import GameSettings
from tests.stand_in_relayer import StandInRelayer, serving

CHROMIUM = "/usr/bin/chromium"
#: Pages of Chromium's own that open beside every page: half of what a test costs.
OF_THE_ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
#: What Playwright switches off; the list below takes the place of its own.
BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(OF_THE_ADDRESS_BAR + BY_PLAYWRIGHT)}",
]
#: Nothing may ever be asked of it.
EXPLORER = "https://explorer.example/tx/{hash}"
PATIENCE_MS = 30_000
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Surprises:
    """What must not happen while somebody plays. A test that provokes it says so."""

    seen: list[str]
    expected: tuple[str, ...] = ()
    #: Most tests do without the worker that keeps the page, see `context`.
    always: tuple[str, ...] = ("Service Worker registration blocked",)

    def watch(self, page: Page, root: str) -> None:
        """Note errors on a page and requests to other hosts."""
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on(
            "request",
            lambda request: self._note_foreign(request.url, root),
        )

    def unexpected(self) -> list[str]:
        """Return what no test asked for."""
        expected = self.expected + self.always
        return [seen for seen in self.seen if not any(part in seen for part in expected)]

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.seen.append(f"{kind}: {text}")

    def _note_foreign(self, url: str, root: str) -> None:
        if not url.startswith((root, "data:", "blob:")):
            self.seen.append(f"foreign request: {url}")


@pytest.fixture(autouse=True)
def no_surprises() -> Iterator[Surprises]:
    surprises = Surprises([])
    yield surprises
    assert surprises.unexpected() == []


@pytest.fixture
def stand_in() -> StandInRelayer:
    relayer = StandInRelayer()
    relayer.teach()
    return relayer


@pytest.fixture
def game_url(tmp_path: Path, stand_in: StandInRelayer) -> Iterator[str]:
    with serving(stand_in.app()) as relayer_url:
        settings = GameSettings(
            database=tmp_path / "hunch.db", relayer_url=relayer_url, explorer=EXPLORER
        )
        app = create_app(settings, chance=random.Random(7))
        turns = (app.extensions[EXTENSION].news.turn,)
        background = Background(turns, settings.database, 0.2, SystemClock())
        background.start()
        with serving(app) as url:
            yield url
        background.stop()


@pytest.fixture
def context(chromium: Browser, game_url: str) -> Iterator[BrowserContext]:
    """A device; it is put away before the game it plays at stops.

    It keeps no copy of the page, which every new device would fetch: see `test_offline.py`.
    """
    context = chromium.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, game_url: str, no_surprises: Surprises) -> Page:
    page = context.new_page()
    no_surprises.watch(page, game_url)
    return page


@pytest.fixture
def guest(chromium: Browser, game_url: str, no_surprises: Surprises) -> Iterator[Page]:
    """A page on another device."""
    context = chromium.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
    page = context.new_page()
    no_surprises.watch(page, game_url)
    yield page
    context.close()
