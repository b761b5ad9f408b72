"""The dashboard in a browser: how every page looks, and what keeps the first one fresh."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from relayer.store.switches import Switch
from tests.browser.axe import complaints, thin_out
from tests.browser.conftest import Surprises
from tests.browser.operating import Dashboard, admitted, open_dashboard, opened
from tests.browser.test_looks import LOOKS, TOO_WIDE, TWO_FRAMES
from tests.ops_pages import furnish, page_paths

WIDTHS = (320, 1280)
#: Pages are looked at in so many tests: one alone would take too long on a busy machine.
SHARES = 4
PICTURES = "[...document.querySelectorAll('.plot canvas')].map((one) => one.toDataURL())"
HIDE = """() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
SHOW = """() => {
    delete document.hidden;
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    with open_dashboard(tmp_path_factory.mktemp("dashboard")) as dashboard:
        yield dashboard


@pytest.fixture(scope="module")
def state(chromium: Browser, dashboard: Dashboard) -> Any:
    return admitted(chromium, dashboard)


@pytest.fixture(scope="module")
def paths(dashboard: Dashboard) -> dict[str, str]:
    """An address of each page, by its name."""
    return page_paths(dashboard.house.app, furnish(dashboard.house), files=False)


@pytest.fixture
def page(
    chromium: Browser, dashboard: Dashboard, state: Any, no_surprises: Surprises
) -> Iterator[Page]:
    context = opened(chromium, state, reduced_motion="reduce")
    page = context.new_page()
    no_surprises.watch(page, dashboard.root)
    yield page
    context.close()


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_free_of_axe_findings_and_fits_every_window(
    page: Page, dashboard: Dashboard, paths: dict[str, str], share: int
) -> None:
    assert {"home", "now", "plots", "login"} <= set(paths)
    for name, path in list(paths.items())[share::SHARES]:
        page.goto(f"{dashboard.root}/ops{path}")
        expect(page.get_by_role("main")).to_be_visible()
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(TOO_WIDE) <= 0, f"{name} is too wide for {width} pixels"
        thin_out(page)
        for (_, scheme), width in zip(LOOKS, WIDTHS, strict=True):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.evaluate(TWO_FRAMES)
            assert complaints(page) == "", f"{name}, {width} pixels, {scheme}"


def test_plots_are_drawn_from_their_tables_and_again_when_the_colours_change(
    page: Page, dashboard: Dashboard
) -> None:
    page.goto(f"{dashboard.url}?span=7d")
    expect(page.locator(".plot canvas")).to_have_count(11)
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    by_day = page.evaluate(PICTURES)
    page.emulate_media(color_scheme="dark")
    page.evaluate(TWO_FRAMES)
    by_night = page.evaluate(PICTURES)
    assert all(one != other for one, other in zip(by_day, by_night, strict=True))
    page.locator("#plot-queue .u-over").hover(position={"x": 60, "y": 60})
    for name in ("queue", "money", "failures"):
        legend = page.locator(f"#plot-{name} .u-legend .u-value").first
        expect(legend).to_have_text(re.compile("[0-9]"))


def test_without_script_the_tables_and_sentences_are_there(
    chromium: Browser, dashboard: Dashboard, state: Any
) -> None:
    context = opened(chromium, state, java_script_enabled=False)
    page = context.new_page()
    page.goto(dashboard.url)
    expect(page.locator("#verdict-worker-heartbeat")).to_contain_text("green")
    page.get_by_text("Table: Queue", exact=True).click()
    expect(page.locator("#table-queue tbody tr")).to_have_count(72)
    page.get_by_role("link", name="30 days").click()
    expect(page.locator("#table-queue tbody tr")).to_have_count(30)
    context.close()


def test_sentences_are_kept_fresh_while_somebody_looks_and_not_otherwise(
    page: Page, dashboard: Dashboard
) -> None:
    page.clock.install()
    polls: list[str] = []
    page.on("request", lambda request: polls.append(request.url.rpartition("/")[2]))
    page.goto(dashboard.url)
    switches = page.locator("#verdict-pauses")
    expect(switches).to_contain_text("green")
    dashboard.house.store.switches.pause(Switch.SENDING, "we move", dashboard.house.clock.now())
    page.clock.run_for(3_100)
    expect(switches).to_contain_text("we move")
    page.evaluate(HIDE)
    polls.clear()
    page.clock.run_for(120_000)
    assert polls == []
    dashboard.house.store.switches.resume(Switch.SENDING)
    page.evaluate(SHOW)
    expect(switches).to_contain_text("green")


def test_a_contribution_is_kept_fresh_until_and_with_its_end(
    page: Page, dashboard: Dashboard
) -> None:
    house = dashboard.house
    identity = house.send(house.contribution(7)).get_json()["id"]
    page.clock.install()
    page.goto(f"{dashboard.url}contributions/{identity}")
    expect(page.locator("#state")).to_contain_text("queued")
    assert house.store.contributions.cancel(identity, house.clock.now())
    page.clock.run_for(3_100)
    expect(page.locator("#state")).to_contain_text("cancelled")
    expect(page.locator("#steps")).to_contain_text("taken back")
    page.clock.run_for(3_100)
    expect(page.locator("#freshness")).to_be_hidden()


def test_when_the_server_is_gone_the_page_says_that_it_is_old(
    page: Page, dashboard: Dashboard, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("Failed to load resource",)
    page.clock.install()
    page.goto(dashboard.url)
    expect(page.locator("#freshness")).to_have_text("live")
    page.route("**/ops/now", lambda route: route.abort())
    for _ in range(6):
        page.clock.run_for(3_000)
        page.evaluate("fetch('/ops/now').catch(() => 0)")
    expect(page.get_by_role("alert")).to_contain_text("nothing new since")
    page.unroute("**/ops/now")
    page.clock.run_for(3_100)
    expect(page.locator("#freshness")).to_have_text("live")
