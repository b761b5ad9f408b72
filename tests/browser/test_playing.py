import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from relayer.models.features import feature_of
from tests.browser.conftest import EXPLORER, Surprises
from tests.browser.playing import (
    SEEDS,
    clue_field,
    give_clues,
    guess_field,
    mark,
    secret_word,
    word_behind,
)
from tests.stand_in_relayer import StandInRelayer

FIRST_GUESS_WITHIN_S = 3.0


def test_the_first_guess_is_possible_within_three_seconds_and_without_a_click(
    page: Page, game_url: str
) -> None:
    assert min(seconds_to_the_first_guess(page, game_url) for _ in range(3)) < FIRST_GUESS_WITHIN_S


def seconds_to_the_first_guess(page: Page, game_url: str) -> float:
    began = time.monotonic()
    page.goto(game_url)
    expect(guess_field(page)).to_be_focused()
    page.keyboard.type("moon")
    page.keyboard.press("Enter")
    took_s = time.monotonic() - began
    expect(page.get_by_text(re.compile("^(Not “moon”|You found it)"))).to_be_visible()
    return took_s


def test_a_guess_round_is_played_and_won_by_keyboard_alone(page: Page, game_url: str) -> None:
    page.goto(game_url)
    expect(page.locator(".guesses li")).to_have_count(5)
    word = word_behind(page)
    wrong = "moon" if word != "moon" else "apple"
    page.keyboard.type(wrong)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Not “{wrong}”")).to_be_visible()
    expect(page.locator(".clue:not(.hidden-clue)")).to_have_count(2)
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You found it")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(word)
    expect(page.get_by_role("status")).to_have_text(f"Right, the word is {word}. 4 points.")
    expect(page.locator(".points")).to_have_text("4 points")
    expect(page.get_by_role("button", name="Next word")).to_be_focused()
    for answer, said in (("Yes", "the first rating"), ("No", "the first rating")):
        page.get_by_role("group", name="Was its guess good?").get_by_text(answer).click()
        expect(page.get_by_role("button", name=answer, pressed=True)).to_have_count(1)
        expect(page.locator(".rating")).to_contain_text(said)
    page.get_by_role("button", name="Next word").press("Enter")
    expect(guess_field(page)).to_be_focused()


def test_a_word_outside_the_game_or_tried_before_costs_nothing(page: Page, game_url: str) -> None:
    page.goto(game_url)
    guess_field(page).fill("xylophone")
    page.keyboard.press("Enter")
    expect(page.locator("#guess-note")).to_contain_text("is not among the words of this game")
    expect(page.locator(".clue:not(.hidden-clue)")).to_have_count(1)
    wrong = "moon" if word_behind(page) != "moon" else "apple"
    for note in (f"Not “{wrong}”", f"You have tried “{wrong}”"):
        guess_field(page).fill(wrong)
        page.keyboard.press("Enter")
        expect(page.locator("#guess-note")).to_contain_text(note)
        expect(page.locator(".clue:not(.hidden-clue)")).to_have_count(2)


def test_the_machine_guesses_along_while_clues_are_typed(page: Page, game_url: str) -> None:
    page.goto(f"{game_url}/?play=clue")
    word = secret_word(page)
    expect(page.locator(".guesses li")).to_have_count(5)
    page.keyboard.type(SEEDS[word][2])
    expect(page.locator(".guesses .target")).to_have_text(re.compile(word))
    expect(page.locator(".guesses li").first).to_have_text(re.compile(word))


def test_clues_are_signed_sent_and_followed_until_they_are_settled(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    page.goto(f"{game_url}/?play=clue")
    word = give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    expect(page.locator(".points")).to_have_text("1 point")
    assert len(stand_in.contributions) == 1
    stand_in.set_status("mined")
    expect(mark(page)).to_contain_text("on the record")
    stand_in.points = 1
    stand_in.set_status("settled", settlement={"outcome": "refunded"})
    expect(mark(page)).to_contain_text("settled")
    expect(mark(page)).to_contain_text(word)
    expect(page.locator(".on-record")).to_have_text("1 on the record")
    expect(page.get_by_role("status")).to_have_text(f"{word}: settled.")
    (contribution,) = stand_in.contributions.values()
    stand_in.model.learn(contribution["label"], [feature_of(clue) for clue in SEEDS[word][:3]])
    page.reload()
    expect(mark(page)).to_contain_text(re.compile(f"sure of “{word}” from these clues before"))


def test_clues_on_the_chain_link_to_the_transaction_that_holds_them_now(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    page.goto(f"{game_url}/?play=clue")
    word = give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    name = f"See it on the chain: {word}, {', '.join(SEEDS[word][:3])}"
    link = mark(page).get_by_role("link", name=name, exact=True)
    for digit in "12":  # the second after a reorganisation
        taken = {"hash": f"0x{digit * 64}", "mined": True}
        stand_in.set_status("mined", transactions=[{"hash": "0x0", "mined": False}, taken])
        expect(link).to_have_attribute("href", EXPLORER.format(**taken))
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    stand_in.set_status("sent", transactions=[])
    expect(mark(page)).to_contain_text("on its way")
    expect(link).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "facts", "why"),
    [
        ("settled", {"settlement": {"outcome": "forfeited"}}, "still guesses another word"),
        ("failed", {"reason": "over-budget"}, "used up its budget for today"),
        ("expired", {"reason": "deadline-passed"}, "could not write it down in time"),
    ],
)
def test_clues_that_were_not_kept_say_why(
    page: Page,
    game_url: str,
    stand_in: StandInRelayer,
    status: str,
    facts: dict[str, object],
    why: str,
) -> None:
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    stand_in.set_status(status, **facts)
    expect(mark(page)).to_contain_text("not kept")
    expect(mark(page)).to_contain_text(why)


def test_a_refused_clue_disappears_with_its_reason(page: Page, game_url: str) -> None:
    page.goto(f"{game_url}/?play=clue")
    word = secret_word(page)
    page.keyboard.type(f"{word}s ")
    expect(page.locator("#clue-note")).to_contain_text("has the secret word inside it")
    expect(page.locator(".chips li")).to_have_count(0)
    page.keyboard.type("quartz ")
    expect(page.locator(".chips li")).to_have_count(1)


def test_clues_can_be_taken_back_before_they_are_sent(page: Page, game_url: str) -> None:
    page.goto(f"{game_url}/?play=clue")
    secret_word(page)
    page.keyboard.type("quartz hermit ")
    page.keyboard.press("Backspace")
    expect(page.locator(".chips li")).to_have_count(1)
    page.get_by_role("button", name="Remove quartz").click()
    expect(page.locator(".chips li")).to_have_count(0)
    expect(clue_field(page)).to_be_focused()


def test_an_empty_purse_stops_nobody_and_the_clues_go_out_later(
    page: Page, game_url: str, stand_in: StandInRelayer, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("503",)
    stand_in.refuses_with = "tank-empty"
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(page.get_by_role("alert")).to_contain_text("The house is out of budget")
    expect(mark(page)).to_contain_text("kept on this device")
    page.keyboard.press("Enter")
    expect(clue_field(page)).to_be_focused()
    stand_in.refuses_with = None
    page.get_by_role("button", name="Try again").click()
    expect(mark(page)).to_contain_text("on its way")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_signed_clues_survive_a_reload(
    page: Page, game_url: str, stand_in: StandInRelayer, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("503",)
    stand_in.refuses_with = "chain-unavailable"
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(page.get_by_role("alert")).to_contain_text("cannot reach the record")
    stand_in.refuses_with = None
    page.reload()
    expect(mark(page)).to_contain_text("on its way")
    assert len(stand_in.contributions) == 1


def test_clues_given_offline_go_out_when_the_line_is_back(
    page: Page,
    context: BrowserContext,
    game_url: str,
    stand_in: StandInRelayer,
    no_surprises: Surprises,
) -> None:
    no_surprises.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    page.keyboard.press("Enter")
    secret_word(page)
    context.set_offline(True)
    give_clues(page)
    expect(page.get_by_role("alert")).to_contain_text("You are offline")
    expect(mark(page)).to_contain_text("kept on this device")
    context.set_offline(False)
    expect(mark(page)).to_contain_text("on its way")
    assert len(stand_in.contributions) == 2


def test_the_same_device_stays_the_same_player_in_every_tab(
    page: Page, context: BrowserContext, game_url: str, stand_in: StandInRelayer
) -> None:
    other = context.new_page()
    for tab in (page, other):
        tab.goto(f"{game_url}/?play=clue")
    for tab in (page, other):
        tab.bring_to_front()
        clue_field(tab).focus()
        give_clues(tab)
        expect(mark(tab)).to_contain_text("on its way")
    players = {contribution["player"] for contribution in stand_in.contributions.values()}
    nonces = sorted(contribution["nonce"] for contribution in stand_in.contributions.values())
    assert len(players) == 1
    assert nonces == [0, 1]


def test_another_player_guesses_from_the_clues_and_rewards_their_author(
    page: Page, guest: Page, game_url: str
) -> None:
    page.goto(f"{game_url}/?play=clue")
    word = give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    guest.goto(game_url)
    expect(guess_field(guest)).to_be_focused()
    guest.keyboard.type(word)
    guest.keyboard.press("Enter")
    expect(guest.get_by_text("You just confirmed that they are good")).to_be_visible()
    expect(guest.locator(".points")).to_have_text("3 points")
    page.reload()
    expect(page.locator(".points")).to_have_text("3 points")


def test_right_guess_is_signed_by_the_guesser_where_players_confirm_each_other(
    page: Page, guest: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    stand_in.takes_validations = True
    page.goto(f"{game_url}/?play=clue")
    word = give_clues(page)
    expect(mark(page)).to_contain_text("on its way")
    guest.goto(f"{game_url}/?play=clue")
    give_clues(guest)  # who confirms must have contributed
    expect(mark(guest)).to_contain_text("on its way")
    stand_in.set_status("confirmed", contribution_number=775)
    expect(mark(guest)).to_contain_text("on the record")
    guest.goto(game_url)
    expect(guess_field(guest)).to_be_focused()
    guest.keyboard.type(word)
    with guest.expect_response("**/api/validations") as answer:
        guest.keyboard.press("Enter")
    assert answer.value.status == 202
    expect(guest.get_by_text("You found it")).to_be_visible()
    author = next(iter(stand_in.contributions.values()))
    (signed,) = stand_in.validations.values()
    # signed by the guest's own key, which the stand-in has checked
    assert signed["contribution"] == 775
    assert signed["validator"].lower() != author["player"].lower()
    stand_in.set_status("settled", settlement={"outcome": "refunded"})
    page.reload()
    expect(mark(page)).to_contain_text("Another player found the word")
