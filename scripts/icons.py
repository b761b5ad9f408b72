"""Draws Hunch's icons from its SVG: `python scripts/icons.py`. The results are committed.

Browsers install a page only with pictures of fixed sizes. A maskable one fills its square, because
the device cuts the shape; the letter lies within the middle 80 %.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "sample_game" / "static"
CHROMIUM = "/usr/bin/chromium"
#: Name, size in pixels, whether the device cuts the shape.
ICONS = (
    ("icon-192.png", 192, False),
    ("icon-512.png", 512, False),
    ("maskable-512.png", 512, True),
    ("touch-180.png", 180, True),
)
_COLOUR = "#c2410c"


def picture(svg: str, size_px: int, is_maskable: bool) -> str:
    """Return a page that shows the icon and nothing else."""
    drawn_px = size_px * 3 // 4 if is_maskable else size_px
    margin_px = (size_px - drawn_px) // 2
    background = _COLOUR if is_maskable else "transparent"
    return (
        f"<style>body{{margin:0;padding:{margin_px}px;background:{background}}}"
        f"svg{{display:block;width:{drawn_px}px;height:{drawn_px}px}}</style>{svg}"
    )


def main() -> None:
    """Write every icon."""
    svg = (STATIC / "hunch.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--headless=new", "--no-sandbox"]
        )
        for name, size_px, is_maskable in ICONS:
            page = browser.new_page(viewport={"width": size_px, "height": size_px})
            page.set_content(picture(svg, size_px, is_maskable))
            page.screenshot(path=STATIC / "icons" / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
