"""Decks: chosen on the page, kept on the device, each with its own machine; and looking back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sample_game.store import GameStore, Mark
from tests.browser.conftest import Surprises
from tests.browser.playing import give_clues, guess_field
from tests.browser.test_looks import check
from tests.stand_in_relayer import DECKS, STARTER, StandInRelayer

ANIMALS = DECKS["animals"]
#: What IndexedDB held before past rounds were kept.
OLD_DATABASE = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("hunch", 1);
  request.onupgradeneeded = () => ["identity", "outbox", "contributions"].forEach((shelf) => {
    request.result.createObjectStore(shelf);
  });
  request.onsuccess = () => {
    const put = request.result.transaction("contributions", "readwrite");
    const kept = { id: "0x1", word: "lantern", clues: ["light"], status: "settled", sent_at_ms: 1 };
    put.objectStore("contributions").put(kept, "0x1");
    put.oncomplete = () => { request.result.close(); resolve(); };
  };
  request.onerror = () => reject(request.error);
})"""


@pytest.fixture
def stand_in() -> StandInRelayer:
    """A relayer with a machine for two decks."""
    relayer = StandInRelayer(decks=(STARTER.name, ANIMALS.name))
    relayer.teach()
    return relayer


def deck_choice(page: Page) -> Locator:
    """The list to choose a deck from."""
    return page.get_by_role("combobox", name="Deck")


def guessed_words(page: Page) -> set[str]:
    """The words that the machine guesses."""
    expect(page.locator(".guesses li")).to_have_count(5)
    return set(page.locator(".guess-word").all_inner_texts())


def test_a_deck_is_chosen_stands_in_the_address_and_is_kept_on_the_device(
    page: Page, game_url: str
) -> None:
    page.goto(game_url)
    choice = deck_choice(page)
    expect(choice).to_have_value(STARTER.name)
    expect(choice.locator("option")).to_have_count(2)
    choice.select_option(ANIMALS.name)
    expect(page).to_have_url(f"{game_url}/?deck=animals")
    expect(page.locator(".guess-word").first).to_have_text(ANIMALS.words[0])
    assert guessed_words(page) <= set(ANIMALS.words)
    first_clues = {clues[0] for clues in ANIMALS.seed_clues.values()}
    assert page.locator(".clue > span").first.inner_text() in first_clues
    page.get_by_role("link", name="Clue", exact=True).click()
    expect(page).to_have_url(f"{game_url}/?play=clue&deck=animals")
    assert page.locator("h1.secret").inner_text() in ANIMALS.words
    page.goto(game_url)  # no deck in the address: the one that was chosen here
    expect(deck_choice(page)).to_have_value(ANIMALS.name)
    page.get_by_role("link", name="Daily", exact=True).click()
    expect(page).to_have_url(f"{game_url}/?play=daily")
    expect(guess_field(page)).to_be_visible()
    expect(deck_choice(page)).to_have_count(0)
    assert guessed_words(page) <= set(STARTER.words)


def test_clues_for_a_chosen_deck_reach_its_own_trainer(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    page.goto(f"{game_url}/?play=clue&deck=animals")
    word = page.locator("h1.secret").inner_text()
    page.keyboard.type(" ".join(ANIMALS.seed_clues[word][:3]) + " ")
    expect(page.locator(".chips li")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(".mark").first).to_contain_text("on its way")
    (contribution,) = stand_in.contributions.values()
    assert ANIMALS.words[contribution["label"]] == word


def test_past_rounds_are_listed_and_what_others_wrote_can_be_read(
    page: Page, guest: Page, game_url: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    guest.goto(f"{game_url}/?play=clue")
    word = give_clues(guest)
    expect(guest.locator(".mark").first).to_contain_text("on its way")
    page.goto(game_url)  # the only clues of a player are dealt first
    page.get_by_role("button", name="Tell me the word").click()
    expect(page.locator("h1.secret")).to_have_text(word)
    page.get_by_text("What others wrote").click()
    expect(page.locator(".more li")).to_have_text(" · ".join(STARTER.seed_clues[word][:3]))
    check(page, "what others wrote")
    page.get_by_role("link", name="Past rounds").click()
    expect(page.locator(".past .mark-word")).to_have_text(word)
    expect(page.locator(".past .status")).to_have_text("not found")
    page.get_by_text("What others wrote").click()
    expect(page.locator(".more li")).to_have_count(1)
    check(page, "past rounds")


def test_what_a_machine_has_learnt_is_drawn_and_told_in_a_table(
    page: Page, game_url: str, tmp_path: Path
) -> None:
    page.emulate_media(reduced_motion="reduce")
    store = GameStore(tmp_path / "hunch.db")
    for contributions, share in ((10, 0.1), (100, 0.4), (1_000, 0.75)):
        store.marks.add(ANIMALS.name, Mark(contributions, share, share + 0.2, marked_at=1))
    store.close()
    page.goto(f"{game_url}/?show=machine&deck=animals")
    expect(page.get_by_role("heading", name="Right at first guess: 75 %")).to_be_visible()
    expect(page.get_by_role("img")).to_have_accessible_name(
        "The share of right first guesses went from 10 % to 75 % in 1,000 rounds of clues."
    )
    page.get_by_text("The same as a table").click()
    expect(page.locator("tbody tr").last).to_have_text("1,00075 %95 %")
    check(page, "what the machine knows")
    deck_choice(page).select_option(STARTER.name)
    expect(page.locator(".eyebrow")).to_have_text("First words, 32 words")


def test_a_device_with_an_older_database_keeps_what_it_had(page: Page, game_url: str) -> None:
    page.goto(f"{game_url}/api/decks")
    page.evaluate(OLD_DATABASE)
    page.goto(game_url)
    expect(page.locator(".mark-word")).to_have_text("lantern")
    page.get_by_role("button", name="Tell me the word").click()
    expect(page.get_by_role("button", name="Next word")).to_be_focused()
    page.get_by_role("link", name="Past rounds").click()
    expect(page.locator(".past li")).to_have_count(1)


def test_a_deck_that_is_gone_is_said_to_be_and_another_one_can_be_chosen(
    page: Page, game_url: str, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("404",)
    page.goto(f"{game_url}/?deck=gone")
    expect(page.get_by_text("This deck is not played any more.")).to_be_visible()
    deck_choice(page).select_option(STARTER.name)
    expect(page).to_have_url(f"{game_url}/?deck=starter")
    expect(guess_field(page)).to_be_focused()
