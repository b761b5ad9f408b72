"""Takes pictures of the dashboard; those of Hunch are left alone.

`make screenshots-ops` furnishes a house in which one thing is stuck and writes
`docs/images/ops-*.png`.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.browser.operating import Dashboard, admitted, open_showroom, opened
from tests.browser.palette import with_palette
from tests.browser.screenshots import IMAGES
from tests.browser.test_looks import TWO_FRAMES
from tests.house import TRAINER
from tests.ops_scene import Scene

Scheme = Literal["light", "dark"]
WIDTHS: Final = {"phone": 390, "desktop": 1280}
#: Folds away what has not been asked for, and lays out everything before the picture is taken.
AT_REST: Final = "document.activeElement?.blur?.(); scrollTo(0, 0)"


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        name: of the file, without device and scheme.
        path: of the page below ``/ops``.
        device: a key of `WIDTHS`.
        height: of the window, in pixels.
        scheme: by day or by night.
        part: what the picture begins with, as a selector; empty: the head of the page.
    """

    name: str
    path: str
    device: str = "desktop"
    height: int = 800
    scheme: Scheme = "light"
    part: str = ""

    @property
    def file(self) -> str:
        """Name of the picture."""
        return f"ops-{self.name}-{self.device}-{self.scheme}.png"


def shots_of(scene: Scene, stuck: int) -> list[Shot]:
    """Return all pictures, of a showroom whose stuck transaction has this number."""
    contribution = f"/contributions/{scene.settled[0]}"
    action = f"/actions/speed-up?transaction={stuck}"
    return [
        Shot("home", "/"),
        Shot("home", "/", scheme="dark"),
        Shot("home", "/", "phone", 844),
        Shot("plots", "/?span=7d", height=1_160, part="#plots"),
        Shot("plots", "/?span=7d", height=1_160, scheme="dark", part="#plots"),
        Shot("contributions", "/contributions"),
        Shot("contributions", "/contributions", "phone", 844, "dark"),
        Shot("contribution", contribution, height=1_000),
        Shot("contribution", contribution, "phone", 844),
        Shot("batch", f"/batches/{scene.batch}"),
        Shot("signers", "/signers"),
        Shot("rewards", "/rewards"),
        Shot("budget", "/budget", height=1_000),
        Shot("trainer", f"/trainers/{TRAINER}", height=1_160),
        Shot("webhooks", "/webhooks", height=480),
        Shot("runbook", "/runbooks/stuck-nonce"),
        Shot("action", action),
        Shot("action", action, "phone", 844, "dark"),
        Shot("orders", "/orders", height=480),
        Shot("alerts", "/alerts"),
        Shot("audit", "/audit", height=640),
    ]


def take_picture(page: Page, studio: Page, url: str, shot: Shot) -> bytes:
    """Return one picture as a PNG with a palette."""
    page.set_viewport_size({"width": WIDTHS[shot.device], "height": shot.height})
    page.emulate_media(color_scheme=shot.scheme)
    page.goto(f"{url}/ops{shot.path}")
    expect(page.get_by_role("main")).to_be_visible()
    if page.locator(".plot").count():
        expect(page.locator(".plot canvas").first).to_be_visible()
    page.evaluate(AT_REST)
    if shot.part:
        page.locator(shot.part).evaluate("(one) => one.scrollIntoView()")
    page.evaluate(TWO_FRAMES)
    return with_palette(studio, page.screenshot(caret="hide"))


def take_all(browser: Browser, dashboard: Dashboard, scene: Scene, folder: Path) -> None:
    """Write all pictures."""
    (lane,) = dashboard.house.store.signs.stuck_lanes()
    context = opened(browser, admitted(browser, dashboard), reduced_motion="reduce")
    page, studio = context.new_page(), context.new_page()
    for shot in shots_of(scene, lane.id):
        picture = take_picture(page, studio, dashboard.root, shot)
        (folder / shot.file).write_bytes(picture)
    context.close()


def main(folder: Path = IMAGES) -> None:
    """Furnish a house, and write all pictures."""
    expect.set_options(timeout=PATIENCE_MS)
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_showroom(Path(scratch)) as (dashboard, scene),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        take_all(browser, dashboard, scene, folder)
        browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
