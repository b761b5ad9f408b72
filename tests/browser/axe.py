"""What axe finds on a page: the rules for people who see, hear or move differently."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

#: Rows of a long table are made alike: a few stand for all. Contrast is measured cell by cell.
THIN_OUT = """([long, kept]) => {
    for (const body of document.querySelectorAll("tbody"))
        if (body.rows.length > long) [...body.rows].slice(kept).forEach((row) => row.remove());
}"""
LONG_ROWS = 24
KEPT_ROWS = 4


def thin_out(page: Page) -> None:
    """Leave the first rows of each table that is long. Widths are to be measured before."""
    page.evaluate(THIN_OUT, [LONG_ROWS, KEPT_ROWS])


def complaints(page: Page) -> str:
    """Return a report of what axe finds on the page as it looks now; empty if it finds nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate("axe.run({ resultTypes: ['violations'] })"))
    return str(found.generate_report()) if found.violations_count else ""
