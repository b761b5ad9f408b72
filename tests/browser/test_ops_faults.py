"""A fault for each verdict over the real stack: the sentence turns red, what it offers mends it.

All tests share one stack; each leaves it in order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from relayer.ops.verdicts import VerdictLevel, VerdictName
from relayer.store.switches import Switch
from tests.browser.conftest import Surprises
from tests.browser.operating import log_in
from tests.browser.ops_stack import OpsStack, running_ops_stack
from tests.browser_of_operator import PASSWORD
from tests.faulty_proxy import http_status

WITHIN_MS = 60_000


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpsStack]:
    with running_ops_stack(tmp_path_factory.mktemp("ops")) as stack:
        yield stack


@pytest.fixture
def page(chromium: Browser, stack: OpsStack, no_surprises: Surprises) -> Iterator[Page]:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    no_surprises.watch(page, stack.root)
    log_in(page, stack.url)
    yield page
    context.close()


def sentence(page: Page, name: VerdictName) -> Locator:
    return page.locator(f"#verdict-{name}")


def sees(page: Page, name: VerdictName, level: VerdictLevel, text: str = "") -> None:
    """Wait until a sentence has a level; nobody loads the page again."""
    expect(page.locator(f"#verdict-{name}.level-{level}")).to_be_visible(timeout=WITHIN_MS)
    expect(sentence(page, name)).to_contain_text(text)


def mend(page: Page, stack: OpsStack, name: VerdictName, action: str) -> None:
    """Go the way that a sentence offers: what would happen, a reason, do it, back to the page."""
    sentence(page, name).get_by_role("link", name=action).click()
    page.get_by_label("Reason").fill("a fault that a test has made")
    if page.get_by_label("Your password").count():
        page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name=action).click()
    expect(page.get_by_role("status").filter(has_text="Done:")).to_be_visible()
    page.goto(stack.url)


@pytest.mark.timeout(240)
def test_dead_worker_and_dead_node(page: Page, stack: OpsStack) -> None:
    sees(page, VerdictName.WORKER, VerdictLevel.GREEN)
    sees(page, VerdictName.BOOKS, VerdictLevel.GREEN, "to the wei")
    stack.node.fail(http_status(503))
    sees(page, VerdictName.NODE, VerdictLevel.RED, "No node can be used")
    stack.stop_worker()
    sees(page, VerdictName.WORKER, VerdictLevel.RED, "nothing is sent, and nothing is accepted")
    expect(page.locator("#verdicts li").first).to_have_id(f"verdict-{VerdictName.WORKER}")
    stack.start_worker()
    sees(page, VerdictName.WORKER, VerdictLevel.GREEN)
    sees(page, VerdictName.NODE, VerdictLevel.RED)
    stack.node.heal()
    sees(page, VerdictName.NODE, VerdictLevel.GREEN)


@pytest.mark.timeout(240)
def test_a_node_that_brings_no_new_blocks(page: Page, stack: OpsStack) -> None:
    sees(page, VerdictName.NODE, VerdictLevel.GREEN)
    stack.stop_blocks()
    sees(page, VerdictName.NODE, VerdictLevel.RED, "The newest block is")
    stack.go_on_with_blocks()
    sees(page, VerdictName.NODE, VerdictLevel.GREEN)


@pytest.mark.timeout(240)
def test_empty_tank_is_filled_from_the_treasury(page: Page, stack: OpsStack) -> None:
    sees(page, VerdictName.TANK, VerdictLevel.GREEN)
    stack.empty_tank()
    sees(page, VerdictName.TANK, VerdictLevel.RED, "The tank is empty")
    mend(page, stack, VerdictName.TANK, "Top up a signer or the tank")
    sees(page, VerdictName.TANK, VerdictLevel.GREEN, "5.000000 ether")


@pytest.mark.timeout(240)
def test_paused_sending_and_a_stuck_nonce(page: Page, stack: OpsStack) -> None:
    stack.store.switches.pause(Switch.SENDING, "we move house", time.time())
    ids = stack.queue([0, 1])
    sees(page, VerdictName.QUEUE, VerdictLevel.RED, "the oldest has waited")
    sees(page, VerdictName.PAUSES, VerdictLevel.AMBER, "we move house")
    stack.stop_blocks()
    mend(page, stack, VerdictName.QUEUE, "Resume the sending")
    sees(page, VerdictName.QUEUE, VerdictLevel.GREEN)
    sees(page, VerdictName.STUCK, VerdictLevel.RED, "for its block")
    (lane,) = stack.store.signs.stuck_lanes()
    before = len(stack.store.transactions.attempts(lane.id))
    mend(page, stack, VerdictName.STUCK, "Speed a transaction up")
    stack.wait_until(
        lambda: len(stack.store.transactions.attempts(lane.id)) > before,
        "a dearer attempt was made",
    )
    stack.go_on_with_blocks()
    sees(page, VerdictName.STUCK, VerdictLevel.GREEN)
    stack.wait_for(ids, "confirmed")


@pytest.mark.timeout(240)
def test_a_deep_reorganisation_is_told_until_somebody_has_looked_into_it(
    page: Page, stack: OpsStack
) -> None:
    (first, _) = ids = stack.queue([0, 0])
    stack.wait_for(ids, "confirmed")
    stack.drop_from(stack.block_of(first))
    sees(page, VerdictName.REORGANISATION, VerdictLevel.RED, "which had counted as final")
    sees(page, VerdictName.STUCK, VerdictLevel.RED, "for its block")
    stack.stop_worker()
    stack.start_worker()
    mend(page, stack, VerdictName.REORGANISATION, "Mark as looked into")
    sees(page, VerdictName.REORGANISATION, VerdictLevel.GREEN, "The last final blocks were dropped")
    stack.wait_for(ids, "confirmed")
    sees(page, VerdictName.STUCK, VerdictLevel.GREEN)


@pytest.mark.timeout(240)
def test_forfeits_are_told_until_somebody_has_looked_into_them(page: Page, stack: OpsStack) -> None:
    ids = stack.queue([0] * 4 + [1] * 3 + [2] * 3 + [3] * 3)
    stack.wait_for(ids, "confirmed")
    stack.chain.pass_time(5_000)
    stack.wait_for(ids, "settled")
    sees(page, VerdictName.FORFEITS, VerdictLevel.RED, "were forfeited")
    mend(page, stack, VerdictName.FORFEITS, "Mark as looked into")
    sees(page, VerdictName.FORFEITS, VerdictLevel.GREEN)
