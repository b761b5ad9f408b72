"""Nothing is stood in for: browser, game, embedded relayer with its worker, chain, contracts.

All tests share one stack. Each has a deck of its own where clues are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from eth_account import Account
from playwright.sync_api import Browser, BrowserContext, Page, expect

from relayer.client import RelayerClient
from sample_game.moderation import refusal_of
from tests.browser.conftest import PHONE, Surprises
from tests.browser.full_stack import ANIMALS, FOOD, FORFEIT_WAIT_S, STAKE_WEI, Stack, running_stack
from tests.browser.keys import link_in_picture, present_address
from tests.browser.playing import (
    SEEDS,
    find_word,
    give,
    give_clues,
    go_on,
    guess_field,
    mark,
    secret_word,
)
from tests.browser.test_own_wallet import install, use
from tests.chain import GWEI
from tests.wallets import Wallet

#: From Enter to settled: batch, two blocks, the reward stage, the settlement, its blocks.
SETTLED_WITHIN_MS = 60_000
Open = Callable[[], Page]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture
def device(chromium: Browser, stack: Stack, no_surprises: Surprises) -> Iterator[Open]:
    """Opens a page on one more device; all are put away in the end."""
    devices: list[BrowserContext] = []

    def another() -> Page:
        devices.append(chromium.new_context(viewport=PHONE))  # type: ignore[arg-type]
        page = devices[-1].new_page()
        no_surprises.watch(page, stack.url)
        return page

    yield another
    for context in devices:
        context.close()


def word_that_these_do_not_give_away(page: Page, clues: list[str]) -> None:
    """Have words dealt until there is one for which these clues are allowed, though wrong."""
    while any(refusal_of(clue, secret_word(page), [], ()) for clue in clues):
        page.get_by_role("button", name="Another word").click()


@pytest.mark.timeout(240)
def test_clues_are_settled_the_wrong_ones_forfeited_and_the_rewards_taken_out(
    device: Open, stack: Stack
) -> None:
    author = device()
    author.goto(f"{stack.url}/?play=clue")
    word = give_clues(author)
    expect(mark(author)).to_contain_text("on its way")
    other_tab = author.context.new_page()
    other_tab.goto(stack.url)
    expect(mark(other_tab)).to_contain_text(word)
    author.close()
    other_tab.reload()
    author = other_tab
    expect(mark(author)).to_contain_text("settled", timeout=SETTLED_WITHIN_MS)
    expect(mark(author)).to_contain_text("The machine agrees with your clues")
    expect(author.locator(".on-record")).to_have_text("1 on the record", timeout=SETTLED_WITHIN_MS)
    stack.contribute(word, SEEDS[word][:3])

    guesser = device()
    guesser.goto(stack.url)
    expect(guesser.get_by_text("It has learnt from 2 rounds of clues")).to_be_visible()
    expect(guesser.locator(".guesses li").first).to_contain_text(word)
    guess_field(guesser).fill(word)
    guesser.keyboard.press("Enter")
    expect(guesser.get_by_text("You just confirmed that they are good")).to_be_visible()
    guesser.get_by_role("button", name="Give clues instead").click()
    word_that_these_do_not_give_away(guesser, SEEDS[word][:3])
    give(guesser, SEEDS[word][:3])
    expect(mark(guesser)).to_contain_text("on the record", timeout=SETTLED_WITHIN_MS)
    stack.chain.pass_time(FORFEIT_WAIT_S)
    expect(mark(guesser)).to_contain_text("not kept", timeout=SETTLED_WITHIN_MS)
    expect(mark(guesser)).to_contain_text("The machine still guesses another word from these")

    receiver = Account.create().address
    author.goto(f"{stack.url}/?show=you")
    there = author.get_by_text("You have 0.005 to take out.")  # the two who were right share it
    expect(there).to_be_visible(timeout=SETTLED_WITHIN_MS)
    assert stack.account(present_address(author)) == (1, STAKE_WEI // 2)
    expect(there).to_be_visible()
    author.get_by_label("To which address?").fill(receiver)
    author.get_by_role("button", name="See what arrives").click()
    author.get_by_role("button", name="Send it").click()
    expect(author.get_by_text("It is there.").first).to_be_visible(timeout=SETTLED_WITHIN_MS)
    fee_wei = STAKE_WEI // 2 - stack.chain.node.balance_wei(receiver)
    most_gwei = RelayerClient(stack.url).config()["withdrawals"]["suggested_max_fee_gwei"]
    assert 0 < fee_wei <= 2 * most_gwei * GWEI


@pytest.mark.timeout(240)
def test_a_right_guess_is_put_on_the_record_and_a_second_device_plays_on_for_the_same_wallet(
    device: Open, stack: Stack
) -> None:
    wallet, author, guesser = Wallet(), device(), device()
    install(author, wallet)
    for page in (guesser, author):  # whoever confirms others has contributed before
        page.goto(f"{stack.url}/?play=clue&deck=animals")
        word = give_clues(page, ANIMALS)
    expect(author.locator(".points")).to_have_text("1 point")
    author.goto(f"{stack.url}/?show=you")
    author.get_by_role("button", name="Find my wallet").click()
    use(author)
    expect(author.get_by_text("You play for the wallet")).to_be_visible()
    (shown,) = wallet.shown
    assert shown["domain"]["verifyingContract"] == stack.chain.deployment.forwarder
    author.goto(stack.url)
    for page in (guesser, author):
        known = expect(mark(page))
        known.to_have_attribute("data-status", "confirmed", timeout=SETTLED_WITHIN_MS)

    guesser.get_by_role("button", name="Guess instead").click()
    expect(guess_field(guesser)).to_be_focused()
    guesser.keyboard.type(word)
    guesser.keyboard.press("Enter")
    expect(guesser.get_by_text("You just confirmed that they are good")).to_be_visible()
    found = expect(mark(author))
    found.to_contain_text("Another player found the word", timeout=SETTLED_WITHIN_MS)
    expect(author.locator(".on-record")).to_have_text("1 on the record", timeout=SETTLED_WITHIN_MS)

    author.goto(f"{stack.url}/?show=you")
    player = present_address(author)
    assert stack.points_among_players(player) == 1
    author.get_by_role("button", name="Show a QR code").click()
    code, link = author.locator(".code").inner_text(), link_in_picture(author, device())
    second = device()
    second.goto(link)
    second.get_by_label("Code", exact=True).fill(code)
    second.keyboard.press("Enter")
    expect(second.locator(".on-record")).to_have_text("1 on the record")
    expect(second.get_by_text("You play for the wallet")).to_be_visible()
    second.goto(f"{stack.url}/?play=clue&deck=animals")
    give_clues(second, ANIMALS)
    expect(mark(second)).to_contain_text("on the record", timeout=SETTLED_WITHIN_MS)
    (newest, first) = RelayerClient(stack.url).contributions(player=player)
    assert (first["nonce"], newest["nonce"]) == (0, 1)
    assert len(wallet.shown) == 1, "it signs once"


@pytest.mark.timeout(240)
def test_signed_rounds_outlast_an_empty_tank_a_lost_connection_and_a_reload(
    device: Open, stack: Stack, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("503", "ERR_INTERNET_DISCONNECTED")
    page = device()
    page.goto(f"{stack.url}/?play=clue&deck=food")
    secret_word(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # the page is kept
    taken_out_wei = stack.empty_tank()
    try:
        give_clues(page, FOOD)
        expect(page.get_by_role("alert")).to_contain_text("The house is out of budget")
        expect(mark(page)).to_contain_text("kept on this device until")
        page.keyboard.press("Enter")
        secret_word(page)
        page.context.set_offline(True)
        give_clues(page, FOOD)
        expect(page.get_by_role("alert")).to_contain_text("You are offline")
        page.get_by_role("button", name="Practise without points").click()
        page.get_by_role("button", name="Tell me the word").click()
        expect(page.get_by_text("These clues came with the page")).to_be_visible()
        page.context.set_offline(False)
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("The house is out of budget")
        expect(page.locator(".mark[data-status=waiting]")).to_have_count(2)
    finally:
        stack.fill_tank(taken_out_wei)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=SETTLED_WITHIN_MS)
    settled = page.locator(".mark[data-status=settled]")
    expect(settled).to_have_count(2, timeout=SETTLED_WITHIN_MS)


@pytest.mark.timeout(240)
def test_daily_puzzle_and_duel_are_played_on_two_devices(device: Open, stack: Stack) -> None:
    challenger, rival = device(), device()
    challenger.goto(f"{stack.url}/?play=daily")
    find_word(challenger, wrong_guesses=1)
    challenger.reload()
    expect(challenger.get_by_text("word 2 of 5")).to_be_visible()
    tell_all(challenger, 4)
    expect(challenger.get_by_role("heading", level=1)).to_contain_text("1 of 5 words")
    challenger.get_by_role("button", name="Challenge a friend").click()
    challenger.get_by_role("button", name="Start a duel").click()
    expect(challenger.get_by_text("word 1 of 5")).to_be_visible()
    link = challenger.url
    word = find_word(challenger)
    tell_all(challenger, 4)
    expect(challenger.get_by_text("Nobody else has played yet")).to_be_visible()
    rival.goto(link)
    assert find_word(rival, wrong_guesses=1) == word
    tell_all(rival, 4)
    expect(rival.get_by_text("The same words, side by side.")).to_be_visible()
    expect(rival.locator(".duel-table tbody tr")).to_have_count(2)
    expect(rival.locator(".duel-table tbody tr").last).to_contain_text("(you)")


def tell_all(page: Page, words: int) -> None:
    """Ask for the words that are left of a puzzle."""
    for _ in range(words):
        page.get_by_role("button", name="Tell me the word").click()
        go_on(page)
