"""Keys in a real browser: kept, written down, taken over, used on two devices, never shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Surprises
from tests.browser.keys import (
    PASSPHRASE,
    Witness,
    dump_of,
    forms_of,
    key_in_file,
    link_in_picture,
    present_address,
    save_file,
    win,
    words_shown,
)
from tests.browser.playing import give_clues, mark
from tests.stand_in_relayer import StandInRelayer

YOU = "?show=you"


@pytest.fixture
def blank(chromium: Browser) -> Iterator[Page]:
    """An empty page, as a camera's app may be."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def take_over(page: Page, text: str, **secrets: str) -> None:
    page.get_by_label("Words, link or file").fill(text)
    for label, secret in secrets.items():
        secret_field(page, label).fill(secret)
    page.get_by_role("button", name="Take over").click()


def secret_field(page: Page, label: str) -> Locator:
    """The field that appears for what was given; the one for a backup is there before it."""
    fields = page.get_by_label(label, exact=True)
    if label == "Passphrase":
        expect(fields).to_have_count(2)
    return fields.last


def test_nothing_that_leaves_the_page_or_is_kept_holds_the_key(page: Page, game_url: str) -> None:
    witness = Witness()
    witness.watch(page)
    win(page, game_url)
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    page.goto(f"{game_url}/{YOU}")
    key = key_in_file(save_file(page), PASSPHRASE)
    words = words_shown(page)
    page.get_by_role("button", name="Show a QR code").click()
    expect(page.locator(".qr")).to_be_visible()
    code = page.locator(".code").inner_text()
    dump = dump_of(page)
    assert len(witness.heard) > 20
    assert witness.holds("/api/clues")
    secrets = [*forms_of(key), words, PASSPHRASE, code, "#import=", "import="]
    assert [secret for secret in secrets if witness.holds(secret)] == []
    assert [secret for secret in forms_of(key) if secret in dump] == []
    assert "0x" in dump


def test_a_backup_is_offered_after_the_first_points_and_in_nobodys_way(
    page: Page, game_url: str
) -> None:
    page.goto(game_url)
    expect(page.locator(".points")).to_have_text("0 points")
    expect(page.locator(".offer, .badge")).to_have_count(0)
    win(page, game_url)
    expect(page.get_by_text("Your points live on this device.").first).to_be_visible()
    expect(page.locator(".badge")).to_have_count(1)
    page.get_by_role("button", name="Later").click()
    expect(page.locator(".offer")).to_have_count(0)
    page.reload()
    expect(page.locator(".badge")).to_have_count(1)
    expect(page.locator(".offer")).to_have_count(0)
    page.get_by_role("link", name="You").click()
    save_file(page)
    expect(page.get_by_text("you have kept a way back")).to_be_visible()
    expect(page.locator(".badge")).to_have_count(0)


def test_a_second_device_takes_the_key_from_the_picture_and_both_play_on(
    page: Page,
    guest: Page,
    blank: Page,
    game_url: str,
    stand_in: StandInRelayer,
    no_surprises: Surprises,
) -> None:
    no_surprises.expected = ("409",)  # both sign with the same number
    win(page, game_url)
    page.goto(f"{game_url}/{YOU}")
    page.get_by_role("button", name="Show a QR code").click()
    code = page.locator(".code").inner_text()
    link = link_in_picture(page, blank)
    assert link.startswith(f"{game_url}/?show=you#import=")
    guest.goto(link)
    expect(guest.get_by_label("Code", exact=True)).to_be_focused()
    assert guest.url == f"{game_url}/?show=you", "the key is out of the address bar"
    guest.keyboard.type("wrong wrong")
    guest.keyboard.press("Enter")
    expect(guest.get_by_role("alert").filter(has_text="does not belong")).to_be_visible()
    guest.get_by_label("Code", exact=True).fill(code.lower())
    guest.keyboard.press("Enter")
    expect(guest.locator(".points")).to_have_text("5 points")
    for device in (page, guest):
        device.goto(f"{game_url}/?play=clue")
    for device in (page, guest):
        give_clues(device)
        expect(mark(device)).to_contain_text("on its way")
    taken = stand_in.contributions.values()
    assert len({contribution["player"] for contribution in taken}) == 1
    assert sorted(contribution["nonce"] for contribution in taken) == [0, 1]
    expect(mark(guest)).to_contain_text("on its way")
    expect(guest.locator(".mark")).to_have_count(1)


def test_words_taken_over_beside_points_ask_which_and_lose_neither(
    page: Page, guest: Page, game_url: str
) -> None:
    for device in (page, guest):
        win(device, game_url)
        device.goto(f"{game_url}/{YOU}")
    words = words_shown(page)
    own = present_address(guest)
    take_over(guest, words)
    choice = guest.get_by_role("group", name="Which one shall play")
    expect(choice).to_contain_text("It has no backup yet")
    expect(choice.get_by_text("5 points")).to_have_count(2)
    guest.get_by_role("button", name="Make a backup first").click()
    expect(guest.get_by_label("Passphrase", exact=True)).to_be_focused()
    guest.get_by_role("button", name="The one here now").click()
    assert present_address(guest) == own
    take_over(guest, words)
    guest.get_by_role("button", name="The one taken over").click()
    expect(guest.get_by_role("heading", name="Also on this device")).to_be_visible()
    assert present_address(guest) == present_address(page)
    guest.get_by_role("button", name="Play as this one").click()
    expect(guest.get_by_text("Your points live on this device.")).to_be_visible()
    assert present_address(guest) == own


def test_a_file_is_taken_over_and_every_mistake_is_told_as_what_it_is(
    page: Page, guest: Page, game_url: str
) -> None:
    win(page, game_url)
    page.goto(f"{game_url}/{YOU}")
    content = save_file(page)
    guest.goto(f"{game_url}/{YOU}")
    trouble = guest.get_by_role("alert").filter(has_text=" ")
    take_over(guest, "quartz hermit")
    expect(trouble).to_have_text("24 words are needed, here are 2.")
    take_over(guest, "abandn " * 24)
    expect(trouble).to_have_text("Word 1, “abandn”, is not on the list. Do you mean “abandon”?")
    take_over(guest, "abandon " * 24)
    expect(trouble).to_contain_text("they do not fit together")
    take_over(guest, content.replace("PBKDF2", "PBKDF3"), Passphrase=PASSPHRASE)
    expect(trouble).to_contain_text("The file is damaged")
    guest.get_by_label("Words, link or file").fill("")
    file = {"name": "hunch.json", "mimeType": "application/json", "buffer": content.encode()}
    guest.get_by_label("Or choose the file").set_input_files(file)  # type: ignore[arg-type]
    secret_field(guest, "Passphrase").fill("another passphrase")
    guest.get_by_role("button", name="Take over").click()
    expect(trouble).to_have_text("The passphrase is wrong for this file.")
    secret_field(guest, "Passphrase").fill(PASSPHRASE)
    guest.get_by_role("button", name="Take over").click()
    expect(guest.locator(".points")).to_have_text("5 points")


def test_other_tabs_play_with_the_key_that_was_taken_over(
    page: Page, guest: Page, game_url: str
) -> None:
    win(guest, game_url)
    guest.goto(f"{game_url}/{YOU}")
    words = words_shown(guest)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{game_url}/{YOU}")
        expect(tab.locator(".points")).to_have_text("0 points")
    take_over(page, words)
    for tab in (page, other):
        expect(tab.locator(".points")).to_have_text("5 points")
