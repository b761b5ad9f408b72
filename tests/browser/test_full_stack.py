"""Nothing is stood in for: browser, game, embedded relayer with its worker, chain, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from relayer.chain.contracts import bind
from relayer.client import RelayerClient
from relayer.keys import store_key
from relayer.settings import Secret, Settings
from sample_game.app import create_app
from sample_game.settings import GameSettings
from tests.browser.conftest import PHONE, Surprises
from tests.browser.playing import give_clues, guess_field, mark
from tests.chain import RELAYER_KEY, Chain, make_plan, start_chain
from tests.stand_in_relayer import DECK, serving

#: From Enter to settled: batch, two blocks, the reward stage, the settlement, its blocks.
SETTLED_WITHIN_MS = 60_000
PASSWORD = "a password of the tests"


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


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    trainer = {
        "name": "Hunch",
        "labels": DECK,
        "classifier": {"kind": "naive-bayes"},
        "mechanism": {"refund_wait_s": 2, "forfeit_wait_s": 600},
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
