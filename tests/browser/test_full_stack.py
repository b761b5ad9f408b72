"""Nothing is stood in for: browser, game, embedded relayer with its worker, chain, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from eth_account import Account
from playwright.sync_api import Browser, Page, expect

from relayer.chain.contracts import bind
from relayer.client import RelayerClient
from relayer.keys import store_key
from relayer.settings import Secret, Settings
from sample_game.app import create_app
from sample_game.settings import GameSettings
from tests.browser.conftest import PHONE, Surprises
from tests.browser.playing import SEEDS, give_clues, guess_field, mark
from tests.chain import ETHER, GWEI, RELAYER_KEY, Chain, make_plan, start_chain
from tests.stand_in_relayer import DECK, serving

#: From Enter to settled: batch, two blocks, the reward stage, the settlement, its blocks.
SETTLED_WITHIN_MS = 60_000
PASSWORD = "a password of the tests"
#: Enough that a share of a forfeited one is worth its sending.
STAKE_WEI = ETHER // 100


@dataclass
class Stack:
    """A game whose house is on a chain."""

    url: str
    chain: Chain

    def points_on_chain(self, player: str) -> int:
        """Ask the incentive mechanism itself, past our own database."""
        mechanism = bind("SelfAssessment", self.chain.trainer.mechanism.address)
        points, _unclaimed_wei = mechanism.read(self.chain.node, "account", player)
        return int(points)

    def contribute(self, word: str, clues: list[str]) -> None:
        """Let somebody else contribute, and wait until it is on the record."""
        client = RelayerClient(self.url)
        signed = client.sign_contribution(Account.create(), words=clues, label=word)
        client.wait(client.submit(signed)["id"], until="confirmed", timeout_s=60)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    trainer = {
        "name": "Hunch",
        "labels": DECK,
        "classifier": {"kind": "naive-bayes"},
        "mechanism": {
            "refund_wait_s": 2,
            "forfeit_wait_s": 6,
            "min_stake_wei": STAKE_WEI,
            "max_stake_wei": STAKE_WEI,
        },
    }
    chain = start_chain(tmp_path, plan=make_plan(trainers=[trainer]))
    try:
        chain.node.request("evm_setIntervalMining", [1])
        store_key(tmp_path / "keystore.json", RELAYER_KEY, PASSWORD)
        relayer_settings = Settings(
            rpc_url=chain.url,
            deployment=chain.deployment_path,
            database=tmp_path / "relayer.db",
            signer_keystore=tmp_path / "keystore.json",
            signer_password=Secret(PASSWORD),
            max_wait_s=0.2,
            confirmations=1,
            poll_interval_s=0.2,
            settle_min_items=1,
            settle_max_delay_s=1,
        )
        settings = GameSettings(database=tmp_path / "hunch.db", house_poll_s=1)
        app = create_app(settings, relayer_settings, follow_house=True)
        with serving(app) as url:
            yield Stack(url, chain)
        app.extensions["relayer"].stop()
    finally:
        chain.anvil.stop()


def open_page(chromium: Browser, stack: Stack, surprises: Surprises) -> Page:
    page = chromium.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    surprises.watch(page, stack.url)
    return page


@pytest.mark.timeout(240)
def test_clues_played_in_the_browser_are_learnt_and_settled_on_a_real_chain(
    chromium: Browser, stack: Stack, no_surprises: Surprises
) -> None:
    author = open_page(chromium, stack, no_surprises)
    author.goto(f"{stack.url}/?play=clue")
    word = give_clues(author)
    expect(mark(author)).to_contain_text("settled", timeout=SETTLED_WITHIN_MS)
    expect(mark(author)).to_contain_text("one point for you on the record")
    expect(author.locator(".on-record")).to_have_text("1 on the record", timeout=SETTLED_WITHIN_MS)
    (contribution,) = RelayerClient(stack.url).contributions()
    assert contribution["settlement"]["outcome"] == "refunded"
    assert stack.points_on_chain(contribution["player"]) == 1

    guesser = open_page(chromium, stack, no_surprises)
    guesser.goto(stack.url)
    expect(guesser.get_by_text("It has learnt from 1 round of clues")).to_be_visible()
    expect(guesser.locator(".guesses li").first).to_contain_text(word)
    guess_field(guesser).fill(word)
    guesser.keyboard.press("Enter")
    expect(guesser.get_by_text("You just confirmed that they are good")).to_be_visible()
    for page in (author, guesser):
        page.context.close()


@pytest.mark.timeout(240)
def test_rewards_taken_out_in_the_browser_arrive_on_a_real_chain(
    chromium: Browser, stack: Stack, no_surprises: Surprises
) -> None:
    author = open_page(chromium, stack, no_surprises)
    author.goto(f"{stack.url}/?play=clue")
    word = give_clues(author)
    expect(mark(author)).to_contain_text("settled", timeout=SETTLED_WITHIN_MS)
    stack.contribute(word, SEEDS[word][:3])
    stack.contribute(next(other for other in DECK if other != word), SEEDS[word][:3])

    # The second one is wrong: its stake is shared among the two who were right.
    receiver = Account.create().address
    author.goto(f"{stack.url}/?show=you")
    there = author.get_by_text("You have 0.005 to take out.")
    expect(there).to_be_visible(timeout=SETTLED_WITHIN_MS)
    author.get_by_label("To which address?").fill(receiver)
    author.get_by_role("button", name="See what arrives").click()
    author.get_by_role("button", name="Send it").click()
    expect(author.get_by_text("It is there.").first).to_be_visible(timeout=SETTLED_WITHIN_MS)
    fee_wei = STAKE_WEI // 2 - stack.chain.node.balance_wei(receiver)
    most_gwei = RelayerClient(stack.url).config()["withdrawals"]["suggested_max_fee_gwei"]
    assert 0 < fee_wei <= 2 * most_gwei * GWEI
    author.context.close()
