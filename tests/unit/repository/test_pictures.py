"""Pictures of the dashboard: each that is kept is taken by the program, and shown somewhere."""

from __future__ import annotations

from pathlib import Path

from tests.browser.ops_screenshots import shots_of
from tests.ops_scene import Scene

ROOT = Path(__file__).parents[3]
SCENE = Scene(["0x1"], "0x2", "0x3", 1, 2, 3, "wh_1", "ord_1")


def test_every_picture_of_the_dashboard_is_taken_kept_and_shown() -> None:
    taken = {shot.file for shot in shots_of(SCENE, 1)}
    assert {path.name for path in (ROOT / "docs" / "images").glob("ops-*")} == taken
    pages = (ROOT / "README.md", ROOT / "docs" / "how-to" / "operate-the-dashboard.md")
    text = "".join(page.read_text("utf-8") for page in pages)
    assert {name for name in taken if name not in text} == set()
