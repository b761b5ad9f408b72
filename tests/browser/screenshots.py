"""Takes a picture of every view, on a phone and a screen, by day and by night.

`make screenshots` plays at the stand-in relayer and writes `docs/images/hunch-*.png`.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from sample_game.app import create_app
from sample_game.settings import GameSettings
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.browser.palette import with_palette
from tests.browser.views import each_view
from tests.stand_in_relayer import StandInRelayer, serving

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DEVICES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DICE = 7


def take_pictures(page: Page, studio: Page, name: str, folder: Path) -> None:
    """Write the pictures of the view that is shown."""
    for device, size in DEVICES.items():
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)  # for lines that appear late, and colours that settle
            page.evaluate("scrollTo(0, 0)")
            picture = page.screenshot(caret="hide")
            target = folder / f"hunch-{name}-{device}-{scheme}.png"
            target.write_bytes(with_palette(studio, picture))


def main(folder: Path = IMAGES) -> None:
    """Play, and write all pictures."""
    relayer = StandInRelayer()
    relayer.teach()
    with (
        tempfile.TemporaryDirectory() as scratch,
        serving(relayer.app()) as relayer_url,
        sync_playwright() as playwright,
    ):
        settings = GameSettings(database=Path(scratch) / "hunch.db", relayer_url=relayer_url)
        app = create_app(settings, chance=random.Random(DICE))
        with serving(app) as url:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            context = browser.new_context(service_workers="block", reduced_motion="reduce")
            expect.set_options(timeout=PATIENCE_MS)
            page, studio = context.new_page(), context.new_page()
            for name in each_view(page, url):
                take_pictures(page, studio, name, folder)
            browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
