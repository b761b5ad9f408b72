"""Own wallets and rewards: a provider that is feigned, whose signer is real."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Surprises
from tests.browser.keys import win
from tests.browser.playing import give_clues
from tests.browser.test_looks import check
from tests.stand_in_relayer import CHAIN_ID, FORWARDER, StandInRelayer
from tests.wallets import Wallet

#: Announces wallets as EIP-6963 has it; each behaves as its entry says.
_PROVIDER = """(wallets) => {
  for (const { info, chain, obeys, rejects, account, times } of wallets) {
    let present = chain;
    const answers = {
      eth_requestAccounts: async () => [account],
      eth_chainId: async () => `0x${present.toString(16)}`,
      wallet_switchEthereumChain: async ([{ chainId }]) => {
        if (!obeys) throw Object.assign(new Error("Unrecognized chain"), { code: 4902 });
        present = Number(chainId);
        return null;
      },
      eth_signTypedData_v4: async ([, data]) => {
        if (rejects) throw Object.assign(new Error("User rejected"), { code: 4001 });
        return signTypedData(data);
      },
    };
    const provider = { request: ({ method, params }) => answers[method](params) };
    const announce = () => {
      for (let time = 0; time < times; time += 1) {
        const detail = Object.freeze({ info, provider });
        dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
      }
    };
    addEventListener("eip6963:requestProvider", announce);
    announce();
  }
}"""
NASTY = "<img src=x onerror=alert(1)>\u202egnihsihp\u0000 " + "Very " * 40
FEE = 100_000 * 10**9


def install(page: Page, *wallets: Wallet, **behaviour: Any) -> None:
    """Put wallets into a page before it loads."""
    page.expose_function("signTypedData", wallets[0].sign_typed_data)
    entries = []
    for number, wallet in enumerate(wallets):
        info = {"uuid": f"uuid-{number}", "name": "Lantern", "rdns": "io.lantern", "icon": ""}
        defaults = {"chain": CHAIN_ID, "obeys": True, "rejects": False, "times": 1}
        entry = defaults | {"account": wallet.address, "info": info} | behaviour
        entries.append(entry | {"info": info | behaviour.get("info", {})})
    page.add_init_script(f"({_PROVIDER})({json.dumps(entries)})")


def open_wallets(page: Page, game_url: str) -> None:
    win(page, game_url)
    page.goto(f"{game_url}/?show=you")
    page.get_by_role("button", name="Find my wallet").click()


def use(page: Page) -> None:
    page.get_by_role("button", name="Use", exact=True).click()


def test_one_signature_of_a_wallet_then_play_without_questions(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    wallet = Wallet()
    install(page, wallet)
    open_wallets(page, game_url)
    use(page)
    expect(page.get_by_text("You play for the wallet")).to_be_visible()
    (shown,) = wallet.shown
    assert shown["domain"]["chainId"] == CHAIN_ID
    assert shown["domain"]["verifyingContract"].lower() == FORWARDER
    assert shown["message"]["game"] == game_url
    assert "moves no money" in shown["message"]["scope"]
    page.goto(f"{game_url}/?play=clue")
    give_clues(page)
    expect(page.locator(".points")).to_have_text("6 points")
    page.get_by_role("link", name="You").click()
    expect(page.get_by_text("1 of 500 sets of clues used")).to_be_visible()
    assert len(wallet.shown) == 1, "it signs once"
    page.get_by_role("button", name="Disconnect it").click()
    expect(page.get_by_role("button", name="Find my wallet")).to_be_visible()
    assert len(wallet.shown) == 1, "the device ends it by itself"
    expect(page.locator(".points")).to_have_text("0 points")


def test_a_wallet_ends_another_of_its_devices(page: Page, guest: Page, game_url: str) -> None:
    wallet = Wallet()
    for device in (page, guest):
        install(device, wallet)
        open_wallets(device, game_url)
        use(device)
        expect(device.get_by_text("You play for the wallet")).to_be_visible()
    page.reload()
    expect(page.locator(".points")).to_have_text("10 points")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_role("button", name="End it")).to_have_count(0)
    assert [shown["primaryType"] for shown in wallet.shown][2:] == ["SessionRevocation"]
    guest.reload()
    expect(guest.get_by_role("button", name="Find my wallet")).to_be_visible()
    expect(page.get_by_text("You play for the wallet")).to_be_visible()


def test_a_wallet_that_declines_changes_nothing(page: Page, game_url: str) -> None:
    wallet = Wallet()
    install(page, wallet, rejects=True)
    open_wallets(page, game_url)
    use(page)
    expect(page.get_by_text("You declined in the wallet. Nothing has changed.")).to_be_visible()
    assert wallet.shown == []
    page.reload()
    expect(page.get_by_role("button", name="Find my wallet")).to_be_visible()


@pytest.mark.parametrize("obeys", [True, False])
def test_a_wallet_on_another_chain_switches_or_is_told_so(
    page: Page, game_url: str, obeys: bool
) -> None:
    wallet = Wallet()
    install(page, wallet, chain=1, obeys=obeys)
    open_wallets(page, game_url)
    use(page)
    if obeys:
        expect(page.get_by_text("You play for the wallet")).to_be_visible()
    else:
        told = f"The wallet is on network 1, the game on {CHAIN_ID}."
        expect(page.get_by_text(told)).to_be_visible()
        assert wallet.shown == []


def test_a_wallet_that_shouts_and_lies_is_one_line_of_plain_text(
    page: Page, game_url: str, no_surprises: Surprises
) -> None:
    icon = "https://evil.example/icon.svg"
    info = {"name": NASTY, "rdns": "<b>io</b>", "icon": icon}
    install(page, Wallet(), times=5, info=info)
    open_wallets(page, game_url)
    rows = page.locator(".key-list li")
    expect(rows).to_have_count(1)
    name = rows.locator("bdi").inner_text()
    assert name.startswith("<img src=x onerror=alert(1)>gnihsihp")
    assert len(name) == 40
    expect(rows.locator("img")).to_have_count(0)
    assert rows.locator(".quiet").inner_text() == ""
    assert no_surprises.unexpected() == [], "nothing was fetched from anywhere"


def test_a_signature_of_somebody_else_is_not_taken(
    page: Page, game_url: str, no_surprises: Surprises
) -> None:
    no_surprises.expected = ("422",)
    install(page, Wallet(), account=Wallet().address)
    open_wallets(page, game_url)
    use(page)
    expect(page.get_by_text("not that of a plain account")).to_be_visible()


def test_the_screen_is_free_of_axe_findings_with_everything_open(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    stand_in.balance_wei = 10 * FEE
    page.emulate_media(reduced_motion="reduce")
    install(page, Wallet())
    open_wallets(page, game_url)
    page.get_by_role("button", name="Show a QR code").click()
    page.get_by_role("button", name="Show 24 words").click()
    expect(page.locator(".qr")).to_be_visible()
    expect(page.locator(".words li")).to_have_count(24)
    expect(page.locator("dialog:visible")).to_have_count(0)
    check(page, "you")


def test_no_wallet_is_spoken_of_before_the_first_points(page: Page, game_url: str) -> None:
    page.goto(f"{game_url}/?show=you")
    expect(page.get_by_role("heading", name="Backup")).to_be_visible()
    expect(page.get_by_role("heading", name="Your own wallet")).to_have_count(0)
    expect(page.get_by_role("heading", name="Rewards")).to_have_count(0)


def test_rewards_are_taken_out_with_the_fee_in_plain_words(
    page: Page, game_url: str, stand_in: StandInRelayer
) -> None:
    stand_in.balance_wei = 10 * FEE
    receiver = Wallet().address
    page.goto(f"{game_url}/?show=you")
    expect(page.get_by_text("You have 0.001 to take out.")).to_be_visible()
    field = page.get_by_label("To which address?")
    button = page.get_by_role("button", name="See what arrives")
    for typed, words in (
        ("0x12", "This is no address"),
        ("0x" + "0" * 40, "Nobody gets anything back from this address"),
        (FORWARDER, "This address belongs to the house itself"),
        (_mistyped(receiver), "A letter of this address is wrong"),
    ):
        field.fill(typed)
        button.click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    page.get_by_label("How much of it?").fill("0.0002")
    field.fill(receiver)
    button.click()
    expect(page.get_by_text("The fee alone may be 0.0002.")).to_be_visible()
    page.get_by_label("How much of it?").fill("0.001")
    button.click()
    expect(page.get_by_text("about 0.0001 for sending it, 0.0002 at most")).to_be_visible()
    expect(page.get_by_text("You get at least 0.0008")).to_be_visible()
    expect(page.get_by_text(receiver)).to_be_visible()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("The house has it and sends it soon.")).to_be_visible()
    ((withdrawal_id, withdrawal),) = stand_in.withdrawals.items()
    assert (withdrawal["to"], withdrawal["amount_wei"]) == (receiver, str(10 * FEE))
    page.reload()
    expect(page.get_by_text("The house has it and sends it soon.")).to_be_visible()
    stand_in.withdrawals[withdrawal_id]["status"] = "confirmed"
    expect(page.get_by_text("It is there.").first).to_be_visible()


def _mistyped(address: str) -> str:
    """One letter in the other case."""
    place = next(place for place, letter in enumerate(address) if place > 1 and letter.isalpha())
    return address[:place] + address[place].swapcase() + address[place + 1 :]
