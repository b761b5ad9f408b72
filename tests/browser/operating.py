"""The dashboard of a service that tests walk around in, and browsers that are logged in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from relayer.store.chain_state import SignerSnapshot
from relayer.store.ops_users import Role
from tests.browser_of_operator import PASSWORD, add_user
from tests.house import ETHER, House, make_deployment
from tests.ops_history import fill_history
from tests.ops_scene import Scene
from tests.ops_showroom import FORFEIT_WAIT_S, REFUND_WAIT_S, SETTINGS, furnish_showroom
from tests.stand_in_relayer import serving

SIGNER = "0x1563915e194D8CfBA1943570603F7606A3115508"


@dataclass
class Dashboard:
    """A house with weeks of history, and the address of its dashboard."""

    house: House
    root: str  #: of the server

    @property
    def url(self) -> str:
        """The first page."""
        return f"{self.root}/ops/"


@contextmanager
def open_dashboard(folder: Path) -> Iterator[Dashboard]:
    """Serve a house with an admin, a signer and a month behind it."""
    house = House(folder)
    now = house.clock.now()
    signer = SignerSnapshot(SIGNER, 7, ETHER, allowed=True)
    house.store.chain_state.write_signers([signer], now)
    fill_history(house.store, now)
    add_user(house, "adele", Role.ADMIN)
    house.send(*(house.contribution(player) for player in (1, 2, 3)))
    with serving(house.app) as root:
        yield Dashboard(house, root)
    house.close()


@contextmanager
def open_showroom(folder: Path) -> Iterator[tuple[Dashboard, Scene]]:
    """Serve a house in which something of everything has happened, and one thing is stuck."""
    house = House(folder, system=make_deployment(REFUND_WAIT_S, FORFEIT_WAIT_S), **SETTINGS)
    scene = furnish_showroom(house)
    add_user(house, "adele", Role.ADMIN)
    with serving(house.app) as root:
        yield Dashboard(house, root), scene
    house.close()


def log_in(page: Page, url: str, name: str = "adele") -> None:
    """Go through the door of a dashboard."""
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(url)


def admitted(browser: Browser, dashboard: Dashboard) -> Any:
    """What a browser keeps once somebody is logged in, for further contexts."""
    context = browser.new_context()
    log_in(context.new_page(), dashboard.url)
    state = context.storage_state()
    context.close()
    return state


def opened(browser: Browser, state: Any, **options: Any) -> BrowserContext:
    """A browser in which somebody is logged in."""
    return browser.new_context(storage_state=state, **options)
