"""Actions that the worker carries out: the order is stored once, with numbers told before."""

from __future__ import annotations

import pytest

from relayer.ops.pages.home import ORDER_TOLD_AFTER_S
from relayer.refusals.operators import ActionRefused
from relayer.store.chain_state import SignerSnapshot
from relayer.store.orders import OrderKind
from relayer.store.statuses import TransactionKind
from relayer.store.switches import Switch
from relayer.store.transactions import NewTransaction
from tests.browser_of_operator import logged_in
from tests.house import ETHER, FORWARDER, GWEI, STRANGER, House
from tests.operator_desk import OperatorDesk

TREASURY = "0x52908400098527886E0F7030069857D2E4169EE7"


@pytest.fixture
def desk(house: House) -> OperatorDesk:
    return OperatorDesk(house)


def sign(house: House, max_fee_wei: int = 3 * GWEI) -> int:
    """A signed transaction that no block holds; returns its number."""
    store, now = house.store, house.clock.now()
    number = store.transactions.insert(
        NewTransaction(TransactionKind.ADD, STRANGER, 0, FORWARDER, b"\x01", 100_000, now)
    )
    store.transactions.add_attempt(
        number,
        transaction_hash="0x" + "cd" * 32,
        raw=b"\x02",
        max_fee_per_gas_wei=max_fee_wei,
        max_priority_fee_per_gas_wei=GWEI,
        signed_at=now,
    )
    return number


def hold(house: House, balance_wei: int) -> None:
    snapshot = SignerSnapshot(STRANGER, 7, balance_wei, allowed=True)
    house.store.chain_state.write_signers([snapshot], house.clock.now())


def test_speeding_up_tells_the_fees_before_and_is_ordered_once(
    house: House, desk: OperatorDesk
) -> None:
    number = sign(house)
    told = desk.preview("speed-up", transaction=str(number))
    assert "offers 3 gwei per gas, 1 gwei of it as tip" in told
    assert "The next one would offer 3.360000001 gwei per gas, 1.120000001 gwei" in told
    assert "It may take 0.0003360000001 ether at most" in told
    assert desk.preview("speed-up", signer=STRANGER.lower(), nonce="0") == told
    first = desk.perform("speed-up", under="k", transaction="0x" + "cd" * 32)
    again = desk.perform("speed-up", under="k", transaction="0x" + "cd" * 32)
    assert (again.is_repeated, again.answer) == (True, first.answer)
    (order,) = house.store.orders.open()
    assert first.answer.sentence.endswith(f"the worker carries out the order {order.id}")
    assert (order.kind, order.arguments, order.actor) == (
        OrderKind.SPEED_UP,
        {"transaction": number},
        "olga",
    )


def test_what_cannot_be_sped_up_is_told_before(house: House, desk: OperatorDesk) -> None:
    with pytest.raises(ActionRefused, match="There is no such transaction"):
        desk.preview("speed-up", transaction="5")
    with pytest.raises(ActionRefused, match="Name the transaction, or its signer and nonce"):
        desk.preview("speed-up", nonce="5")
    sign(house, max_fee_wei=190 * GWEI)
    with pytest.raises(ActionRefused, match="above the cap"):
        desk.perform("speed-up", transaction="1")
    house.store.receipts.note_failed(1, "reverted", 1.0)
    with pytest.raises(ActionRefused, match="is failed: a block holds it"):
        desk.preview("cancel-transaction", transaction="1")
    assert house.store.orders.open() == []


def test_cancelling_is_intended_at_once(house: House, desk: OperatorDesk) -> None:
    number = sign(house)
    assert "replaced by an empty self-send" in desk.preview("cancel-transaction", transaction="1")
    desk.done("cancel-transaction", transaction="1")
    assert house.store.cancellations.of(number) is not None
    assert [order.kind for order in house.store.orders.open()] == [OrderKind.CANCEL]


def test_gaps_are_named_before_they_are_closed(house: House, desk: OperatorDesk) -> None:
    sign(house)
    house.store.signers.ensure(STRANGER, 2)
    house.store.signers.take_nonce(STRANGER)
    assert "for the nonces 1, 2." in desk.preview("close-gap", signer=STRANGER)
    with pytest.raises(ActionRefused, match="is not one of the signers"):
        desk.preview("close-gap", signer=TREASURY)
    desk.done("close-gap")
    assert house.store.orders.open()[0].arguments == {"signer": None}


def test_settling_counts_what_is_asked_about(desk: OperatorDesk) -> None:
    assert desk.preview("settle-now").startswith("0 open contributions in 0 batches")
    desk.done("settle-now")
    with pytest.raises(ActionRefused, match="There is no batch 3"):
        desk.preview("settle-now", batch="3")


def test_money_goes_from_the_treasury_to_signers_and_tank_only(house: House) -> None:
    with pytest.raises(ActionRefused, match="There is no treasury"):
        OperatorDesk(house).preview("top-up", target="tank")
    with pytest.raises(ActionRefused, match="money goes nowhere else"):  # not even told to
        OperatorDesk(house).preview("top-up", target=TREASURY)
    desk = OperatorDesk(
        house, treasury_keystore=house.settings.database, tank_top_up_most_wei=ETHER // 2
    )
    hold(house, ETHER // 50)
    told = desk.preview("top-up", target=STRANGER)
    assert f"The treasury pays 0.08 ether to {STRANGER}" in told
    with pytest.raises(ActionRefused, match="money goes nowhere else"):
        desk.preview("top-up", target=TREASURY)
    with pytest.raises(ActionRefused, match="leave the amount empty"):
        desk.preview("top-up", target=STRANGER, amount_wei="5")
    assert "pays 0.5 ether into the sponsor's tank" in desk.preview("top-up", target="tank")
    with pytest.raises(ActionRefused, match=r"At most 0\.5 ether"):
        desk.preview("top-up", target="tank", amount_wei=str(ETHER))
    desk.done("top-up", target="tank", amount_wei="7")
    assert house.store.orders.open()[0].arguments == {"account": "tank", "amount_wei": "7"}


def test_credits_go_to_the_address_of_the_settings(house: House) -> None:
    with pytest.raises(ActionRefused, match="set treasury_address"):
        OperatorDesk(house).preview("withdraw-credits")
    desk = OperatorDesk(house, treasury_address=TREASURY)
    told = desk.preview("withdraw-credits")
    assert "up to 0.00018 ether of gas" in told
    assert "nobody has looked up yet" in told
    found = {"block_number": 5, "forwarder_wei": "9", "faults": []}
    found["credits_wei"] = {"0xa": "20000000000000000", "0xb": "5"}
    house.store.checks.write("books", found, 1.0)
    assert "At block 5 that was 0.020000000000000005 ether" in desk.preview("withdraw-credits")
    page = logged_in(house).get("/rewards").text
    assert (
        'at block 5 the Forwarder owed <span class="amount" title="20000000000000005 wei">' in page
    )
    desk.done("withdraw-credits")
    assert house.store.orders.open()[0].arguments == {"to": TREASURY}


def test_draining_closes_the_intake_and_its_page_tells_how_it_goes(house: House) -> None:
    browser = logged_in(house)
    house.send(house.contribution())
    assert "1 queued contribution" in browser.get("/actions/drain").text
    answer = browser.perform("/actions/drain").location.removeprefix("/ops")
    assert house.store.switches.pause_of(Switch.INTAKE, house.clock.now()) is not None
    assert "The order is asked" in browser.get(answer).text
    (order,) = house.store.orders.open()
    assert f'href="/ops/orders/{order.id}"' in browser.get(answer).text
    house.store.orders.begin(order.id, {}, house.clock.now())
    house.store.orders.tell(order.id, "waits for 1 queued contribution")
    assert "An order waits" not in browser.get("/now").text, "it is young"
    house.clock.advance(ORDER_TOLD_AFTER_S)
    assert "An order waits" in browser.get("/now").text
    assert f'href="/ops/orders/{order.id}"' in browser.get("/now").text
    assert "The order is begun: waits for 1 queued contribution" in " ".join(
        browser.get(answer).text.replace("</span>", "").split()
    )
